import { mkdirSync, symlinkSync, utimesSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { chameleonNode } from '../../../src/machine/chameleonNode';
import { makeMachineTree } from '../../support/machineTree';

afterEach(() => vi.unstubAllEnvs());

const nodeUuid = '89e48f7e-d04f-4455-b093-2a4318fb7026';
const openStack = '{ "v1": { "datasource": "DataSourceOpenStackLocal [net,ver=2]", "errors": [] } }';
const cache = 'var/cache/vendordata2.json';

/** A node whose image is Chameleon's, without anything kept of the vendor data. */
function node({ program = 'usr/local/bin/cc-read-vendordata', result = openStack } = {}) {
  const tree = makeMachineTree();
  onTestFinished(tree.delete);
  if (program) tree.write(program, '#!/bin/bash');
  if (result) tree.write('run/cloud-init/result.json', result);
  tree.write('proc/stat', `cpu  1 2 3\nbtime ${Math.floor(Date.now() / 1000) - 600}\nprocesses 5`);
  return tree;
}

/** In place of OpenStack's metadata service; `asked` fills with the paths that were asked for. */
async function serve(listener: RequestListener) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url!);
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { asked, address: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
const answers = (body: unknown, status = 200) =>
  serve((_, response) => response.writeHead(status).end(JSON.stringify(body)));
const vendorData = {
  chameleon: { node: nodeUuid, site: 'uc', region: 'CHI@UC', node_type: 'compute_cascadelake_r_ib' },
};

/** With more time than a loaded machine takes. */
const ask = (root: string, service: string) => chameleonNode({ root, service, longestMs: 20_000 }).asked;

describe('where the image is Chameleon’s', () => {
  it('takes three words out of what the metadata service answers, and nothing else', async () => {
    const more = { service_token: 'secret', openrc: 'export OS_PASSWORD=secret', project_id: 'CH-1' };
    const service = await answers({ static: {}, chameleon: { ...vendorData.chameleon, ...more } });
    const { known, asked } = chameleonNode({ root: node().root, service: service.address, longestMs: 20_000 });
    expect(known).toBeNull();
    expect(await asked).toEqual({ nodeUuid, nodeType: 'compute_cascadelake_r_ib', site: 'CHI@UC' });
    expect(service.asked).toEqual(['/openstack/latest/vendor_data2.json']);
  });

  it('knows the node where its type is not told', async () => {
    const service = await answers({ chameleon: { node: nodeUuid, site: 'tacc' } });
    expect(await ask(node().root, service.address)).toEqual({ nodeUuid, nodeType: null, site: 'tacc' });
  });

  it('asks for the older document where the newer one is empty or missing', async () => {
    for (const [status, body] of [
      [200, '{}'],
      [404, 'not found'],
    ] as const) {
      const service = await serve((request, response) => {
        const isOlder = request.url!.endsWith('vendor_data.json');
        response
          .writeHead(isOlder ? 200 : status)
          .end(isOlder ? JSON.stringify({ site: 'uc', cluster: 'c', node: nodeUuid }) : body);
      });
      const found = await ask(node().root, service.address);
      expect(found).toEqual({ nodeUuid, nodeType: null, site: 'uc' });
      expect(service.asked).toHaveLength(2);
    }
  });

  it.each([
    ['older images', { program: 'usr/bin/cc-snapshot' }],
    ['CentOS’s', { result: '{"v1":{"datasource":"DataSourceEc2Local"}}' }],
    [
      'those with a disk of settings',
      { result: '{"v1":{"datasource":"DataSourceConfigDrive [net,ver=2][source=/dev/sda1]"}}' },
    ],
  ])('knows %s', async (_, made) => {
    const service = await answers(vendorData);
    expect(await ask(node(made).root, service.address)).toMatchObject({ nodeUuid });
  });

  it('goes by what the image has kept since it booted, and asks nobody', async () => {
    const service = await answers(vendorData);
    const tree = node();
    tree.write(cache, JSON.stringify({ chameleon: { node: nodeUuid, region: 'CHI@TACC', lease_id: 'x' } }));
    const { known, asked } = chameleonNode({ root: tree.root, service: service.address });
    expect([known, asked]).toEqual([{ nodeUuid, nodeType: null, site: 'CHI@TACC' }, null]);
    expect(service.asked).toEqual([]);
  });

  it('asks rather than believe a copy from before it booted, or one that is empty', async () => {
    const service = await answers(vendorData);
    const tree = node();
    tree.write(cache, JSON.stringify({ chameleon: { node: 'of-another-disk' } }));
    utimesSync(join(tree.root, cache), 1e9, 1e9);
    expect(await ask(tree.root, service.address)).toMatchObject({ nodeUuid });
    tree.write(cache, '{}');
    expect(await ask(tree.root, service.address)).toMatchObject({ nodeUuid });
    tree.write(cache, JSON.stringify({ chameleon: { node: '', region: 'CHI@UC' } }));
    expect(chameleonNode({ root: tree.root, service: service.address }).known).toBeNull();
  });
});

describe('what answers otherwise', () => {
  const expectNone = async (listener: RequestListener) => {
    const service = await serve(listener);
    const begin = performance.now();
    expect(await ask(node().root, service.address)).toBeNull();
    // Not for want of time.
    expect(performance.now() - begin).toBeLessThan(15_000);
  };

  it('is given up after a second in all, and nothing waits for it', async () => {
    const service = await serve((request, response) => {
      if (request.url!.includes('data2')) setTimeout(() => response.end('{}'), 600);
    });
    const begin = performance.now();
    const { asked } = chameleonNode({ root: node().root, service: service.address });
    expect(performance.now() - begin).toBeLessThan(300);
    expect(await asked).toBeNull();
    expect(performance.now() - begin).toBeGreaterThan(900);
    expect(performance.now() - begin).toBeLessThan(1900);
    expect(service.asked).toHaveLength(2);
  });

  it('is given up in the middle of its answer', async () => {
    const service = await serve((_, response) => response.write('{"chameleon": {"node": "'));
    expect(await chameleonNode({ root: node().root, service: service.address }).asked).toBeNull();
  });

  it('is not followed elsewhere', async () => {
    const other = await answers(vendorData);
    await expectNone((_, response) =>
      response.writeHead(302, { location: `${other.address}/x` }).end(JSON.stringify(vendorData)),
    );
    expect(other.asked).toEqual([]);
  });

  it('is not read beyond 64 KiB', async () => {
    const long = (spaces: number) => `${' '.repeat(spaces)}${JSON.stringify(vendorData)}`;
    await expectNone((_, response) => response.end(long(70_000)));
    await expectNone((_, response) => {
      const more = () => response.write(' '.repeat(10_000), () => response.destroyed || more());
      more();
    });
    const service = await serve((_, response) => response.end(long(60_000)));
    expect(await ask(node().root, service.address)).toMatchObject({ nodeUuid });
  });

  it('may refuse, end the connection, or answer nonsense', async () => {
    await expectNone((_, response) => response.writeHead(500).end(JSON.stringify(vendorData)));
    await expectNone((request) => request.socket.destroy());
    for (const body of [
      '',
      'null',
      '[]',
      '{"chameleon":[]}',
      '{"chameleon":{"node":{"a":1}}}',
      '{"chameleon":{"node":7}}',
      '<html>',
    ])
      await expectNone((_, response) => response.end(body));
    expect(await ask(node().root, 'http://127.0.0.1:1')).toBeNull();
  });

  it('is never a text that is more than a word', () => {
    const tree = node({ program: '' });
    const value = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.jsonValue(),
      fc.constantFrom('a\u001b[31m', '<b>', 'a b', 'x'.repeat(101)),
    );
    fc.assert(
      fc.property(value, value, value, (id, type, region) => {
        tree.write(cache, JSON.stringify({ chameleon: { node: id, node_type: type, region } }));
        const { known } = chameleonNode({ root: tree.root, service: 'http://127.0.0.1:1' });
        for (const text of Object.values(known ?? {}))
          expect(text === null || /^[\w.@:-]{1,100}$/.test(text)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('is not asked through a proxy', async () => {
    const [proxy, service] = [await answers(vendorData), await answers(vendorData)];
    for (const name of ['http_proxy', 'HTTP_PROXY', 'ALL_PROXY']) vi.stubEnv(name, proxy.address);
    vi.stubEnv('NODE_USE_ENV_PROXY', '1');
    expect(await ask(node().root, service.address)).toMatchObject({ nodeUuid });
    expect([proxy.asked.length, service.asked.length]).toEqual([0, 1]);
  });
});

describe('on other machines', () => {
  it.each([
    ['nothing of Chameleon', { program: '' }],
    ['no cloud-init', { result: '' }],
    ['another cloud', { result: '{"v1":{"datasource":"DataSourceAzure"}}' }],
    ['none', { result: '{"v1":{"datasource":null}}' }],
    ['garbage', { result: '}{' }],
  ])('asks nobody (%s)', async (_, made) => {
    const service = await answers(vendorData);
    expect(chameleonNode({ root: node(made).root, service: service.address })).toEqual({ known: null, asked: null });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(service.asked).toEqual([]);
  });

  it('asks nobody here', () => {
    expect(chameleonNode()).toEqual({ known: null, asked: null });
  });

  it('does not trip over odd files', () => {
    const tree = node({ program: '' });
    mkdirSync(join(tree.root, cache), { recursive: true });
    expect(chameleonNode({ root: tree.root }).known).toBeNull();
    tree.remove(cache);
    symlinkSync('/dev/zero', join(tree.root, cache));
    expect(chameleonNode({ root: tree.root }).known).toBeNull();
  });
});

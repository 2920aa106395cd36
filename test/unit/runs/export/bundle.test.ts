import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020';
import { afterAll, describe, expect, it } from 'vitest';
import { fromBufferPromise } from 'yauzl';
import { bundleSchema, parseManifest } from '../../../../src/core/bundle/bundleFiles';
import { runBundle } from '../../../../src/runs/export/bundle';
import { readPower } from '../../../../src/runs/store/powerLog';
import { exportText } from '../../../support/exportText';
import { buildPicturesProgram } from '../../../support/picturesProgram';
import { writeRun } from '../../../support/runFolders';

const fixtures = resolve(import.meta.dirname, '../../../fixtures/format1');
const place = mkdtempSync(join(tmpdir(), 'greenbatch-bundled-'));
afterAll(() => rmSync(place, { recursive: true }));

/** By yauzl, which shares no code with what wrote it. */
async function unpacked(archive: Buffer): Promise<Map<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const zip = await fromBufferPromise(archive);
  for await (const entry of zip.eachEntry()) {
    const parts: Buffer[] = [];
    for await (const part of await zip.openReadStreamPromise(entry)) parts.push(part as Buffer);
    files.set(entry.fileName, Buffer.concat(parts));
  }
  return files;
}

let made = 0;
function folderOf(files: ReadonlyMap<string, Buffer>): string {
  const folder = join(place, String(made++));
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  return folder;
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const show = (folder: string) => JSON.parse(exportText(folder, 'json', { pageFolder: '' })) as { run: object };

describe.each(['finished', 'skipped', 'estimate', 'accuracy', 'stopped', 'torn', 'damaged-power', 'failed-source'])(
  'the bundle of %s',
  (name) => {
    const run = join(fixtures, name);
    const archive = runBundle(run, '');

    it('is a run again, with the same numbers as the run and as it states', async () => {
      const files = await unpacked(archive);
      const [own, again] = [show(run), show(folderOf(files))];
      const stated = JSON.parse(files.get('show.json')!.toString()) as typeof own;
      // What is searched by simulation is made where it is asked for.
      const { policy: _, ...shown } = again as typeof again & { policy?: unknown };
      expect({ ...stated, run: { ...stated.run, folder: '' } }).toEqual({
        ...shown,
        run: { ...shown.run, folder: '' },
      });
      const numbers = (value: unknown) => JSON.stringify(value).match(/(?<=[:[,])-?\d[^,\]}]*/g);
      expect(numbers(again)).toEqual(numbers(own));
    });

    it('lists each of its files with its hash, and names no folder', async () => {
      const files = await unpacked(archive);
      const manifest = parseManifest(files.get('MANIFEST.sha256')!.toString())!;
      expect([...manifest.keys(), 'MANIFEST.sha256'].sort()).toEqual([...files.keys()].sort());
      for (const [path, hash] of manifest) expect(sha256(files.get(path)!), path).toBe(hash);
      for (const [path, bytes] of files) expect(bytes.toString(), path).not.toContain('/home/user');
    });
  },
);

describe('a bundle', () => {
  it('is the same, byte by byte, when it is made again, and after another run’s, with its pictures', async () => {
    const program = mkdtempSync(join(place, 'program-'));
    await buildPicturesProgram(program);
    const bundled = ['finished', 'end-to-end', 'finished', 'finished', 'end-to-end'].map((name) => ({
      name,
      hash: sha256(runBundle(join(fixtures, name), program)),
    }));
    const hashes = (of: string) => new Set(bundled.filter(({ name }) => name === of).map(({ hash }) => hash));
    expect([hashes('finished').size, hashes('end-to-end').size]).toEqual([1, 1]);
    const files = await unpacked(runBundle(join(fixtures, 'finished'), program));
    expect([...files.keys()].filter((path) => path.startsWith('figures/')).length).toBeGreaterThan(3);
  });

  it('holds no folder, host or account, wherever the log has them', async () => {
    const workspace = join(place, 'secret-folder of quetzal');
    mkdirSync(workspace);
    const spec = 'models: [yolov7-tiny]\nbatchSizes: [1, 2, 4]\n# /opt/xyzzy/models\n';
    const file = join(workspace, 'night.energy.yaml');
    writeFileSync(file, spec);
    const run = await writeRun(workspace, '20261123-000000-night', file, spec, {
      environment: { cacheFolder: '/home/quetzal/.cache', loadAverage: [1, 2, 3] },
    });
    const log = join(run, 'events.jsonl');
    const lines = readFileSync(log, 'utf8').split('\n');
    const message = `grue.cave.example: Grue ${homedir()}/x/y: EACCES of frotz, /home/quetzal/.cache/z, /opt/xyzzy/models/m.onnx; C:\\Users\\Plugh\\a`;
    lines.splice(3, 0, JSON.stringify({ type: 'warning', at: 3, code: 'images', message }));
    writeFileSync(log, lines.join('\n'));
    const here = { hosts: ['grue.cave.example'], users: ['frotz'], folders: [homedir()] };
    const files = await unpacked(runBundle(run, '', here));
    const names = ['grue', 'frotz', 'quetzal', 'xyzzy', 'plugh', 'secret-folder', place.toLowerCase()];
    for (const [path, bytes] of files)
      for (const name of names) expect(bytes.toString().toLowerCase().includes(name), `${name} in ${path}`).toBe(false);
    expect(files.get('events.jsonl')!.toString()).toContain('host: host outside-');
    const bundle = bundleSchema.parse(JSON.parse(files.get('bundle.json')!.toString()));
    expect(bundle.replaced).toMatchObject({ '.': 1, host: 2 });
  });

  it('gives no sample to another session where the header of its own was cut', async () => {
    const run = join(place, 'headless');
    cpSync(join(fixtures, 'resumed'), run, { recursive: true });
    const log = join(run, 'power.jsonl');
    const lines = readFileSync(log, 'utf8').split('\n');
    const second = lines.findLastIndex((line) => line.startsWith('{'));
    expect(second).toBeGreaterThan(0);
    writeFileSync(log, lines.with(second, lines[second]!.slice(0, 40)).join('\n'));
    const again = folderOf(await unpacked(runBundle(run, '')));
    expect(readPower(join(again, 'power.jsonl'))).toEqual(readPower(log));
    expect(readFileSync(join(again, 'power.jsonl'), 'utf8').trimEnd().split('\n')).toHaveLength(second);
  });

  it('has schemas that its own files fit', async () => {
    const files = await unpacked(runBundle(join(fixtures, 'finished'), ''));
    const json = (path: string) => JSON.parse(files.get(path)!.toString()) as object;
    const ajv = new Ajv2020({ strict: false });
    expect(ajv.validate(json('schemas/show.schema.json'), json('show.json')), JSON.stringify(ajv.errors)).toBe(true);
    const events = ajv.compile(json('schemas/events.schema.json'));
    // Lines of format 1 are read through format1.ts: a run of today has those of the schema.
    const workspace = join(place, 'today');
    const run = await writeRun(
      workspace,
      'one',
      join(workspace, 'a.energy.yaml'),
      'models: [yolov7-tiny]\nbatchSizes: [1]\n',
    );
    const lines = (await unpacked(runBundle(run, ''))).get('events.jsonl')!.toString().trimEnd().split('\n');
    for (const line of lines) expect(events(JSON.parse(line)), JSON.stringify(events.errors)).toBe(true);
  });

  it('is not made of a run that is being measured', () => {
    const run = join(place, 'live');
    cpSync(join(fixtures, 'stopped'), run, { recursive: true });
    const lines = readFileSync(join(run, 'events.jsonl'), 'utf8').split('\n').slice(0, 1);
    const created = { ...(JSON.parse(lines[0]!) as object), at: Date.now() };
    writeFileSync(join(run, 'events.jsonl'), `${JSON.stringify(created)}\n`);
    expect(() => runBundle(run, '')).toThrow('is being measured: bundle it when it has ended');
  });
});

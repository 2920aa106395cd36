import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { finish, makeBench, program, quickSpec } from '../support/greenbatch';
import { nodeMajors, nodeOf } from '../support/nodeVersions';

/** The program under each version of Node.js that package.json promises. */

const bench = makeBench();
afterAll(() => bench.remove());

describe.each(nodeMajors)('Node.js %i', (major) => {
  const node = nodeOf(major);
  it.skipIf(node === null)('measures, shows and builds', async () => {
    const run = (...args: string[]) =>
      finish(spawn(node as string, [program, ...args], { cwd: bench.folder, env: bench.environment }));
    const spec = bench.writeSpec(
      quickSpec({ batchSizes: [1, 8] }, { source: 'estimate', repeats: { min: 1, max: 1 } }),
    );
    const measured = await run('run', spec);
    expect(measured.code, measured.stderr).toBe(0);
    const report = JSON.parse((await run('show', 'latest', '--json')).stdout);
    expect(report.run.environment.node).toMatch(new RegExp(`^v${major}\\.`));
    expect(report.configurations.map((c: { n: number }) => c.n)).toEqual([1, 1]);
    const built = await run('build', 'yolov7-tiny', '-o', join(bench.folder, `${major}.onnx`), '--json');
    expect(JSON.parse(built.stdout)).toMatchObject({ parameters: 6_219_709 });
    expect((await run('doctor', '--json')).stdout).toContain('"domains"');
  });
});

describe('the measuring lock', () => {
  const nodes = nodeMajors.map((major) => ({ major, node: nodeOf(major) })).filter(({ node }) => node !== null);
  const pairs = nodes.flatMap((holder) => nodes.filter((n) => n !== holder).map((other) => [holder, other] as const));

  it.each(pairs.map(([a, b]) => [a.major, b.major, a.node!, b.node!] as const))(
    'that Node.js %i holds is seen by %i',
    async (_, __, holder, other) => {
      const environment = { ...bench.environment, GREENBATCH_LOCK: `greenbatch-test-${process.pid}-${Math.random()}` };
      const with_ = (node: string, ...args: string[]) =>
        finish(spawn(node, [program, ...args], { cwd: bench.folder, env: environment }));
      const spec = bench.writeSpec(
        quickSpec({}, { source: 'estimate', windowSeconds: 5, repeats: { min: 2, max: 2 } }),
      );
      const started = await with_(holder, 'run', spec, '--detach');
      expect(started.code, started.stderr).toBe(0);
      const second = await with_(other, 'run', spec);
      expect(second.code, second.stderr).toBe(5);
      expect(second.stderr).toContain('another run measures on this machine');
      const stopped = await with_(other, 'stop', '--wait', '30');
      expect(stopped.code, stopped.stderr).toBe(0);
    },
  );
});

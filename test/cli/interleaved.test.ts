import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { configurationResults } from '../../src/core/values/trialValue';
import { comparisonSchema } from '../../src/core/analysis/comparison/comparisonSchema';
import { powerFile } from '../../src/runs/store/folders';
import { followRun, loadRun } from '../../src/runs/store/runFolder';
import { finish, makeBench, quickSpec, until } from '../support/greenbatch';

const bench = makeBench();
afterAll(() => bench.remove());
const estimate = { source: 'estimate' };
const foldersIn = (stdout: string) => stdout.trim().split('\n').slice(-2) as [string, string];
const blocksOf = (folder: string) => {
  const { run, samples } = loadRun(folder);
  return configurationResults(run, samples).map(({ trials }) => trials.map(({ block }) => block).sort());
};

describe('greenbatch run --interleaved', () => {
  it('refuses what is no pair of experiments', async () => {
    const file = bench.writeSpec(quickSpec({}, estimate));
    const other = bench.writeSpec(quickSpec({}, { ...estimate, idleSeconds: 0.3 }), 'other.energy.yaml');
    const said = async (...args: string[]) => {
      const { code, stderr } = await bench.run(['run', ...args]);
      expect(code).toBe(2);
      return stderr;
    };
    expect(await said(file, '--interleaved')).toContain('takes two experiment files');
    expect(await said(file, other)).toContain('with --interleaved');
    expect(await said(file, other, other, '--interleaved')).toContain('takes two experiment files');
    expect(await said(file, file, '--interleaved', '--for', 'config.pbtxt')).toContain('there are two');
    expect(await said(file, other, '--interleaved')).toContain('measure.idleSeconds (0.2; 0.3). Set the same in both');
  });

  it('measures both in one session and compares them', async () => {
    const a = bench.writeSpec(quickSpec({ name: 'before', batchSizes: [1, 2] }, estimate), 'a.energy.yaml');
    const b = bench.writeSpec(
      quickSpec({ name: 'after', batchSizes: [1, 4], spinning: [false] }, estimate),
      'b.energy.yaml',
    );
    const result = await bench.run(['run', a, b, '--interleaved']);
    expect(result.code, result.stderr).toBe(0);
    const folders = foldersIn(result.stdout);
    expect(result.stderr).toMatch(/^A block 1 /m);
    expect(result.stderr).toMatch(/^B block 2 /m);
    for (const folder of folders) expect(blocksOf(folder)).toEqual(Array(2).fill([1, 2]));
    const runs = folders.map((folder) => loadRun(folder));
    expect(runs.map(({ run }) => run.created.interleaved)).toEqual([
      { side: 'A', other: { runId: runs[1]!.run.runId, name: 'after', folder: basename(folders[1]) } },
      { side: 'B', other: { runId: runs[0]!.run.runId, name: 'before', folder: basename(folders[0]) } },
    ]);
    const idles = runs.map(({ run }) => run.sessions[0]!.idles.map(({ start }) => start.monotonicMs));
    expect(idles[0]).toHaveLength(3);
    expect(idles[1]).toEqual(idles[0]);
    const [one, other] = folders.map((folder) => readFileSync(powerFile(folder), 'utf8'));
    expect(other).toBe(one);
    const compared = await bench.run(['compare', ...folders, '--json']);
    const comparison = comparisonSchema.parse(JSON.parse(compared.stdout));
    expect(comparison.interleaved).toMatchObject({
      differing: [
        { key: 'batchSizes', first: '[1,2]', second: '[1,4]' },
        { key: 'spinning', first: '[true]', second: '[false]' },
      ],
    });
    const refused = await bench.run(['compare', ...folders, '--reference', 'x']);
    expect(refused).toMatchObject({ code: 2, stderr: expect.stringContaining('measured in turns') });
    const resumed = await bench.run(['run', '--resume', folders[1]]);
    expect(resumed.stderr).toContain('nothing is missing');
  });

  it('goes on with both after a kill -9, from either of them, and stops both', async () => {
    const spec = quickSpec({ batchSizes: [1] }, { ...estimate, windowSeconds: 1, repeats: { min: 3, max: 3 } });
    const file = bench.writeSpec(spec, 'same.energy.yaml');
    const started = await bench.run([
      'run',
      file,
      file,
      '--interleaved',
      '--detach',
      '--out',
      join(bench.folder, 'pair'),
    ]);
    expect(started.code, started.stderr).toBe(0);
    const folders = foldersIn(started.stdout);
    expect(folders.map((folder) => basename(folder))).toEqual(['A', 'B']);
    const follower = followRun(folders[1]);
    const run = await until(() => {
      follower.poll();
      return follower.run()!.trials.some((t) => !t.reference && t.state === 'finished') && follower.run();
    });
    process.kill(run.sessions[0]!.start.engine.pid, 'SIGKILL');
    await until(() => folders.every((folder) => loadRun(folder).status === 'stopped'));
    const again = await bench.run(['run', '--resume', folders[1], '--detach']);
    expect(again.code, again.stderr).toBe(0);
    const stopped = await bench.run(['stop', folders[1]]);
    expect(stopped.code, stopped.stderr).toBe(0);
    expect(folders.map((folder) => loadRun(folder).status)).toEqual(['interrupted', 'interrupted']);
    const whole = await finish(bench.start(['run', '--resume', folders[0]]));
    expect(whole.code, whole.stderr).toBe(0);
    for (const folder of folders) expect(blocksOf(folder)).toEqual([[1, 2, 3]]);
  });

  it('ends both logs where one of the experiments cannot be prepared', async () => {
    writeFileSync(join(bench.folder, 'broken.onnx'), 'no model');
    const good = bench.writeSpec(quickSpec({ name: 'good', batchSizes: [1] }, estimate), 'good.energy.yaml');
    const bad = bench.writeSpec(
      quickSpec({ name: 'bad', models: ['./broken.onnx'], batchSizes: [1] }, estimate),
      'bad.energy.yaml',
    );
    const result = await bench.run(['run', good, bad, '--interleaved']);
    expect(result.code).not.toBe(0);
    const folders = foldersIn(result.stdout);
    const ends = folders.map((folder) => loadRun(folder).run.sessions.at(-1)!.end!);
    expect(ends.map(({ reason }) => reason)).toEqual(['failed', 'failed']);
    expect(ends[0]!.message).toContain('"bad", which this run is interleaved with, has failed');
    expect(existsSync(powerFile(folders[0]))).toBe(true);
  });
});

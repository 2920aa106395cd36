import { spawn } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EventOf } from '../../src/core/run/events';
import { eventsFile } from '../../src/runs/store/folders';
import { followRun, loadRun } from '../../src/runs/store/runFolder';
import { finish, makeBench, program, quickSpec, runFolderIn, until } from '../support/greenbatch';
import { type PowercapDriver, startPowercapDriver } from '../support/powercapTree';

describe('blocks that are added to a run', () => {
  const bench = makeBench();
  let driver: PowercapDriver;
  let folder = '';
  beforeAll(async () => {
    driver = await startPowercapDriver({ sockets: 1, packageWatts: 100, dramWatts: 20 });
    const measure = { powercapRoot: driver.root, source: 'auto' as const, windowSeconds: 0.5 };
    const { code, stdout, stderr } = await bench.run(['run', bench.writeSpec(quickSpec({}, measure))]);
    expect(code, stderr).toBe(0);
    folder = runFolderIn(stdout);
  }, 60_000);
  afterAll(async () => {
    await driver.stop();
    bench.remove();
  });
  const added = () => loadRun(folder).run.addedBlocks;
  const measured = () =>
    loadRun(folder)
      .run.trials.filter((t) => t.state === 'finished')
      .map((t) => `${t.block} ${t.configuration}${t.reference ? ' reference' : ''}`);
  const add = (blocks: string | number, ...more: string[]) =>
    bench.run(['run', '--add-blocks', String(blocks), folder, ...more], { GREENBATCH_ERRORS: 'json' });
  const failureOf = ({ stderr }: { stderr: string }) => JSON.parse(stderr.trim().split('\n').at(-1)!).error;

  it('are refused where they cannot be measured, and the run stays as it was', async () => {
    const before = readFileSync(eventsFile(folder));
    for (const blocks of ['0', '-1', '1.5', '10000', 'five']) expect((await add(blocks)).code, blocks).toBe(2);
    expect(failureOf(await add(999))).toMatchObject({
      ...{ code: 'usage', message: expect.stringContaining('at most 998 more can be added') },
    });
    for (const more of [
      ['--out', 'elsewhere'],
      ['--for', 'config.pbtxt'],
      ['--resume', folder],
    ])
      expect((await add(1, ...more)).stderr).toMatch(
        /--for, --out and --interleaved are for a new run|give one experiment file/,
      );
    expect((await bench.run(['run', '--add-blocks', '2'])).stderr).toContain(
      'usage: greenbatch run --add-blocks N RUN',
    );
    // Other processors than now, as the log has them.
    const text = before.toString('utf8');
    writeFileSync(eventsFile(folder), text.replace(/"logicalCpus":\d+/, '"logicalCpus":4711'));
    expect(failureOf(await add(1))).toMatchObject({ code: 'machine-changed' });
    writeFileSync(eventsFile(folder), text);
    // A model file that it was made from, and that is gone.
    const named = text.replace('"models":["yolov7-tiny"]', '"models":["./gone.onnx"]');
    const sourceFiles = [{ path: join(bench.folder, 'gone.onnx'), sha256: 'a'.repeat(64) }];
    const [head, ...rest] = named.split('\n');
    writeFileSync(eventsFile(folder), [JSON.stringify({ ...JSON.parse(head!), sourceFiles }), ...rest].join('\n'));
    expect(failureOf(await add(1))).toMatchObject({
      ...{ code: 'model-changed', message: expect.stringContaining('gone.onnx is no longer there') },
    });
    writeFileSync(eventsFile(folder), text);
    expect(loadRun(folder).status).toBe('complete');
    expect(readFileSync(eventsFile(folder))).toEqual(before);
  });

  // Root may write everywhere.
  it.runIf(process.geteuid?.() === 0)('are refused to another user, who cannot write its log', async () => {
    chmodSync(bench.folder, 0o755);
    const user = { uid: 65534, gid: 65534 };
    const env = { ...bench.environment, GREENBATCH_ERRORS: 'json' };
    const started = spawn(process.execPath, [program, 'run', '--add-blocks', '1', folder], {
      ...{ ...user, cwd: bench.folder, env },
    });
    const refused = await finish(started);
    expect(failureOf(refused)).toMatchObject({
      code: 'not-writable',
      message: expect.stringContaining('Copy the folder'),
    });
    expect(refused.code).toBe(1);
  });

  it('are measured to their end, also when the engine was killed in between', async () => {
    const first = measured();
    const started = await add(2, '--detach');
    expect(started.code, started.stderr).toBe(0);
    const follower = followRun(folder);
    const inThird = await until(() => {
      follower.poll();
      return follower.run()?.trials.some((t) => t.block === 3 && t.state === 'finished') && follower.run();
    });
    expect(failureOf(await add(1))).toMatchObject({
      code: 'run-state',
      message: expect.stringContaining('still running'),
    });
    process.kill(inThird.sessions.at(-1)!.start.engine.pid, 'SIGKILL');
    await until(() => loadRun(folder).status === 'stopped', 10);
    const kept = measured();

    const { code, stderr } = await finish(bench.start(['run', '--resume', folder]));
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('2 more blocks, up to block 4: until there is a verdict');
    expect(added()).toMatchObject([{ blocks: 2, afterBlock: 2, upToBlock: 4, untilVerdict: true }]);
    expect(measured().slice(0, kept.length)).toEqual(kept);
    const all = (block: number) => [`${block} yolov7-tiny b1 t1 spin`, `${block} yolov7-tiny b2 t1 spin`];
    const since = measured().slice(first.length);
    expect(since.filter((trial) => !trial.endsWith('reference')).sort()).toEqual([...all(3), ...all(4)]);
    expect(since.at(-1)).toMatch(/^4 .* reference$/);
    const { message } = loadRun(folder).run.sessions.at(-1)!.end as EventOf<'session.ended'>;
    expect(message).toBe('the blocks that were added are measured, 4 in all');
  });

  it('are told of beside those that were planned', async () => {
    const shown = await bench.run(['show', folder]);
    expect(shown.stdout).toContain('test · complete · 2 + 2 blocks · [');
    const report = JSON.parse((await bench.run(['show', folder, '--json'])).stdout);
    expect(report.run).toMatchObject({ status: 'complete', blocks: 4, addedBlocks: { afterBlock: 2, upToBlock: 4 } });
    expect(report.configurations.map((c: { n: number }) => c.n)).toEqual([4, 4]);
    // Unless this machine was so busy that the verdict is withheld for it.
    const attached = await bench.run(['attach', folder]);
    const isOffered = report.verdict.openBecause === 'too-few-blocks';
    expect(attached.stderr.includes(`greenbatch run --add-blocks 1 ${folder}`)).toBe(isOffered);
    expect((await bench.run(['runs'])).stdout).toContain('complete, 2 + 2 blocks');
  });

  it('are refused where the counters cannot be read any more, and the run stays complete', async () => {
    const before = readFileSync(eventsFile(folder));
    await driver.stop();
    const refused = await add(1);
    expect(refused.code).toBe(3);
    expect(failureOf(refused)).toMatchObject({
      ...{ code: 'source-changed', message: expect.stringContaining('this run was begun with powercap') },
    });
    expect(readFileSync(eventsFile(folder))).toEqual(before);
  });
});

import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readEvents } from '../../src/runs/store/eventLog';
import { eventsFile } from '../../src/runs/store/folders';
import { followRun, loadRun } from '../../src/runs/store/runFolder';
import { readLease } from '../../src/runs/ownership/lease';
import { foreignLease, writeLease } from '../support/foreignLease';
import { finish, makeBench, quickSpec, runFolderIn, until } from '../support/greenbatch';

const spec = quickSpec({ batchSizes: [1] }, { source: 'estimate', windowSeconds: 1, repeats: { min: 2, max: 2 } });

describe('a run in a folder that several machines share', () => {
  let bench = makeBench();
  let folder = '';
  beforeEach(async () => {
    bench = makeBench();
    const { code, stdout, stderr } = await bench.run(['run', bench.writeSpec(spec), '--detach']);
    expect(code, stderr).toBe(0);
    folder = runFolderIn(stdout);
  });
  afterEach(async () => {
    await bench.run(['stop', folder]);
    bench.remove();
  });
  const measuredOnce = () => {
    const follower = followRun(folder);
    return until(() => {
      follower.poll();
      return follower.run()?.trials.some((t) => t.state === 'finished');
    });
  };
  /** Its engine is gone without a word: what is left is a log without an end, and a lease. */
  const kill = async () => {
    const { run } = loadRun(folder);
    process.kill(run.sessions[0]!.start.engine.pid, 'SIGKILL');
    await until(() => loadRun(folder).status === 'stopped', 10);
  };

  it('has a lease while it is measured, and none afterwards', async () => {
    await measuredOnce();
    expect(readLease(folder)?.lease.engine).toEqual(loadRun(folder).run.sessions[0]!.start.engine);
    expect((await bench.run(['attach', folder])).code).toBe(0);
    expect(loadRun(folder)).toMatchObject({ status: 'complete', host: null });
    await until(() => readLease(folder) === null, 5);
  });

  it('is not resumed, and not stopped, while another machine measures it; and goes on when that has died', async () => {
    await measuredOnce();
    await kill();
    // The lease of an engine that was killed on this machine keeps nobody out.
    expect(readLease(folder)).not.toBeNull();
    expect(JSON.parse((await bench.run(['runs', '--json'])).stdout)).toMatchObject([{ status: 'stopped', host: null }]);

    let beats = 0;
    const beat = () => writeLease(folder, foreignLease({ beats: beats++, goodForMs: 3000 }));
    beat();
    const heart = setInterval(beat, 300);
    const before = readFileSync(eventsFile(folder));
    try {
      const resumed = await bench.run(['run', '--resume', folder], { GREENBATCH_ERRORS: 'json' });
      expect(resumed.code).toBe(2);
      expect(JSON.parse(resumed.stderr.trim().split('\n').at(-1)!)).toMatchObject({ error: { code: 'run-elsewhere' } });
      expect(resumed.stderr).toMatch(/running on node-17, whose last sign of life is \d s old/);
      const stopped = await bench.run(['stop', folder]);
      expect(stopped.code).toBe(2);
      expect(stopped.stderr).toContain('on node-17');
      expect((await bench.run(['show', folder])).stdout).toContain('· running on node-17 ·');
      expect(JSON.parse((await bench.run(['show', folder, '--json'])).stdout).run).toMatchObject({
        ...{ status: 'running', host: 'node-17' },
      });
      expect((await bench.run(['runs'])).stdout).toContain('running on node-17');
      const attached = bench.start(['attach', folder]);
      const end = finish(attached);
      await new Promise((done) => setTimeout(done, 1500));
      attached.kill('SIGINT');
      expect((await end).stderr).toMatch(/running on node-17\n[\s\S]*only on node-17 can it be stopped/);
      expect(readFileSync(eventsFile(folder)).equals(before)).toBe(true);
    } finally {
      clearInterval(heart);
    }
    // Its machine dies. First the lease runs out …
    await until(() => loadRun(folder).status === 'stopped', 10);
    // … but clocks may differ: it is watched for as long as it was good for.
    const resumed = await bench.run(['run', '--resume', folder]);
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(resumed.stderr).toMatch(/node-17 had this run in hand; .* Waiting up to 3 s/);
    const { events, bytes } = readEvents(eventsFile(folder));
    expect(bytes).toBe(readFileSync(eventsFile(folder)).length);
    expect(events.filter((e) => e.type === 'session.started')).toHaveLength(2);
    expect(events.at(-1)).toMatchObject({ type: 'session.ended', reason: 'complete', session: 2 });
    await until(() => readLease(folder) === null, 5);
  });

  it('is given up without another line by an engine that finds it taken', async () => {
    await measuredOnce();
    const { engine } = loadRun(folder).run.sessions[0]!.start;
    // Its next heartbeat is up to ten seconds away: the lease of another machine stands there by then.
    process.kill(engine.pid, 'SIGSTOP');
    const lease = foreignLease({ session: 2 });
    writeLease(folder, lease);
    const before = readFileSync(eventsFile(folder));
    await new Promise((done) => setTimeout(done, 11_000));
    process.kill(engine.pid, 'SIGCONT');
    await until(() => readFileSync(`${folder}/engine.log`, 'utf8').includes('running on node-17'), 10);
    await until(() => {
      try {
        process.kill(engine.pid, 0);
        return false;
      } catch {
        return true;
      }
    }, 10);
    const after = readFileSync(eventsFile(folder));
    expect(after.subarray(0, before.length).equals(before)).toBe(true);
    expect(after.includes('session.ended')).toBe(false);
    expect(readLease(folder)?.lease.nonce).toBe(lease.nonce);
  });
});

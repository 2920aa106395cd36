import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Run } from '../../src/core/run/fold';
import { configurationResults } from '../../src/core/values/trialValue';
import { identityOf, isRunning } from '../../src/machine/processIdentity';
import { followRun, loadRun } from '../../src/runs/store/runFolder';
import { finish, makeBench, quickSpec, runFolderIn, until } from '../support/greenbatch';

const long = quickSpec({}, { source: 'estimate', windowSeconds: 30 });
const short = quickSpec({ batchSizes: [1, 2] }, { source: 'estimate', repeats: { min: 2, max: 2 } });

describe('lifetimes', () => {
  let bench = makeBench();
  let folders: string[] = [];
  beforeEach(() => {
    bench = makeBench();
    folders = [];
  });
  afterEach(async () => {
    for (const folder of folders) await bench.run(['stop', folder]);
    bench.remove();
  });
  const detach = async (spec: typeof long) => {
    const result = await bench.run(['run', bench.writeSpec(spec), '--detach']);
    expect(result.code, result.stderr).toBe(0);
    const folder = runFolderIn(result.stdout);
    folders.push(folder);
    const follower = followRun(folder);
    const when = (test: (run: Run) => unknown) =>
      until(() => {
        follower.poll();
        const run = follower.run();
        return run && test(run) ? run : null;
      });
    return { folder, when };
  };
  const values = (folder: string) => {
    const { run, samples } = loadRun(folder);
    return configurationResults(run, samples).map((c) => c.trials.length);
  };

  it('start detached, without a parent, in a session of their own; attach follows; a second start says who measures', async () => {
    const { folder, when } = await detach(short);
    const run = await when((r) => r.trials.length > 0);
    const pid = run.sessions[0]!.start.engine.pid;
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    expect(Number(stat[1]), 'parent').not.toBe(process.pid);
    expect(Number(stat[3]), 'session').not.toBe(
      Number(readFileSync('/proc/self/stat', 'utf8').split(') ')[1]!.split(' ')[3]),
    );
    const second = await bench.run(['run', bench.writeSpec(short, 'second.energy.yaml')]);
    expect(second.code).toBe(5);
    expect(second.stderr).toContain(folder);
    expect(readdirSync(join(bench.folder, '.greenbatch', 'runs'))).toHaveLength(1);
    const attached = await bench.run(['attach', folder]);
    expect(attached.code, attached.stderr).toBe(0);
    expect(values(folder)).toEqual([2, 2]);
  });

  it.each([1, 2])('measure a window again in which one of %d processes was stopped by a signal', async (instances) => {
    const spec = quickSpec(
      { batchSizes: [1], instances: [instances], threads: [1] },
      { source: 'estimate', windowSeconds: 2 },
    );
    const { folder, when } = await detach(spec);
    const inWindow = await when((r) => r.trials.at(-1)?.state === 'running' && r.trials.at(-1)?.phase === 'window');
    const { pid } = inWindow.trials.at(-1)!.processes.at(-1)!;
    process.kill(pid, 'SIGSTOP');
    await new Promise((resolve) => setTimeout(resolve, 900));
    process.kill(pid, 'SIGCONT');
    const run = await when((r) => r.sessions[0]?.end);
    // A busy machine may let others stand still too.
    const invalid = run.trials.filter((t) => t.failure?.reason === 'invalid' && t.processes.some((p) => p.pid === pid));
    expect(invalid.map((t) => t.failure!.message)).toEqual([
      expect.stringMatching(/^a process of the trial stood still for (0\.[89]|1\.\d) s: stopped by a signal/),
    ]);
    expect(run.sessions[0]!.end!.exitCode).toBe(0);
    expect(values(folder)).toEqual([2]);
  });

  it('stop on request, keep finished repeats, and go on at the one that is missing', async () => {
    const { folder, when } = await detach(quickSpec({}, { source: 'estimate', windowSeconds: 1 }));
    await when((r) => r.trials.filter((t) => t.state === 'finished' && !t.reference).length === 1);
    const stopped = await bench.run(['stop', folder]);
    expect(stopped.code, stopped.stderr).toBe(0);
    const before = loadRun(folder);
    expect(before.status).toBe('interrupted');
    expect(before.run.sessions[0]?.end?.exitCode).toBe(130);
    const resumed = await bench.run(['run', '--resume', folder]);
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(resumed.stderr).toContain('going on (session 2)');
    const after = loadRun(folder);
    expect(values(folder)).toEqual([2, 2]);
    // What was measured before the stop was not measured again.
    const kept = before.run.trials.filter((t) => t.state === 'finished').map((t) => t.trial);
    for (const trial of kept) {
      const { configuration, block, reference } = after.run.trials.find((t) => t.trial === trial)!;
      expect(
        after.run.trials.filter(
          (t) => t.configuration === configuration && t.block === block && t.reference === reference,
        ),
      ).toHaveLength(1);
    }
  });

  it('are killed with their trial when they do not end in time', async () => {
    const { folder, when } = await detach(long);
    const run = await when((r) => r.trials.at(-1)?.phase === 'window');
    const { engine } = run.sessions[0]!.start;
    const trial = run.trials.at(-1)!.processes[0]!;
    process.kill(engine.pid, 'SIGSTOP');
    const stopped = await bench.run(['stop', folder, '--wait', '0.5']);
    expect(stopped.code, stopped.stderr).toBe(0);
    expect(stopped.stdout).toContain('did not end within 0.5 s and was killed');
    expect(isRunning(engine)).toBe(false);
    await until(() => !isRunning(trial), 5);
    expect(loadRun(folder).status).toBe('stopped');
  });

  it('end gently on the first Ctrl-C, saying what is kept', async () => {
    const child = bench.start(['run', bench.writeSpec(long)]);
    const finished = finish(child);
    const runs = join(bench.folder, '.greenbatch', 'runs');
    const folder = await until(() => {
      try {
        return join(runs, readdirSync(runs)[0]!);
      } catch {
        return null;
      }
    });
    const follower = followRun(folder);
    await until(() => follower.poll().some((e) => e.type === 'trial.started'));
    child.kill('SIGINT');
    const { code, stderr } = await finished;
    expect(code).toBe(130);
    expect(stderr).toMatch(/0 finished repeats are kept, the one that was running is not/);
    expect(loadRun(folder).status).toBe('interrupted');
  });

  it('take a blocked trial along when the engine is killed', async () => {
    // One batch of 512 images blocks the trial's thread in `run` for a long time.
    const { folder, when } = await detach(
      quickSpec({ batchSizes: [512], imageSize: 320 }, { source: 'estimate', warmupSeconds: 0 }),
    );
    const run = await when((r) => r.trials.at(-1)?.phase === 'warmup');
    await new Promise((done) => setTimeout(done, 300));
    const { engine } = run.sessions[0]!.start;
    const trial = run.trials.at(-1)!.processes[0]!;
    expect(isRunning(trial)).toBe(true);
    process.kill(engine.pid, 'SIGKILL');
    await until(() => !isRunning(trial), 5);
    expect(loadRun(folder).status).toBe('stopped');
  });

  it('survive a killed trial, as a failed one with its reason', async () => {
    const { folder, when } = await detach(quickSpec({ batchSizes: [1, 2] }, { source: 'estimate', windowSeconds: 1 }));
    const run = await when((r) => r.trials.at(-1)?.phase === 'window' && !r.trials.at(-1)?.reference);
    const victim = run.trials.at(-1)!;
    process.kill(victim.processes[0]!.pid, 'SIGKILL');
    await when((r) => r.sessions[0]?.end);
    const { run: after, status } = loadRun(folder);
    expect(status).toBe('complete');
    expect(after.trials.find((t) => t.trial === victim.trial)?.failure).toMatchObject({
      reason: 'signal',
      signal: 'SIGKILL',
    });
    // The repeat was measured again.
    expect(values(folder)).toEqual([2, 2]);
  });

  it('leave out a batch that cannot fit, with the numbers', async () => {
    const spec = quickSpec(
      { batchSizes: [1, 2, 4096] },
      { source: 'estimate', memoryLimitMegabytes: 400, repeats: { min: 1, max: 1 } },
    );
    const result = await bench.run(['run', bench.writeSpec(spec)]);
    expect(result.code, result.stderr).toBe(0);
    expect(result.stdout).toMatch(
      /Batch 4096 was not measured: it would need about [\d.]+ [MG]B .*400 MB are available/,
    );
    const report = JSON.parse((await bench.run(['show', 'latest', '--json'])).stdout);
    expect(report.configurations.map((c: { n: number }) => c.n)).toEqual([1, 1, 0]);
    expect(report.configurations[2].skipped.reason).toBe('memory');
  });

  it('open no network connection and switch telemetry off in every process', async () => {
    const { when } = await detach(
      quickSpec({ batchSizes: [1] }, { source: 'estimate', windowSeconds: 2, repeats: { min: 1, max: 1 } }),
    );
    const run = await when((r) => r.trials.at(-1)?.phase === 'window');
    const pids = [run.sessions[0]!.start.engine.pid, run.trials.at(-1)!.processes[0]!.pid];
    for (const pid of pids) expect(readFileSync(`/proc/${pid}/environ`, 'utf8')).toContain('ORT_DISABLE_TELEMETRY=1');
    const seen = new Set<string>();
    for (let i = 0; i < 60; i++) {
      for (const pid of pids)
        for (const socket of isRunning(identityOf(pid)) ? internetSockets(pid) : []) seen.add(socket);
      await new Promise((done) => setTimeout(done, 20));
    }
    expect([...seen]).toEqual([]);
  });
});

/** TCP and UDP sockets that a process holds, by inode; none once it has ended, which may happen while we look. */
function internetSockets(pid: number): string[] {
  const orElse = <T>(other: T, look: () => T): T => {
    try {
      return look();
    } catch (error) {
      if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return other;
      throw error;
    }
  };
  const inodes = new Set<string>();
  for (const kind of ['tcp', 'tcp6', 'udp', 'udp6']) {
    const table = orElse('', () => readFileSync(`/proc/${pid}/net/${kind}`, 'utf8'));
    for (const line of table.split('\n').slice(1)) {
      const inode = line.trim().split(/\s+/)[9];
      if (inode) inodes.add(`socket:[${inode}]`);
    }
  }
  const links = orElse([], () => readdirSync(`/proc/${pid}/fd`));
  return links.map((fd) => orElse('', () => readlinkSync(`/proc/${pid}/fd/${fd}`))).filter((link) => inodes.has(link));
}

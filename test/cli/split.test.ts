import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SpecInput } from '../../src/core/spec/spec';
import { windowValue } from '../../src/core/values/windowValue';
import { isRunning } from '../../src/machine/processIdentity';
import { parseCpuList } from '../../src/machine/topology';
import { lookup, loadRun } from '../../src/runs/store/runFolder';
import { readPower } from '../../src/runs/store/powerLog';
import { powerFile } from '../../src/runs/store/folders';
import { finish, makeBench, quickSpec, runFolderIn, until } from '../support/greenbatch';
import { buildOwnProgram } from '../support/ownProgram';
import { type PowercapDriver, startPowercapDriver } from '../support/powercapTree';
import { pacedMs } from '../support/testWorkloads';

/** The split of the cores: trials of several processes, end to end. */

const watts = 2 * (100 + 20);
let driver: PowercapDriver;
let own: Awaited<ReturnType<typeof buildOwnProgram>>;
let bench: ReturnType<typeof makeBench>;
beforeAll(async () => {
  driver = await startPowercapDriver({ sockets: 2, packageWatts: 100, dramWatts: 20 });
  own = await buildOwnProgram({ 'src/workloads/workloads.ts': 'test/support/testWorkloads.ts' });
  bench = makeBench({}, own.program);
});
afterAll(async () => {
  bench.remove();
  own.remove();
  await driver.stop();
});

const specOf = (more: Partial<SpecInput>, measure: SpecInput['measure'] = {}) =>
  quickSpec(
    { batchSizes: [1, 4], instances: [1, 2], spinning: [false], ...more },
    { source: 'powercap', powercapRoot: driver.root, windowSeconds: 1, repeats: { min: 2, max: 2 }, ...measure },
  );
const runToEnd = async (spec: SpecInput) => {
  const result = await bench.run(['run', bench.writeSpec(spec)]);
  expect(result.code, result.stderr).toBe(0);
  const folder = runFolderIn(result.stdout);
  return { ...result, folder, run: loadRun(folder).run };
};
async function detach(spec: SpecInput) {
  const result = await bench.run(['run', bench.writeSpec(spec), '--detach']);
  expect(result.code, result.stderr).toBe(0);
  const folder = result.stdout.trim();
  return {
    folder,
    when: <T>(what: (run: ReturnType<typeof loadRun>['run']) => T) => until(() => what(loadRun(folder).run)),
  };
}

describe('two processes at once', () => {
  it('do what two do: joules of the machine, work of both, the time of each batch, against the truth', async () => {
    const { folder, run } = await runToEnd(specOf({ workload: 'paced', threads: [1] }));
    const samples = lookup(readPower(powerFile(folder)));
    for (const trial of run.trials) {
      const { instances, batchSize } = run.configurations.find((c) => c.id === trial.configuration)!;
      expect(trial.state).toBe('finished');
      expect(trial.processes).toHaveLength(instances);
      for (const window of trial.windows) {
        const value = windowValue(run, trial, window, samples);
        if (!value.valid) throw new Error(value.message);
        const seconds = (window.end.monotonicMs - window.start.monotonicMs) / 1000;
        const truth = driver.truthJoules(window.start.monotonicMs, window.end.monotonicMs);
        expect(Math.abs(value.joules / truth - 1)).toBeLessThan(0.005);
        expect(Math.abs(value.joules / (watts * seconds) - 1)).toBeLessThan(0.005);
        // Timers are late by a millisecond or so, and a busy machine makes them later.
        const perSecond = (instances * batchSize * 1000) / pacedMs;
        expect(window.work / seconds / perSecond).toBeGreaterThan(0.85);
        expect(window.work / seconds / perSecond).toBeLessThan(1.001);
        expect(window.batchMs.every((ms) => ms === pacedMs)).toBe(true);
        expect(window.instances?.length ?? 1).toBe(instances);
        for (const share of window.instances ?? [])
          expect(Math.abs((share.work * instances) / window.work - 1)).toBeLessThan(0.3);
      }
    }
    const { configurations } = JSON.parse((await bench.run(['show', folder, '--json'])).stdout);
    const joules = (batchSize: number, instances: number) =>
      configurations.find((c: SpecLike) => c.batchSize === batchSize && c.instances === instances).joulesPerUnit.mean;
    for (const batchSize of [1, 4]) expect(joules(batchSize, 1) / joules(batchSize, 2)).toBeCloseTo(2, 0);
  }, 180_000);

  it.skipIf(availableParallelism() < 2)(
    'split the cores: 1 × 2 against 2 × 1, each on CPUs of its own',
    async () => {
      const { threads: _, ...spec } = specOf(
        { split: 'auto', batchSizes: [1], imageSize: 128 },
        { warmupSeconds: 0.3 },
      );
      const { instances: __, ...auto } = spec;
      const { run, stderr } = await runToEnd(auto);
      const splits = run.configurations.map((c) => `${c.instances} × ${c.threads}`);
      expect(splits[0]).toMatch(/^1 × /);
      expect(splits.at(-1)).toMatch(/ × 1$/);
      expect(stderr).toMatch(/ i\d+ t1 /);
      const several = run.trials.filter((t) => t.processes.length > 1);
      expect(several.length).toBeGreaterThan(0);
      for (const trial of several) {
        const [window] = trial.windows;
        expect(trial.state).toBe('finished');
        expect(
          window!.instances!.every(({ work, batches, cpuSeconds }) => work > 0 && batches > 0 && cpuSeconds > 0),
        ).toBe(true);
        const sum = (
          of: (share: (typeof window & object)['instances'] & object extends (infer S)[] ? S : never) => number,
        ) => window!.instances!.reduce((total, share) => total + of(share), 0);
        expect(window!.work).toBeCloseTo(
          sum((s) => s.work),
          9,
        );
        expect(window!.cpuSeconds).toBeCloseTo(
          sum((s) => s.cpuSeconds),
          9,
        );
        expect(window!.batchMs).toHaveLength(sum((s) => s.kept));
      }
      const started = readFileSync(
        `${loadRun(runFolderIn((await bench.run(['show', 'latest'])).stdout)).folder}/events.jsonl`,
        'utf8',
      )
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
        .filter((event) => event.type === 'trial.started' && event.cpus);
      for (const { cpus } of started) {
        const all = (cpus as string[]).flatMap((list) => parseCpuList(list)!);
        expect(new Set(all).size).toBe(all.length);
      }
    },
    180_000,
  );
});

type SpecLike = { batchSize: number; instances: number };

describe('of two processes', () => {
  const long = () => specOf({ batchSizes: [1], instances: [2] }, { windowSeconds: 3, repeats: { min: 1, max: 1 } });
  const measuring = (run: ReturnType<typeof loadRun>['run']) => {
    const trial = run.trials.at(-1);
    return trial?.phase === 'window' && trial.state === 'running' ? trial : null;
  };

  it.skipIf(availableParallelism() < 2)(
    'one that is killed fails the trial, takes the other along, and the repeat is measured again',
    async () => {
      const { folder, when } = await detach(long());
      const trial = (await when(measuring))!;
      process.kill(trial.processes[1]!.pid, 'SIGKILL');
      await until(() => !isRunning(trial.processes[0]!), 5);
      await when((run) => run.sessions[0]?.end);
      const { run, status } = loadRun(folder);
      expect(status).toBe('complete');
      const failure = run.trials.find((t) => t.trial === trial.trial)!.failure;
      expect(failure).toMatchObject({ reason: 'signal', signal: 'SIGKILL' });
      expect(failure!.message).toMatch(/^process 2 of 2 \(CPUs \d+\): ended by SIGKILL/);
      const again = run.trials.filter(
        (t) => t.state === 'finished' && t.block === trial.block && t.reference === trial.reference,
      );
      expect(again).toHaveLength(1);
    },
    120_000,
  );

  it.skipIf(availableParallelism() < 2)(
    'none outlives the engine',
    async () => {
      const { folder, when } = await detach(long());
      const trial = (await when(measuring))!;
      process.kill(loadRun(folder).run.sessions[0]!.start.engine.pid, 'SIGKILL');
      await until(() => trial.processes.every((one) => !isRunning(one)), 5);
      expect(loadRun(folder).status).toBe('stopped');
      const resumed = await finish(bench.start(['run', '--resume', folder]));
      expect(resumed.code, resumed.stderr).toBe(0);
      expect(loadRun(folder).status).toBe('complete');
    },
    120_000,
  );

  it.skipIf(availableParallelism() < 2)(
    'a batch that fits once but not twice is left out, with the numbers',
    async () => {
      const probe = await runToEnd(
        specOf({ batchSizes: [1], instances: [1] }, { repeats: { min: 1, max: 1 }, windowSeconds: 0.2 }),
      );
      const megabytes = (probe.run.trials[0]!.finished!.peakRssBytes / 1e6) * 1.7;
      const { run, stdout } = await runToEnd(
        specOf(
          { batchSizes: [1] },
          { repeats: { min: 1, max: 1 }, windowSeconds: 0.2, memoryLimitMegabytes: megabytes },
        ),
      );
      expect([...run.skipped.values()].map(({ configuration, reason }) => [configuration, reason])).toEqual([
        ['yolov7-tiny b1 i2 t1', 'memory'],
      ]);
      expect(stdout).toMatch(/2 processes of about [\d.]+ MB would need about [\d.]+ [MG]B .*are available/);
      expect(run.trials.some((t) => t.configuration === 'yolov7-tiny b1 t1' && t.state === 'finished')).toBe(true);
    },
    120_000,
  );
});

it('what the machine has not the CPUs for is left out, with the numbers', async () => {
  const cpus = availableParallelism();
  const { run, stdout } = await runToEnd(
    specOf(
      { workload: 'paced', batchSizes: [1], instances: [1, cpus + 1] },
      { repeats: { min: 1, max: 1 }, windowSeconds: 0.2 },
    ),
  );
  expect([...run.skipped.values()].map(({ reason }) => reason)).toEqual(['cores']);
  expect(stdout).toContain(`${cpus + 1} processes of 1 thread need ${cpus + 1} CPUs; ${cpus} may be used here`);
});

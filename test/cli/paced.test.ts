import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SpecInput } from '../../src/core/spec/spec';
import { windowValue } from '../../src/core/values/windowValue';
import { isRunning } from '../../src/machine/processIdentity';
import { powerFile } from '../../src/runs/store/folders';
import { readPower } from '../../src/runs/store/powerLog';
import { loadRun, lookup } from '../../src/runs/store/runFolder';
import { makeBench, quickSpec, until } from '../support/greenbatch';
import { type PowercapDriver, startPowercapDriver } from '../support/powercapTree';

/** Requests that are replayed to a server, end to end: their joules against the truth, and what a killed engine leaves. */

let driver: PowercapDriver;
let bench: ReturnType<typeof makeBench>;
beforeAll(async () => {
  driver = await startPowercapDriver({ sockets: 1, packageWatts: 100, dramWatts: 20 });
  bench = makeBench();
});
afterAll(async () => {
  bench.remove();
  await driver.stop();
});

const specOf = (more: Partial<SpecInput>, paced: NonNullable<SpecInput['measure']>['paced']): SpecInput =>
  quickSpec(
    {
      ...{ batchSizes: [1, 4], current: { batchSize: 1 }, spinning: [false] },
      sla: { requestLatencyMs: 2000, arrivalRate: 20, batching: 'when-free' },
      ...more,
    },
    { source: 'powercap', powercapRoot: driver.root, paced },
  );

describe('replayed requests', () => {
  it('are measured after the blocks, and after a kill -9 of the engine all but the trial that was running is kept', async () => {
    const started = await bench.run([
      'run',
      bench.writeSpec(specOf({}, { of: 'all', seconds: 5, blocks: 1 })),
      '--detach',
    ]);
    expect(started.code, started.stderr).toBe(0);
    const folder = started.stdout.trim();
    const running = await until(() => {
      const { run } = loadRun(folder);
      return run.pacedTrials.length === 2 && run.pacedTrials[1]!.phase === 'window' ? run : null;
    }, 120);
    const [kept, lost] = running.pacedTrials;
    process.kill(running.sessions[0]!.start.engine.pid, 'SIGKILL');
    await until(() => lost!.processes.every((one) => !isRunning(one)), 5);
    const resumed = await bench.run(['run', '--resume', folder]);
    expect(resumed.code, resumed.stderr).toBe(0);
    const { run, status } = loadRun(folder);
    expect(status).toBe('complete');
    expect(run.trials).toEqual(expect.objectContaining({ length: running.trials.length }));
    expect(run.pacedTrials.map((t) => [t.state, t.paced.block])).toEqual([
      ['finished', 1],
      ['interrupted', 1],
      ['finished', 1],
    ]);
    expect(run.pacedTrials[0]!.trial).toBe(kept!.trial);
    expect(run.pacedTrials[2]!.configuration).toBe(lost!.configuration);

    const samples = lookup(readPower(powerFile(folder)));
    for (const trial of run.pacedTrials.filter((t) => t.state === 'finished')) {
      const [window] = trial.windows;
      const value = windowValue(run, trial, window!, samples);
      if (!value.valid) throw new Error(value.message);
      const truth = driver.truthJoules(window!.start.monotonicMs, window!.end.monotonicMs);
      expect(Math.abs(value.joules / truth - 1)).toBeLessThan(0.005);
      expect(value.work).toBe(100);
      expect(trial.paced).toMatchObject({ requests: 100, seconds: 5, instances: 1, batching: 'when-free' });
      const { paced } = window!;
      expect(paced!.latencyMs).toHaveLength(100);
      expect(paced!.load).toBeGreaterThan(0);
      const served = paced!.batchesOfSize.reduce((sum, [size, batches]) => sum + size * batches, 0);
      expect(Math.abs(served - 100)).toBeLessThanOrEqual(8);
    }
  }, 240_000);

  it('are refused where nothing answers them, with what would help', async () => {
    const refused = async (spec: SpecInput) =>
      (await bench.run(['run', bench.writeSpec(spec, 'bad.energy.yaml')])).stderr;
    const { sla: _, ...without } = specOf({}, { of: 'winners' });
    expect(await refused(without)).toMatch(/paced.*without sla nothing says how many requests arrive/s);
    expect(await refused(specOf({}, { trace: './absent.csv' }))).toMatch(/absent\.csv cannot be read/);
  });
});

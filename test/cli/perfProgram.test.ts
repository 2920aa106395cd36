import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { configurationResults } from '../../src/core/values/trialValue';
import { windowValue } from '../../src/core/values/windowValue';
import { isRunning } from '../../src/machine/processIdentity';
import { loadRun } from '../../src/runs/store/runFolder';
import { makeBench, quickSpec, runFolderIn, until } from '../support/greenbatch';
import { makePerfProgram, programsOf, programWatts } from '../support/perfProgram';
import { makePmu } from '../support/perfPmu';

/** Runs that are measured by a program which does what `perf stat` does, of events whose watts are known. */

const watts = programWatts['energy-pkg'] + programWatts['energy-ram'];

const isPerf = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('perfProgramDriver');
const parentOf = (pid: number) => Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')[1]);

// Each has a program, a workspace and a lock of its own; what is asked of joules are the edges that a run states itself.
describe.concurrent('a run through perf’s program', { timeout: 240_000 }, () => {
  let pmu: ReturnType<typeof makePmu>;
  beforeAll(() => {
    pmu = makePmu();
  });
  afterAll(() => pmu.remove());

  const withPerf = async (
    without: ('json' | 'control')[],
    body: (bench: ReturnType<typeof makeBench>, program: string) => Promise<void>,
  ) => {
    const perf = makePerfProgram({ without });
    const bench = makeBench({ GREENBATCH_PERF_ROOT: pmu.folder, GREENBATCH_PERF: perf.program });
    try {
      await body(bench, perf.program);
      await until(() => programsOf(perf.program).length === 0);
    } finally {
      bench.remove();
      perf.remove();
    }
  };
  const spec = (instances = 1) =>
    quickSpec(
      { batchSizes: [2], instances: [instances], threads: [1] },
      {
        source: 'perf',
        perf: 'program',
        windowSeconds: 0.5,
        idleSeconds: 0.5,
        scope: instances > 1 ? 'inference' : 'end-to-end',
      },
    );
  const eventsOf = (folder: string) =>
    readFileSync(join(folder, 'events.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));

  it.for([
    { way: 'stopped at each edge', without: [] },
    { way: 'read between its intervals', without: ['json' as const, 'control' as const] },
  ])('has known joules within its stated edge: $way', async ({ without }, { expect }) => {
    await withPerf(without, async (bench) => {
      const result = await bench.run(['run', bench.writeSpec(spec())]);
      expect(result.code, result.stderr).toBe(0);
      expect(result.stderr).toContain('MEASURED perf program · 1 package + 1 dram');
      const folder = runFolderIn(result.stdout);
      const windows = eventsOf(folder).filter(({ type }) => type === 'trial.window' || type === 'idle.measured');
      expect(windows.length).toBeGreaterThan(2);
      for (const { start, end, phases } of windows) {
        const joules = [0, 1].reduce((sum, i) => sum + (end.counters[i] - start.resumed.counters[i]) / 1e6, 0);
        const uncertainSeconds = (end.uncertainMs + start.resumed.uncertainMs) / 1000;
        const seconds = (end.monotonicMs - start.resumed.monotonicMs) / 1000;
        // Hundredths of a joule, ten times a second, of two events.
        const rounding = without.length > 0 ? 0.005 * 2 * (10 * seconds + 2) : 1e-3;
        expect(Math.abs(joules - watts * seconds)).toBeLessThanOrEqual(watts * uncertainSeconds + rounding);
        expect(phases).toBeUndefined();
      }
      const report = JSON.parse((await bench.run(['show', folder, '--json'])).stdout);
      expect(report.run.idleWatts / watts).toBeCloseTo(1, 0);
      const [{ edgePercent, joulesPerUnit }] = report.configurations;
      expect(edgePercent).toBeGreaterThan(0);
      expect((joulesPerUnit.high - joulesPerUnit.low) / 2).toBeGreaterThan((joulesPerUnit.mean * edgePercent) / 100);
      const said = 'Edges of windows are known to ±';
      expect((await bench.run(['show', folder])).stdout.replace(/\s+/g, ' ')).toContain(said);
      expect((await bench.run(['export', folder, '--format', 'markdown'])).stdout).toContain(said);
      expect((await bench.run(['export', folder, '--format', 'csv'])).stdout).toContain('by the edges of windows');
    });
  });

  it.skipIf(availableParallelism() < 2)('has them of several processes', async ({ expect }) => {
    await withPerf([], async (bench) => {
      const result = await bench.run(['run', bench.writeSpec(spec(2))]);
      expect(result.code, result.stderr).toBe(0);
      const report = JSON.parse((await bench.run(['show', runFolderIn(result.stdout), '--json'])).stdout);
      expect(report.configurations[0].averageWatts / watts).toBeCloseTo(1, 1);
    });
  });

  it.for([
    { whose: 'trial', signal: 'SIGKILL' },
    { whose: 'engine', signal: 'SIGKILL' },
    { whose: 'trial', signal: 'SIGSTOP' },
    { whose: 'engine', signal: 'SIGSTOP' },
  ] as const)(
    'says nothing wrong when the perf of its $whose gets a $signal in a window',
    async ({ whose, signal }, { expect }) => {
      await withPerf([], async (bench, program) => {
        const measure = { source: 'perf', perf: 'program', windowSeconds: 3, idleSeconds: 0.5 } as const;
        const file = bench.writeSpec(quickSpec({ batchSizes: [1], threads: [1] }, measure));
        const folder = runFolderIn((await bench.run(['run', file, '--detach'])).stdout);
        const { engine } = loadRun(folder).run.sessions[0]!.start;
        const last = await until(() => {
          const trial = loadRun(folder).run.trials.at(-1);
          return trial?.trial === 2 && trial.phase === 'window' && trial;
        });
        await sleep(500);
        const parent = whose === 'trial' ? last.processes[0]!.pid : engine.pid;
        const counting = programsOf(program).filter((pid) => isPerf(pid) && parentOf(pid) === parent);
        expect(counting.length).toBeGreaterThan(0);
        for (const pid of counting) process.kill(pid, signal);
        if (signal === 'SIGSTOP') {
          await sleep(1500);
          for (const pid of counting) process.kill(pid, 'SIGCONT');
        }
        await until(() => !isRunning(engine), 120);
        const first = loadRun(folder);
        if (whose === 'engine' && signal === 'SIGKILL') {
          // Nothing tells a standstill any more.
          expect(first.run.sessions[0]!.end).toMatchObject({ reason: 'failed', code: 'source-lost' });
          const resumed = await bench.run(['run', '--resume', folder]);
          expect(resumed.code, resumed.stderr).toBe(0);
        }
        const { run, samples, status } = loadRun(folder);
        expect(status, JSON.stringify(run.sessions.at(-1)?.end)).toBe('complete');
        expect(configurationResults(run, samples).map((c) => c.trials.length)).toEqual([2]);
        if (signal === 'SIGKILL') expect(run.trials.some(({ failure }) => failure?.code === 'source-lost')).toBe(true);
        for (const trial of run.trials)
          for (const window of trial.windows) {
            const value = windowValue(run, trial, window, samples);
            if (!value.valid) continue;
            const off = Math.abs(value.joules - watts * value.seconds);
            expect(off, `trial ${trial.trial}: ${value.joules} J in ${value.seconds} s`).toBeLessThanOrEqual(
              value.edgeJoules + 0.01,
            );
          }
      });
    },
  );

  it('leaves no perf behind where its engine, or a trial, is killed', async ({ expect }) => {
    await withPerf([], async (bench, program) => {
      const file = bench.writeSpec({ ...spec(), measure: { ...spec().measure, windowSeconds: 30 } });
      const folder = runFolderIn((await bench.run(['run', file, '--detach'])).stdout);
      const trial = await until(() => {
        const event = eventsOf(folder).find(({ type, phase }) => type === 'trial.phase' && phase === 'window');
        return event && eventsOf(folder).findLast(({ type }) => type === 'trial.started').process.pid;
      });
      const { pid } = eventsOf(folder).find(({ type }) => type === 'session.started').engine;
      await until(() => programsOf(program).filter((one) => one !== pid && one !== trial).length >= 6);
      process.kill(trial, 'SIGKILL');
      process.kill(pid, 'SIGKILL');
      await until(() => programsOf(program).length === 0, 10);
      expect(programsOf(program)).toEqual([]);
    });
  });
});

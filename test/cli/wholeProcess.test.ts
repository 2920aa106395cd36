import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { windowStart } from '../../src/core/energy/readings';
import type { Run } from '../../src/core/run/fold';
import { isRunning } from '../../src/machine/processIdentity';
import { followRun, loadRun } from '../../src/runs/store/runFolder';
import { makeBench, quickSpec, runFolderIn, until } from '../support/greenbatch';
import { makePmu } from '../support/perfPmu';
import { makePerfProgram, programsOf, programWatts } from '../support/perfProgram';

/** Windows that hold a whole process each, from its start to its end (`measure.scope: process`). */

const watts = programWatts['energy-pkg'] + programWatts['energy-ram'];
const phases = ['start', 'model', 'load', 'preprocess', 'inference', 'nms', 'exit'];

describe('a run whose windows are whole processes', { timeout: 240_000 }, () => {
  let bench = makeBench();
  beforeEach(() => {
    bench = makeBench();
  });
  afterEach(() => bench.remove());

  const show = async (folder: string) => JSON.parse((await bench.run(['show', folder, '--json'])).stdout);

  it('has the joules of all of each, from the start to the end, by phases that add up', async () => {
    const spec = quickSpec(
      { images: { generated: { count: 6 } } },
      { source: 'estimate', scope: 'process', windows: 2 },
    );
    const result = await bench.run(['run', bench.writeSpec(spec)]);
    expect(result.code, result.stderr).toBe(0);
    expect(result.stdout).toContain('whole processes, nothing warmed up: start, model, loading');
    expect(result.stdout).toMatch(
      /Starting the process, loading the model and ending take .* J\/image \(est\.\), .* % of the energy/,
    );
    const folder = runFolderIn(result.stdout);
    const report = await show(folder);
    expect(report.run.scope).toBe('process');
    for (const c of report.configurations) {
      expect(c.phases.map((p: { phase: string }) => p.phase)).toEqual(phases);
      const sum = (key: 'joulesPerImage' | 'msPerImage') =>
        c.phases.reduce((all: number, p: Record<string, { mean: number }>) => all + p[key]!.mean, 0);
      expect(sum('joulesPerImage') / c.joulesPerImage.mean).toBeCloseTo(1, 6);
      expect((sum('msPerImage') * c.imagesPerSecond) / 1000).toBeGreaterThan(0.9);
      expect((sum('msPerImage') * c.imagesPerSecond) / 1000).toBeLessThan(1.1);
      // Node, a model and its runtime take longer than six images of 64 × 64 pixels.
      expect(c.phases[0].joulesPerImage.mean + c.phases[1].joulesPerImage.mean).toBeGreaterThan(
        0.2 * c.joulesPerImage.mean,
      );
    }
    const { run } = loadRun(folder);
    for (const trial of run.trials) {
      expect(trial.windows).toHaveLength(2);
      const pids = trial.processes.map(({ pid }) => pid);
      expect(new Set(pids).size).toBe(2);
      expect(trial.finished).toMatchObject({ warmupMs: 0, warmupBatches: 0 });
      for (const { work, batchMs, cpuSeconds, start, end } of trial.windows) {
        expect(work).toBe(6);
        expect(batchMs).toHaveLength(6 / run.configurations.find((c) => c.id === trial.configuration)!.batchSize);
        const seconds = (end.monotonicMs - start.monotonicMs) / 1000;
        // Inference alone, and the whole process: far from each other.
        expect(batchMs.reduce((all, ms) => all + ms, 0) / 1000).toBeLessThan(seconds / 2);
        expect(cpuSeconds).toBeGreaterThan(0.1);
      }
    }
    for (const format of ['markdown', 'csv'] as const)
      expect((await bench.run(['export', folder, '--format', format])).code).toBe(0);
    expect((await bench.run(['export', folder, '--format', 'markdown'])).stdout).toContain('gross, whole processes.');
  });

  it('leaves no process when its engine is killed in one, and resumes at the repeat that is missing', async () => {
    const spec = quickSpec(
      { imageSize: 320, images: { generated: { count: 60 } } },
      { source: 'estimate', scope: 'process', repeats: { min: 1, max: 1 } },
    );
    const started = await bench.run(['run', bench.writeSpec(spec), '--detach']);
    expect(started.code, started.stderr).toBe(0);
    const folder = runFolderIn(started.stdout);
    const follower = followRun(folder);
    const when = (test: (run: Run) => unknown) =>
      until(() => {
        follower.poll();
        const run = follower.run();
        return run && test(run) ? run : null;
      });
    const run = await when((r) => r.trials.at(-1)?.phase === 'window');
    await new Promise((done) => setTimeout(done, 300));
    const { engine } = run.sessions[0]!.start;
    const own = run.trials.at(-1)!.processes[0]!;
    expect(isRunning(own)).toBe(true);
    process.kill(engine.pid, 'SIGKILL');
    await until(() => !isRunning(own), 5);
    expect(loadRun(folder).status).toBe('stopped');
    const resumed = await bench.run(['run', '--resume', folder]);
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(loadRun(folder).run.trials.filter((t) => t.state === 'interrupted')).toHaveLength(1);
    expect((await show(folder)).configurations.map((c: { n: number }) => c.n)).toEqual([1, 1]);
  });

  it('has known joules through perf’s program, within its stated edges and without phases', async () => {
    const pmu = makePmu();
    const perf = makePerfProgram({ without: [] });
    try {
      const measure = { source: 'perf', perf: 'program', scope: 'process', idleSeconds: 0.5 } as const;
      const file = bench.writeSpec(quickSpec({ batchSizes: [2], images: { generated: { count: 16 } } }, measure));
      const env = { GREENBATCH_PERF_ROOT: pmu.folder, GREENBATCH_PERF: perf.program };
      const result = await bench.run(['run', file], env);
      expect(result.code, result.stderr).toBe(0);
      const folder = runFolderIn(result.stdout);
      const windows = loadRun(folder).run.trials.flatMap((t) => t.windows);
      expect(windows.length).toBeGreaterThan(2);
      for (const { start: first, end, phases: told } of windows) {
        const start = windowStart(first);
        const joules = [0, 1].reduce((sum, i) => sum + (end.counters[i]! - start.counters[i]!) / 1e6, 0);
        const seconds = (end.monotonicMs - start.monotonicMs) / 1000;
        const uncertain = ((end.uncertainMs ?? 0) + (start.uncertainMs ?? 0)) / 1000;
        expect(Math.abs(joules - watts * seconds)).toBeLessThanOrEqual(watts * uncertain + 1e-3);
        expect(told).toBeUndefined();
      }
      const [c] = (await show(folder)).configurations;
      expect(c.phases).toBeUndefined();
      expect(c.edgePercent).toBeGreaterThan(0);
      await until(() => programsOf(perf.program).length === 0);
    } finally {
      perf.remove();
      pmu.remove();
    }
  });
});

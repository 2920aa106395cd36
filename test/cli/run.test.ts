import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { windowValue } from '../../src/core/values/windowValue';
import { eventsFile, powerFile } from '../../src/runs/store/folders';
import { loadRun } from '../../src/runs/store/runFolder';
import { writeConstantModel } from '../support/constantModel';
import { makeBench, quickSpec, runFolderIn } from '../support/greenbatch';
import { startPowercapDriver } from '../support/powercapTree';

const bench = makeBench();
afterAll(() => bench.remove());

describe('greenbatch run', () => {
  it('measures a sweep to a table, a verdict and a folder, with the estimate where RAPL is absent', async () => {
    const file = bench.writeSpec(quickSpec({ name: 'quick', current: { batchSize: 1 } }, { source: 'estimate' }));
    const result = await bench.run(['run', file]);
    expect(result.stderr).toContain('ESTIMATED');
    expect(result.code, result.stderr).toBe(0);
    const folder = runFolderIn(result.stdout);
    // Whoever sees the session's end has all samples by then: the last line of events is the last line of all.
    expect(statSync(powerFile(folder)).mtimeMs).toBeLessThanOrEqual(statSync(eventsFile(folder)).mtimeMs);
    expect(folder).toContain(join(bench.folder, '.greenbatch', 'runs'));
    expect(result.stdout).toContain('[ESTIMATED from CPU time]');
    expect(result.stdout).toMatch(/J\/image \(est\.\)/);
    expect(result.stdout).toMatch(/measuring itself took [\d.]+ % of the machine's CPU time/);
    expect(result.stderr).not.toContain('\u001b[');
    expect(readFileSync(join(folder, 'engine.log'), 'utf8')).toBe('');
  });

  it.runIf(process.platform === 'linux')(
    'records at the edges of each window what this machine tells of its state',
    async () => {
      const { run } = loadRun(JSON.parse((await bench.run(['show', 'latest', '--json'])).stdout).run.folder);
      const states = [...run.sessions[0]!.idles, ...run.trials.flatMap((t) => t.windows)].map(
        (window) => window?.state,
      );
      expect(states.length).toBeGreaterThan(4);
      const counts = existsSync('/sys/devices/system/cpu/cpu0/thermal_throttle/core_throttle_count');
      const hasFrequency = existsSync('/sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq');
      for (const state of states) {
        for (const edge of [state!.start, state!.end]) {
          expect(edge.runnable).toBeGreaterThan(0);
          expect(edge.packages.some((p) => p.coreThrottles !== null)).toBe(counts);
          expect(edge.frequency !== null).toBe(hasFrequency);
        }
        expect(state!.end.stealSeconds).toBeGreaterThanOrEqual(state!.start.stealSeconds!);
      }
    },
  );

  it('looks at the machine before the first trial and after each block', async () => {
    const { run } = loadRun(JSON.parse((await bench.run(['show', 'latest', '--json'])).stdout).run.folder);
    expect(run.looks.map(({ block }) => block)).toEqual([null, 1, 2]);
    for (const { seconds, totalSeconds, settings } of run.looks) {
      expect(totalSeconds).toBeGreaterThan(0);
      expect(seconds).toBeGreaterThan(0.2);
      expect(settings).toHaveProperty('governor');
    }
    if (process.platform !== 'linux') return;
    expect(run.looks.every(({ processes }) => processes !== null)).toBe(true);
    const [start] = run.looks;
    expect(start!.seconds).toBeLessThan(1);
  });

  it('shows what it measured as JSON', async () => {
    const shown = await bench.run(['show', 'latest', '--json']);
    expect(shown.code, shown.stderr).toBe(0);
    const report = JSON.parse(shown.stdout);
    expect(report.source).toMatchObject({ kind: 'estimate', measured: false });
    expect(report.configurations).toHaveLength(2);
    for (const c of report.configurations) {
      expect(c).toMatchObject({ model: 'yolov7-tiny', threads: 1, n: 2 });
      expect(c.joulesPerUnit.mean).toBeGreaterThan(0);
      expect(c.joulesPerUnit.low).toBeLessThan(c.joulesPerUnit.high);
      expect(c.unitsPerSecond).toBeGreaterThan(0);
      expect(c.utilisation).toBeGreaterThan(0);
      expect(c.cpuSecondsPerUnit).toBeGreaterThan(0);
      expect(c.batchLatencyMs.max).toBeGreaterThan(0);
      expect(c.requestLatencyMs).toBeNull();
    }
    // Two blocks are too few for a verdict, and it says so.
    expect(report.verdict.kind).toBe('unresolved');
    expect(report.verdict.marginPercent).toBe(1);
    const suggested = await bench.run(['suggest', 'latest']);
    expect(suggested.code).toBe(6);
    expect(suggested.stdout).toMatch(/estimated/i);
    const listed = await bench.run(['runs', '--json']);
    expect(JSON.parse(listed.stdout)[0]).toMatchObject({ status: 'complete', source: 'estimate', name: 'quick' });
  });

  it('resolves the same folder by name, and tells what it does not know', async () => {
    const id = basename(JSON.parse((await bench.run(['runs', '--json'])).stdout)[0].folder);
    expect((await bench.run(['show', id.slice(0, 15)])).code).toBe(0);
    const unknown = await bench.run(['show', 'nothing']);
    expect(unknown).toMatchObject({ code: 2, stdout: '' });
    expect(unknown.stderr).toContain('greenbatch runs');
    expect((await bench.run(['fly'])).stderr).toContain('there is no command "fly"');
    expect((await bench.run(['run', '--nonsense'])).code).toBe(2);
    expect((await bench.run(['run'])).code).toBe(2);
    expect((await bench.run(['run', '--resume', id])).stderr).toContain('nothing is missing');
  });

  it('names every problem of an experiment file with its place', async () => {
    const file = bench.writeSpec({ models: [], batchSizes: [0], imagesize: 3 } as never, 'bad.energy.yaml');
    const result = await bench.run(['run', file]);
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(/bad\.energy\.yaml:1:\d+/);
    expect(result.stderr).toMatch(/batchSizes/);
    expect(result.stderr).toMatch(/imagesize/);
    expect((await bench.run(['run', 'absent.energy.yaml'])).stderr).toContain('cannot be read');
  });

  it('takes image size and batch size from a model that is fixed to them', async () => {
    const outputs = { output: { dims: [2, 1], data: new Float32Array(2) } };
    writeConstantModel(join(bench.folder, 'fixed.onnx'), { inputDims: [2, 3, 64, 96], outputs });
    const { imageSize: _, ...spec } = quickSpec({ models: ['./fixed.onnx'] }, { source: 'estimate' });
    const result = await bench.run(['run', bench.writeSpec(spec, 'fixed.energy.yaml'), '--json']);
    expect(result.code, result.stderr).toBe(0);
    expect(result.stderr).toMatch(
      /batchSizes: \.\/fixed\.onnx takes batches of 2 only, so the others are left out; to/,
    );
    const report = JSON.parse(result.stdout.slice(0, result.stdout.lastIndexOf('}') + 1));
    expect(report.run.imageSize).toEqual({ height: 64, width: 96 });
    expect(report.configurations.map((c: { batchSize: number; n: number }) => [c.batchSize, c.n])).toEqual([
      [1, 0],
      [2, 2],
    ]);
    expect(JSON.stringify(report)).toContain('to compare others, export it with a free batch size');
  });

  it('refuses, before it makes a run, sizes that a model does not take', async () => {
    const before = readdirSync(join(bench.folder, '.greenbatch', 'runs')).length;
    for (const [more, said] of [
      [
        { imageSize: 128 },
        /wrong\.energy\.yaml:\d+:\d+ imageSize: \.\/fixed\.onnx takes images of 64×96 pixels \(allowed: \[64, 96\],/,
      ],
      [
        { batchSizes: [1, 4], imageSize: [64, 96] as [number, number] },
        /batchSizes: \.\/fixed\.onnx takes batches of 2 only \(allowed: 2; /,
      ],
    ] as const) {
      const spec = quickSpec({ models: ['./fixed.onnx'], ...(more as object) });
      const result = await bench.run(['run', bench.writeSpec(spec, 'wrong.energy.yaml')]);
      expect(result).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(said) });
    }
    expect(readdirSync(join(bench.folder, '.greenbatch', 'runs'))).toHaveLength(before);
  });

  it('refuses a source that it cannot read, and names the fix', async () => {
    const file = bench.writeSpec(
      quickSpec({}, { source: 'powercap', powercapRoot: join(bench.folder, 'no-such-tree') }),
    );
    const result = await bench.run(['run', file]);
    expect(result.code, result.stdout).toBe(3);
    expect(result.stderr).toMatch(/powercap|RAPL/);
    const { failure } = JSON.parse((await bench.run(['show', 'latest', '--json'])).stdout).run;
    expect(failure).toMatchObject({ code: 'source-absent', fix: null });
    expect(failure.message).toContain('no-such-tree does not exist. Check measure.powercapRoot');
  });

  it('takes from a serving config what the experiment does not say of batches, tells so, and records it', async () => {
    const sla = { requestLatencyMs: 1000, arrivalRate: 4, instances: 1 };
    const measure = { source: 'estimate', repeats: { min: 1, max: 1 }, paced: { of: 'none' } } as const;
    const file = bench.writeSpec(quickSpec({ sla }, measure), 'served.energy.yaml');
    const config = join(bench.folder, 'config.pbtxt');
    writeFileSync(
      config,
      'backend: "onnxruntime"\nmax_batch_size: 8\ndynamic_batching { max_queue_delay_microseconds: 2500 }\n',
    );
    const { code, stdout, stderr } = await bench.run(['run', file, '--for', config]);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain(
      'config.pbtxt says how batches are formed: an instance that is free takes what waits, or waits for more at most 2.5 ms; 1 at once.\n',
    );
    const { created } = loadRun(runFolderIn(stdout)).run;
    expect(created.spec.sla).toEqual({ ...sla, percentile: 95, batching: 'when-free', batchTimeoutMs: 2.5 });
    expect(created.servedBy).toEqual({ file: 'config.pbtxt', taken: ['batching', 'batchTimeoutMs'] });
    const missing = await bench.run(['run', file, '--for', join(bench.folder, 'none.pbtxt')]);
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('there is no file') });
  });

  it('starts nothing with --strict where the result would be qualified, and names why at once', async () => {
    const before = readdirSync(join(bench.folder, '.greenbatch/runs')).length;
    const sla = { requestLatencyMs: 1000, arrivalRate: 1 };
    const file = bench.writeSpec(quickSpec({ sla }, { source: 'estimate', idleSeconds: 0 }), 'strict.energy.yaml');
    const refused = await bench.run(['run', file, '--strict']);
    expect(refused).toMatchObject({ code: 9, stdout: '' });
    expect(refused.stderr).toContain('\n  joules would be estimated from CPU time, not measured');
    expect(refused.stderr).toContain('\n  J/request would not be known, for there would be no idle baseline');
    expect(readdirSync(join(bench.folder, '.greenbatch/runs'))).toHaveLength(before);
    const [error] = (await bench.run(['run', file, '--strict'], { GREENBATCH_ERRORS: 'json' })).stderr
      .trim()
      .split('\n')
      .slice(-1);
    expect(JSON.parse(error!)).toMatchObject({ error: { code: 'conditions' } });
  });

  it('tells a program that started it why, as one JSON line', async () => {
    const asked = { GREENBATCH_ERRORS: 'json' };
    const unknown = await bench.run(['show', 'nothing'], asked);
    expect(unknown.code).toBe(2);
    expect(JSON.parse(unknown.stderr).error).toMatchObject({ code: 'run-not-found', fix: null });
    expect(JSON.parse((await bench.run(['run', '--nonsense'], asked)).stderr).error.code).toBe('usage');
  });

  it('writes to the folder that --out names, once', async () => {
    const file = bench.writeSpec(
      quickSpec({ batchSizes: [1] }, { source: 'estimate', repeats: { min: 1, max: 1 }, idleSeconds: 0 }),
    );
    const out = join(bench.folder, 'out');
    const first = await bench.run(['run', file, '--out', out]);
    expect(first.code, first.stderr).toBe(0);
    expect(runFolderIn(first.stdout)).toBe(out);
    const report = JSON.parse((await bench.run(['show', out, '--json'])).stdout);
    // A single repeat has no interval.
    expect(report.configurations[0].joulesPerUnit).toMatchObject({ n: 1, low: null, high: null });
    const again = await bench.run(['run', file, '--out', out]);
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('--resume');
  });
});

describe('energy of a window', () => {
  const read = (folder: string) => {
    const { run, samples } = loadRun(folder);
    return run.trials.flatMap((trial) =>
      trial.windows.map((window) => ({ window, value: windowValue(run, trial, window, samples) })),
    );
  };

  it('is that of a tree whose truth is known: two sockets of 100 W + 20 W, within 0.5 % at 1 s and 0.1 % at 10 s', async () => {
    const driver = await startPowercapDriver({
      sockets: 2,
      packageWatts: 100,
      dramWatts: 20,
      psys: true,
      mmioTwins: true,
      core: true,
    });
    try {
      for (const [seconds, limit, repeats] of [
        [1, 0.005, 3],
        [10, 0.001, 1],
      ] as const) {
        const file = bench.writeSpec(
          quickSpec(
            { batchSizes: [1] },
            {
              source: 'powercap',
              powercapRoot: driver.root,
              windowSeconds: seconds,
              repeats: { min: repeats, max: repeats },
            },
          ),
        );
        const result = await bench.run(['run', file]);
        expect(result.code, result.stderr).toBe(0);
        expect(result.stderr).toContain('MEASURED powercap · 2 package + 2 dram');
        const windows = read(runFolderIn(result.stdout));
        expect(windows.length).toBeGreaterThanOrEqual(repeats);
        for (const { window, value } of windows) {
          if (!value.valid) throw new Error(value.message);
          const truth = driver.truthJoules(window.start.monotonicMs, window.end.monotonicMs);
          expect(Math.abs(value.joules / truth - 1)).toBeLessThan(limit);
          expect(Math.abs(value.watts / 240 - 1)).toBeLessThan(limit);
          if (seconds === 10) expect((value.joules / value.seconds) * 10).toBeCloseTo(2400, -1);
        }
        const report = JSON.parse((await bench.run(['show', runFolderIn(result.stdout), '--json'])).stdout);
        expect(report.configurations[0].averageWatts).toBeGreaterThan(238);
        expect(report.source).toMatchObject({ kind: 'powercap', measured: true });
      }
    } finally {
      await driver.stop();
    }
  });

  it('is right across several wraps of every counter', async () => {
    const driver = await startPowercapDriver({
      sockets: 2,
      packageWatts: 100,
      dramWatts: 80,
      limitWatts: null,
      packageRangeMicrojoules: 80e6,
      dramRangeMicrojoules: 70e6,
    });
    try {
      const file = bench.writeSpec(
        quickSpec(
          { batchSizes: [1] },
          { source: 'powercap', powercapRoot: driver.root, windowSeconds: 4, repeats: { min: 1, max: 1 } },
        ),
      );
      const result = await bench.run(['run', file]);
      expect(result.code, result.stderr).toBe(0);
      const [first] = read(runFolderIn(result.stdout));
      if (!first?.value.valid) throw new Error('the window should be valid');
      const truth = driver.truthJoules(first.window.start.monotonicMs, first.window.end.monotonicMs);
      expect(truth).toBeGreaterThan(3 * 80);
      expect(Math.abs(first.value.joules / truth - 1)).toBeLessThan(0.005);
    } finally {
      await driver.stop();
    }
  });
});

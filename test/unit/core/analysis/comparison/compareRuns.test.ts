import { noted } from '../../../../../src/core/run/conditions';
import { describe, expect, it, test } from 'vitest';
import { findingsText } from '../../../../../src/cli/text/analysisText';
import { styleFor } from '../../../../../src/cli/text/style';
import { cpuTime } from '../../../../../src/core/energy/units';
import type { RunEvent } from '../../../../../src/core/run/events';
import { foldRun } from '../../../../../src/core/run/fold';
import { analysedRun, type UnjudgedRun } from '../../../../../src/core/report/report';
import type { AnalysedRun } from '../../../../../src/core/analysis/analysis';
import { findingsOf } from '../../../../../src/core/analysis/findings';
import { comparisonAnalysis } from '../../../../../src/core/analysis/comparison/comparisonAnalysis';
import { compareRuns as compareSides } from '../../../../../src/core/analysis/comparison/compareRuns';
import { comparisonSchema, type RunComparison } from '../../../../../src/core/analysis/comparison/comparisonSchema';
import { sweep, zonePart } from '../../../../support/runEvents';
import { splitRun } from '../../../../webview/harness/runs';

const compareRuns = (first: AnalysedRun, second: AnalysedRun) => compareSides({ first: [first], second: [second] });
const none = () => [];
const curved = (maxWatts: number) =>
  zonePart('machine', {
    ...{ source: 'estimate', measured: false, added: true, unit: cpuTime },
    curve: { idleWatts: 10, maxWatts, shape: 2, errorPercent: 1, basis: '' },
  });
type Report = UnjudgedRun['report'];
function comparable(events: RunEvent[], id = 'first-run'): UnjudgedRun {
  const run = foldRun(events);
  run.runId = id;
  return analysedRun(run, none, { folder: `/runs/${id}`, status: 'complete' });
}

/** The sweep with the energy of its windows changed by a factor for each configuration. */
function scaled(factors: Record<string, number>, id = 'second-run'): UnjudgedRun {
  const run = comparable(sweep(), id);
  const results = run.results.map((r) => ({
    ...r,
    trials: r.trials.map((t) => ({ ...t, joulesPerUnit: t.joulesPerUnit * (factors[r.id] ?? 1) })),
  }));
  return { ...run, results };
}

const plain = styleFor(process.stdin as never);
const first = comparable(sweep());
const jsonOf = (comparison: RunComparison) => JSON.parse(JSON.stringify(comparisonAnalysis.json(comparison)));
const parsed = (comparison: RunComparison) => comparisonSchema.parse(jsonOf(comparison));
const textOf = (runs: [AnalysedRun, AnalysedRun], comparison: RunComparison) =>
  findingsText(findingsOf(comparisonAnalysis, runs, comparison), plain);

describe('comparing two runs', () => {
  const a4 = 'yolov7-tiny b1 i4 t4 spin';

  it('pairs splits of the cores with their like, and names them', () => {
    const { report, results, terms } = splitRun({ splits: [1, 4, 16], batchSizes: [1], spinnings: [true] });
    const one = { report: { ...report, run: { ...report.run, id: 'one', name: 'one' } }, results, terms };
    const other = splitRun({ splits: [4, 16], batchSizes: [1], spinnings: [true] });
    const less = other.results.map((r) => ({
      ...r,
      trials: r.trials.map((t) => ({ ...t, joulesPerUnit: 0.9 * t.joulesPerUnit })),
    }));
    const two = { report: { ...other.report, run: { ...report.run, id: 'two', name: 'two' } }, results: less, terms };
    const comparison = compareRuns(one, two);
    expect(comparison.configurations.map((c) => [c.first.instances, c.second.instances, c.second.threads])).toEqual([
      [4, 4, 4],
      [16, 16, 1],
    ]);
    expect(comparison.onlyFirst).toEqual(['yolov7-tiny b1 t16 spin']);
    expect(comparison.warnings).toContainEqual({
      code: 'instances',
      message: 'They differ in processes at once: 1, 4, 16; 4, 16.',
    });
    expect(comparison.reference).toEqual({ first: a4, second: a4, chosen: 'most-blocks' });
    expect(comparison.sentence).toMatch(/^Between one and two, energy per image relative to batch 1 as 4 × 4 threads /);
    expect(textOf([one, two], comparison)).toMatch(/^batch 1 as 16 × 1 thread  .* not judged  /m);
  });

  it('describes the ratios of two runs without a past, and judges nothing', async () => {
    const second = scaled({ b1: 0.88, b2: 1.05, b4: 0.8804 });
    const comparison = compareRuns(first, second);
    expect(comparison.reference).toEqual({ first: 'b1', second: 'b1', chosen: 'in-use' });
    expect(comparison.configurations.map((c) => c.verdict)).toEqual([null, 'descriptive', 'descriptive']);
    expect(comparison.configurations.map((c) => c.absolute)).toEqual(Array(3).fill('cause-unknown'));
    const { percent, low, high } = comparison.configurations[0]!.joulesPerUnit.difference;
    expect(percent).toBeCloseTo(-12, 6);
    expect(low).toBeLessThan(-12);
    expect(high).toBeGreaterThan(-12);
    const { ratio } = comparison.configurations[1]!;
    expect(ratio!.difference.percent).toBeCloseTo((1.05 / 0.88 - 1) * 100, 6);
    expect(ratio!.second / ratio!.first).toBeCloseTo(1.05 / 0.88, 9);
    expect(ratio!.withinRuns).toEqual({ low: ratio!.difference.low, high: ratio!.difference.high });
    expect(comparison).toMatchObject({ refused: null, betweenRuns: null, notJudged: { code: 'machine-unknown' } });
    await expect(textOf([first, second], comparison)).toMatchFileSnapshot('../../../../golden/compared.txt');
    expect(parsed(comparison)).toEqual(jsonOf(comparison));
  });

  it('is the same from the other side, with the sign turned', () => {
    const second = scaled({ b1: 0.88, b2: 1.05 });
    const there = compareRuns(first, second).configurations;
    const back = compareRuns(second, first).configurations;
    for (const [i, { joulesPerUnit, ratio }] of there.entries()) {
      for (const [one, turned] of [
        [joulesPerUnit.difference, back[i]!.joulesPerUnit.difference],
        [ratio?.difference, back[i]!.ratio?.difference],
      ]) {
        if (!one || !turned) continue;
        expect(1 / (1 + turned.percent / 100)).toBeCloseTo(1 + one.percent / 100, 12);
        expect(1 / (1 + turned.high! / 100)).toBeCloseTo(1 + one.low! / 100, 12);
      }
    }
  });

  it('tells no two runs apart by fewer than five repeats', () => {
    const few = { ...first, results: first.results.map((r) => ({ ...r, trials: r.trials.slice(0, 4) })) };
    const comparison = compareRuns(few, scaled({ b1: 0.5 }));
    expect(comparison.configurations.map((c) => c.absolute)).toEqual(Array(3).fill('not-told-apart'));
    const one = { ...first, results: first.results.map((r) => ({ ...r, trials: r.trials.slice(0, 1) })) };
    const single = compareRuns(one, first);
    expect(single.configurations[0]!.joulesPerUnit.difference.low).toBeNull();
    expect(single.configurations[1]!.ratio).toMatchObject({ difference: { low: null, high: null }, blocks: 1 });
    expect(single.sentence.match(/by what fewer than 5 repeats cannot tell from scatter/g)).toHaveLength(2);
  });

  it('leaves out a configuration whose joules have no logarithm', () => {
    expect(compareRuns(first, scaled({ b2: -1 }))).toMatchObject({ onlyFirst: ['b2'], onlySecond: ['b2'] });
  });

  it('lists what only one of them measured', () => {
    const second = { ...scaled({}), results: first.results.filter((r) => r.id !== 'b2') };
    expect(compareRuns(first, second)).toMatchObject({ onlyFirst: ['b2'], onlySecond: [] });
    const other = second.results.map((r) => ({ ...r, batchSize: 100 * r.batchSize }));
    expect(compareRuns(first, { ...second, results: other }).refused?.code).toBe('nothing-in-common');
  });

  it('compares other models and threads batch by batch, and says so', () => {
    const second = scaled({ b1: 0.5, b2: 0.5, b4: 0.5 });
    const results = second.results.map((r) => ({ ...r, model: 'yolov7x', threads: 4, id: `x ${r.id}` }));
    const comparison = compareRuns(first, { ...second, results });
    // Nothing is the same in both, so there is nothing to relate the others to.
    expect(comparison).toMatchObject({ reference: null, notJudged: { code: 'no-reference' } });
    expect(comparison.configurations.map((c) => [c.verdict, c.absolute])).toEqual(
      Array(3).fill([null, 'cause-unknown']),
    );
    expect(comparison.sentence).toMatch(/^In energy per image itself the runs differ \(by −50\.0 % at 3 of 3/);
    expect(comparison.warnings.map((w) => w.code)).toEqual(expect.arrayContaining(['model', 'threads']));
    // Where one run has several threads, they count.
    const several = { ...second, results: [...second.results, { ...second.results[0]!, threads: 4, id: 'b1 t4' }] };
    expect(compareRuns(first, several).onlySecond).toEqual(['b1 t4']);
  });

  const accelerator = zonePart('accelerator-0', { source: 'other', added: true });
  type Change = (report: Report, results: UnjudgedRun['results']) => void;
  test.each<[string, RegExp, Change]>([
    [
      'measured-with-estimated',
      /was measured.*is estimated/,
      (r) => r.source!.parts.forEach((p) => (p.measured = false)),
    ],
    ['domains', /package-0; dram-0|dram-0 \+ package-0; package-0/, (r) => r.source!.parts.pop()],
    ['domains', /set the same measure\.source and measure\.domains/, (r) => r.source!.parts.push(accelerator)],
    ['image-size', /64×64; 640×64/, (r) => (r.run.imageSize!.width = 640)],
    ['nothing-measured', /no finished repeat/, (_, results) => results.forEach((r) => (r.trials = []))],
    [
      'workload',
      /\(detection, counted in images; detection, counted in tokens\)/,
      (r) => (r.run.workload.unit = 'token'),
    ],
    ['workload', /\(detection, .*; training, counted in images\)/, (r) => (r.run.workload.name = 'training')],
    ['model', /another model/, (r) => (r.run.models[0]!.sha256 = 'f'.repeat(64))],
  ])('refuses %s', (code, message, change) => {
    const withModel = (run: UnjudgedRun) => {
      const { report, results } = structuredClone(run);
      report.run.models = [{ model: 'yolov7-tiny', sha256: 'a'.repeat(64), parameters: null, gflops: null }];
      return { ...run, report, results };
    };
    const second = withModel(scaled({}));
    change(second.report, second.results);
    const comparison = compareRuns(withModel(first), second);
    expect(comparison.refused).toMatchObject({ code });
    expect(comparison.refused?.message).toMatch(message);
    expect(comparison).toMatchObject({ configurations: [], onlyFirst: [], onlySecond: [] });
    expect(textOf([first, second], comparison)).toContain('Not compared');
    expect(parsed(comparison)).toEqual(jsonOf(comparison));
  });

  it('refuses estimates by different power curves, and takes those of the same', () => {
    const estimated = (maxWatts: number) => {
      const run = structuredClone(first);
      run.report.source!.parts = [curved(maxWatts)];
      return run;
    };
    expect(compareRuns(estimated(90), estimated(90)).refused).toBeNull();
    expect(compareRuns(estimated(90), estimated(95)).refused).toMatchObject({
      code: 'power-curve',
      message: expect.stringContaining('(10 to 90 W; 10 to 95 W)'),
    });
  });

  it('refuses half a machine beside a whole one, and beside another half', () => {
    const without = (...missing: string[]) => {
      const run = structuredClone(scaled({ b1: 0.9 }));
      run.report.source!.missing = missing;
      return run;
    };
    expect(compareRuns(first, without('dram-1')).refused).toMatchObject({
      code: 'missing-domains',
      message: expect.stringContaining('(none; dram-1)'),
    });
    expect(compareRuns(without('package-1'), without('dram-1')).refused).toMatchObject({ code: 'missing-domains' });
    const alike = compareRuns(without('package-1', 'dram-1'), without('dram-1', 'package-1'));
    expect(alike).toMatchObject({ refused: null, missing: ['package-1', 'dram-1'] });
    expect(alike.sentence).toMatch(/^Measured without package-1 \+ dram-1: /);
    expect(compareRuns(first, scaled({}))).toMatchObject({ missing: [] });
  });

  it('compares what is measured whatever is estimated beside it, and says that the sources differ', () => {
    const second = structuredClone(scaled({}));
    second.report.source!.parts.push(curved(90));
    expect(compareRuns(first, second)).toMatchObject({ refused: null, estimated: false });
    expect(compareRuns(first, second).warnings).toContainEqual({
      code: 'source',
      message: 'They differ in energy source: powercap; powercap + estimate.',
    });
    const other = structuredClone(second);
    other.report.source!.parts.at(-1)!.curve!.maxWatts = 95;
    expect(compareRuns(second, other).refused).toBeNull();
  });

  it('tells apart the ways in which one instrument is read', () => {
    const [byEvent, byProgram] = ['event', 'program'].map((way) => {
      const run = structuredClone(scaled({}));
      for (const part of run.report.source!.parts) Object.assign(part, { source: 'perf', way });
      return run;
    });
    expect(compareRuns(byEvent!, byProgram!).warnings).toContainEqual({
      code: 'source',
      message: 'They differ in energy source: perf event; perf program.',
    });
  });

  it('warns of other power limits of the packages that both know', () => {
    const limited = (limits: Record<string, number | null>) => {
      const run = scaled({});
      const report = structuredClone(run.report);
      report.run.environment = { raplLimitsMicrowatts: limits };
      return { ...run, report };
    };
    const told = (one: Record<string, number | null>, other: Record<string, number | null>) =>
      compareRuns(limited(one), limited(other)).warnings.find(({ code }) => code === 'power-limits')?.message;
    expect(told({ 'intel-rapl:0': 165e6, 'intel-rapl:1': 1 }, { 'intel-rapl:0': 125e6, 'intel-rapl:1': null })).toBe(
      'They differ in power limits: intel-rapl:0 165 W; intel-rapl:0 125 W.',
    );
    expect(told({ 'intel-rapl:0': 165e6 }, { 'intel-rapl:0': 165e6 })).toBeUndefined();
    expect(told({ 'intel-rapl:0': 165e6 }, {})).toBeUndefined();
  });

  it('refuses a run that a verdict is withheld of', () => {
    const second = scaled({});
    const report = structuredClone(second.report);
    report.run.otherLoadPercent = 40;
    report.run.surroundings = {
      ...{ foreignPercent: 60, others: null, swapMegabytesPerSecond: null, settingsChanged: [] },
      ...{ governor: null, frequencyDriver: null, start: null },
    };
    const { refused, configurations } = compareRuns(first, { ...second, report });
    expect(refused).toEqual({
      code: 'other-load',
      message: 'In second-run, other processes took 60 % of the CPU time that was used: end them and measure again.',
    });
    expect(configurations).toEqual([]);
    report.run.surroundings.foreignPercent = 49;
    expect(compareRuns(first, { ...second, report })).toMatchObject({ refused: null });
  });

  it('warns of another machine, kernel, threads and images, of drift and of runs that are not complete', () => {
    const second = scaled({});
    const report = structuredClone(second.report);
    report.run.environment = { cpuModel: 'Other', kernel: '9', memoryBytes: 8e9, smt: 'off' };
    report.run.status = 'interrupted';
    report.run.drift = { percent: -3.21, low: -5, high: -1, trials: 20 };
    report.run.otherLoadPercent = 12;
    report.run.images!.description = 'other';
    report.run.warnings = [noted.noIdle('a gap', 'image', 1), noted.images('a JPEG without end')];
    report.run.unsteadyTrials = 1;
    const { warnings } = compareRuns(first, { ...second, report });
    expect(warnings.map((w) => w.code)).toEqual(
      expect.arrayContaining([
        'machine',
        'kernel',
        'smt',
        'images',
        'incomplete',
        'no-idle',
        'drift',
        'unsteady',
        'other-load',
      ]),
    );
    // Their images differ; how they were read says nothing about the machine.
    expect(warnings.filter((w) => w.code === 'images')).toHaveLength(1);
    expect(compareRuns(first, scaled({})).warnings).toEqual([]);
  });

  it('tells where the counters of one run are filtered and those of the other are not, as far as is known', () => {
    const filtered = (state?: 'on' | 'off' | 'unknown') => {
      const run = structuredClone(scaled({}));
      run.report.run.filtering = state ? { state, by: null, because: 'so' } : null;
      return run;
    };
    const codes = (...[one, other]: Parameters<typeof filtered>[0][]) =>
      compareRuns(filtered(one), filtered(other)).warnings.map(({ code, message }) => `${code}: ${message}`);
    const differ = 'filtering: They differ in noise that the processor adds to its counters (RAPL filtering): on; ';
    expect(codes('on', 'off')).toEqual(expect.arrayContaining([`${differ}off.`]));
    expect(codes('on', undefined)).toEqual(expect.arrayContaining([`${differ}unknown.`]));
    expect(codes('on', 'on').map((text) => text.split(':')[0])).toEqual(['filtered', 'filtered']);
    for (const other of ['off', 'unknown', undefined] as const) expect(codes('off', other)).toEqual([]);
  });

  it('tells nodes of a testbed apart where both are known, and their types', () => {
    const on = (environment: Record<string, unknown>) => {
      const run = structuredClone(scaled({}));
      run.report.run.environment = environment;
      return run;
    };
    const messages = (one: Record<string, unknown>, other: Record<string, unknown>) =>
      compareRuns(on(one), on(other)).warnings.map(({ message }) => message);
    const node = (nodeType: string | null, nodeUuid: string) => ({ nodeType, nodeUuid, site: 'CHI@UC' });
    expect(messages(node('skylake', 'a'), node('cascadelake', 'b'))).toEqual([
      'They differ in type of node: skylake; cascadelake.',
      'They differ in node: a; b.',
    ]);
    expect(messages(node(null, 'a'), node('skylake', 'a'))).toEqual([]);
    expect(messages({}, node('skylake', 'a'))).toEqual([]);
  });

  it('says that it is estimated, whatever it says', () => {
    const estimated = comparable(sweep(false));
    expect(compareRuns(estimated, comparable(sweep(false), 'b')).sentence).toMatch(/^Estimated from CPU time: /);
  });
});

import { describe, expect, it } from 'vitest';
import { seededNormal } from '../../../../../src/core/statistics/random';
import type { AnalysedRun } from '../../../../../src/core/analysis/analysis';
import { compareRuns } from '../../../../../src/core/analysis/comparison/compareRuns';
import { isSameMachine } from '../../../../../src/core/analysis/comparison/control';
import { type RunsTruth, simulatedRun } from '../../../../support/simulatedRuns';

const truth: RunsTruth = {
  ...{ configurations: 3, blocks: 8, past: 0, runs: 1 },
  ...{ dayPercent: 2, configurationDayPercent: 0.2, blockPercent: 1, cvPercent: 0.4, correlation: 0 },
};
const normal = seededNormal(7);
const runOn = (day: number, rest: Partial<RunsTruth> = {}, isSecond = false) =>
  simulatedRun(day, { ...truth, ...rest }, normal, { isSecond });
const withFacts = (run: AnalysedRun, facts: Partial<AnalysedRun['report']['run']>): AnalysedRun => ({
  ...run,
  report: { ...run.report, run: { ...run.report.run, ...facts } },
});
const on = (run: AnalysedRun, environment: Record<string, unknown>) =>
  withFacts(run, { environment: { ...run.report.run.environment, ...environment } });

const sides = { first: [runOn(0)], second: [runOn(1, { changePercent: 5 }, true)] };
const past = [2, 3, 4, 5].map((day) => runOn(day));
const isCounted = (runs: readonly AnalysedRun[]) => compareRuns(sides, { past: runs }).betweenRuns?.runs ?? 0;

describe('runs of the past', () => {
  it('judge the ratios of two runs', () => {
    const comparison = compareRuns(sides, { past });
    expect(comparison.configurations.map((c) => c.verdict)).toEqual([null, expect.any(String), 'more']);
    expect(comparison.betweenRuns).toMatchObject({ runs: 4, days: 4, control: ['day-2', 'day-3', 'day-4', 'day-5'] });
    expect(comparison.notJudged).toBeNull();
    expect(comparison.sentence).toMatch(
      /^Against day-0, day-1 takes more energy per image relative to batch 1 \(in use\): \d % \(\d–\d %\) at batch 3; .*, with what 4 runs of 4 days show of day to day\. In energy per image itself the runs differ/,
    );
    // What the runs scatter within alone is less than what is between days with it.
    const { difference, withinRuns } = comparison.configurations[2]!.ratio!;
    expect(difference.low).toBeLessThan(withinRuns.low!);
    expect(difference.high).toBeGreaterThan(withinRuns.high!);
  });

  it('make no interval narrower than the two runs have it, however alike they came out', () => {
    const noisy = { configurationDayPercent: 0, cvPercent: 0.7 };
    for (let i = 0; i < 60; i++) {
      const two = { first: [runOn(0, noisy)], second: [runOn(1, noisy)] };
      const { configurations } = compareRuns(two, { past: [2, 3, 4].map((day) => runOn(day, noisy)) });
      for (const { ratio } of configurations.slice(1)) {
        expect(ratio!.difference.low).toBeLessThanOrEqual(ratio!.withinRuns.low!);
        expect(ratio!.difference.high).toBeGreaterThanOrEqual(ratio!.withinRuns.high!);
      }
    }
  });

  it('are as many as are known, and of two days', () => {
    expect(compareRuns(sides, { past: past.slice(0, 2) }).notJudged).toEqual({
      code: 'no-history',
      message: expect.stringContaining('is not known (of the past there are 2 runs of 2 days): measure the same'),
    });
    expect(isCounted([2, 2.1, 2.2].map((day) => runOn(day)))).toBe(0);
    expect(isCounted([2, 2.1, 3].map((day) => runOn(day)))).toBe(3);
  });

  it.each<[string, (run: AnalysedRun) => AnalysedRun]>([
    ['another machine', (run) => on(run, { machineId: 'b' })],
    ['a machine that is not told', (run) => on(run, { cpuModel: null })],
    ['an end before its time', (run) => withFacts(run, { status: 'interrupted' })],
    ['another model', (run) => withFacts(run, { models: [{ model: 'm', sha256: 'f' }] })],
    ['another size of images', (run) => withFacts(run, { imageSize: { width: 32, height: 64 } })],
    ['other configurations', (run) => ({ ...run, results: run.results.slice(1) })],
    ['an estimate', (run) => estimated(run)],
  ])('of %s do not count', (_, change) => {
    expect(isCounted(past)).toBe(4);
    expect(isCounted(past.map(change))).toBe(0);
  });

  it('are no group across settings that changed, but each has its own', () => {
    const changed = past.map((run, i) => on(run, { kernel: i < 2 ? '6.1' : '6.8' }));
    // Two groups of two: a degree of freedom of each.
    expect(compareRuns(sides, { past: changed }).betweenRuns).toMatchObject({ runs: 4, degreesOfFreedom: 2 / 0.625 });
    const each = past.map((run, i) => on(run, { kernel: String(i) }));
    expect(isCounted(each)).toBe(0);
  });

  it('may be of another experiment where they are named, and it is told which are of no use', () => {
    const other = [2, 3, 4].map((day) => runOn(day, { configurations: 2 }));
    expect(isCounted(other)).toBe(0);
    const named = compareRuns(sides, { past: [...other, on(past[3]!, { cpuModel: 'B' })], isPastNamed: true });
    expect(named.betweenRuns).toMatchObject({ runs: 3, degreesOfFreedom: 2 });
    expect(named.warnings.filter(({ code }) => code === 'control')).toEqual([
      { code: 'control', message: 'day-5 is no control: it is of another machine, or does not tell of which.' },
    ]);
  });

  it('tell nothing of the difference between machines', () => {
    const elsewhere = { first: sides.first, second: [on(sides.second[0]!, { cpuModel: 'B' })] };
    expect(compareRuns(elsewhere, { past })).toMatchObject({ betweenRuns: null, notJudged: { code: 'other-machine' } });
  });
});

describe('sides of several runs', () => {
  const first = [0, 1, 2].map((day) => runOn(day, { dayPercent: 0.1 }));
  const second = [3, 4, 5].map((day) => runOn(day, { dayPercent: 0.1, commonPercent: -6, changePercent: 6.38 }, true));

  it('judge joules themselves by their days, and ratios without a past', () => {
    const comparison = compareRuns({ first, second });
    expect(comparison).toMatchObject({ isAbsoluteJudged: true, betweenRuns: { runs: 6, days: 6, control: [] } });
    expect(comparison.configurations.map((c) => [c.verdict, c.absolute])).toEqual([
      [null, 'less'],
      [expect.any(String), 'less'],
      ['more', expect.stringMatching(/unresolved|equivalent/)],
    ]);
    expect(comparison.configurations[0]!.joulesPerUnit.first.n).toBe(3);
    expect(comparison.sentence).toMatch(/ In all it takes less energy per image: 6 % \(.*\) at batch 1 and /);
    expect(comparison.firstRuns.map(({ id }) => id)).toEqual(['day-0', 'day-1', 'day-2']);
  });

  it('of two runs, or of one day, tell that they differ and not why', () => {
    for (const sides of [
      { first: first.slice(1), second: second.slice(1) },
      { first: [0, 0.1, 0.2].map((day) => runOn(day)), second },
    ]) {
      const comparison = compareRuns(sides);
      expect(comparison.isAbsoluteJudged).toBe(false);
      expect(comparison.configurations[0]!.absolute).toBe('cause-unknown');
      expect(comparison.sentence).toContain('; the cause is not known.');
      expect(comparison.sentence).not.toContain('In all it takes');
    }
  });

  it('one configuration in common is judged by its joules alone', () => {
    const alone = (run: AnalysedRun) => ({ ...run, results: run.results.slice(0, 1) });
    const many = compareRuns({ first: first.map(alone), second: second.map(alone) });
    expect(many.configurations.map((c) => [c.verdict, c.absolute])).toEqual([[null, 'less']]);
    expect(many.sentence).toMatch(/^Against day-0 \(3 runs\), day-3 \(3 runs\) takes less energy per image: /);
    const few = compareRuns({ first: [alone(first[0]!)], second: [alone(second[0]!)] }, { past: past.map(alone) });
    expect(few).toMatchObject({ betweenRuns: null, notJudged: { code: 'one-configuration' } });
    expect(few.sentence).toMatch(/^In energy per image itself the runs differ \(by .*\); the cause is not known\.$/);
  });
});

it('one machine is told from another by all that both tell', () => {
  const [run] = sides.first as [AnalysedRun];
  const same = (environment: Record<string, unknown>) => isSameMachine(run, on(run, environment));
  expect(same({})).toBe(true);
  expect(same({ machineId: null })).toBe(true);
  expect(same({ machineId: 'b' })).toBe(false);
  expect(same({ cpuModel: 'B' })).toBe(false);
  expect(same({ cpuModel: undefined })).toBeNull();
});

function estimated(run: AnalysedRun): AnalysedRun {
  const source = structuredClone(run.report.source!);
  for (const part of source.parts) part.measured = false;
  return { ...run, report: { ...run.report, source } };
}

import { describe, expect, it } from 'vitest';
import type { AnalysedRun } from '../../../../../src/core/analysis/analysis';
import { checkAnalysis, checkWith } from '../../../../../src/core/analysis/check/checkAnalysis';
import { checkRun, type CheckOptions } from '../../../../../src/core/analysis/check/checkRun';
import { type Check, checkSchema } from '../../../../../src/core/analysis/check/checkSchema';
import { limitProblems } from '../../../../../src/core/analysis/check/question';
import { sideOf } from '../../../../../src/core/analysis/check/side';
import type { Limit } from '../../../../../src/core/budget/budget';
import { runOfDay } from '../../../../support/simulatedRuns';
import { emptyResult, termsOf, trialOf } from '../../../../support/simulatedSweep';

const environment = { cpuModel: 'A', machineId: 'a', kernel: '6.8' };

type Made = {
  environment?: Record<string, unknown>;
  /** J/image of batch 1 and 2. */
  joules?: [number, number];
  blocks?: number;
  sha256?: string;
  facts?: Record<string, unknown>;
};

/** Batch 1 is of a model that never changes, batch 2 of another; they scatter a little from block to block. */
function runOn(day: number, made: Made = {}): AnalysedRun {
  const { joules = [2, 1], blocks = 6 } = made;
  const ofDay = 1 + 0.01 * Math.sin(day);
  const results = joules.map((mean, k) =>
    emptyResult(k + 1, {
      model: k === 0 ? 'control' : 'candidate',
      trials: Array.from({ length: blocks }, (_, i) =>
        trialOf(i + 1, mean * ofDay * (1 + 0.002 * Math.cos(7 * day + 3 * i + 5 * k)), {
          batchMs: Array(20).fill(100),
        }),
      ),
    }),
  );
  const run = runOfDay(day, results, made.environment ?? environment, termsOf({ min: 6, max: 6 }));
  const models = [
    { model: 'control', sha256: 'a' },
    { model: 'candidate', sha256: made.sha256 ?? 'b' },
  ];
  return { ...run, report: { ...run.report, run: { ...run.report.run, models, ...made.facts } } };
}

const past = [1, 2, 3, 4].map((day) => runOn(day));
const before = runOn(5);
const grows = (percent: number, rest: Partial<Limit> = {}): Limit => ({
  ...{ metric: 'joulesPerUnit', model: 'candidate', maxIncreasePercent: percent },
  ...rest,
});

function check(now: AnalysedRun, limits: Limit[], options: Partial<CheckOptions> = {}): Check {
  const made = checkRun(now, { limits, baseline: sideOf(before), past, ...options });
  return checkSchema.parse(JSON.parse(JSON.stringify(checkAnalysis.json(made))));
}
const answers = (made: Check) => made.limits.map(({ answer, code }) => `${answer}${code ? ` ${code}` : ''}`);

describe('a run against a budget', () => {
  it('holds a value against its max: kept, broken, not told', () => {
    const limit = (max: number): Limit => ({ metric: 'joulesPerUnit', batchSize: 2, max });
    const made = check(runOn(6), [limit(1.5), limit(0.5)], { baseline: null });
    expect(answers(made)).toEqual(['pass', 'fail']);
    expect(made.answer).toBe('fail');
    const near = check(runOn(6), [limit(made.limits[0]!.value!.mean)], { baseline: null });
    expect(answers(near)).toEqual(['cannot-tell not-told']);
  });

  it('judges of each configuration that a limit fits', () => {
    const made = check(runOn(6), [{ metric: 'joulesPerImage', max: 1.5 }], { baseline: null });
    expect(made.limits.map(({ configuration, answer }) => [configuration.id, answer])).toEqual([
      ['b1', 'fail'],
      ['b2', 'pass'],
    ]);
    expect(limitProblems([{ metric: 'joulesPerUnit', batchSize: 3, max: 1 }], runOn(6).results)).toEqual([
      'limits[0]: no configuration is of batch 3; there are: b1, b2',
    ]);
  });

  it('finds a model that takes more, by its ratio to one that has not changed', () => {
    const made = check(runOn(6, { joules: [2, 1.07], sha256: 'c' }), [grows(2)]);
    expect(answers(made)).toEqual(['fail']);
    expect(made.limits[0]!.increase).toMatchObject({
      by: 'ratios',
      reference: 'b1',
      betweenRuns: { runs: 4, days: 4 },
    });
    expect(made.limits[0]!.increase!.low).toBeGreaterThan(2);
    expect(made.sentence).toMatch(/^The budget is broken by energy of candidate at batch 2 \(\+[67]\.\d %/);
    expect(answers(check(runOn(6, { joules: [2, 1.07], sha256: 'c' }), [grows(10)]))).toEqual(['pass']);
  });

  it('takes the values themselves where nothing is unchanged', () => {
    const made = check(runOn(6), [grows(20, { model: 'candidate' })]);
    expect(made.limits[0]!.increase!.by).toBe('ratios');
    const alone = (run: AnalysedRun): AnalysedRun => ({ ...run, results: run.results.slice(1) });
    const single = checkRun(alone(runOn(6)), {
      limits: [grows(20)],
      baseline: sideOf(alone(before)),
      past: past.map(alone),
    });
    expect(single.limits[0]!.increase!.by).toBe('levels');
    expect(answers(single)).toEqual(['pass']);
  });

  it('tells nothing of an increase without runs of other days, however large it is', () => {
    const made = check(runOn(6, { joules: [2, 2], sha256: 'c' }), [grows(5)], { past: past.slice(0, 2) });
    expect(answers(made)).toEqual(['cannot-tell no-history']);
    expect(made.limits[0]!.message).toContain('there are 2 of 2 days');
    expect(made.limits[0]!.increase).toMatchObject({ low: null, high: null, betweenRuns: null });
    expect(made.limits[0]!.increase!.withinRuns.low).toBeGreaterThan(90);
  });

  it('pairs the blocks of runs that were measured in the same, without runs of other days', () => {
    const facts = { interleaved: { side: 'B', other: { id: before.report.run.id, name: 'before' } } };
    const pair = { ...runOn(5, { joules: [2, 1.07], sha256: 'c', facts: { ...facts, id: 'after' } }) };
    const made = check(pair, [grows(5)], { past: [] });
    expect(answers(made)).toEqual(['fail']);
    expect(made.limits[0]!.increase).toMatchObject({ by: 'pairs', betweenRuns: null });
  });

  it.each([
    ['another machine', { environment: { ...environment, machineId: 'other' } }, 'machine'],
    ['another kernel', { environment: { ...environment, kernel: '6.9' } }, 'settings'],
    ['another program', { facts: { program: 'greenbatch 9' } }, 'program'],
    ['another scope', { facts: { scope: 'process' } }, 'scope'],
  ])('does not hold a run against a baseline of %s', (_, made: Made, code) => {
    const found = check(runOn(6, made), [grows(5), { metric: 'joulesPerUnit', max: 100 }]);
    expect(found.limits.map(({ answer }) => answer)).toEqual(['not-comparable', 'pass', 'pass']);
    expect(found.limits[0]!.code).toBe(code);
    expect(found.limits[0]!.message).not.toContain('..');
    expect(found.answer).toBe('not-comparable');
  });

  it('says that it cannot tell of a machine that the logs do not name', () => {
    expect(answers(check(runOn(6, { environment: {} }), [grows(5)]))).toEqual(['cannot-tell machine-unknown']);
  });

  it('says of each limit what is missing', () => {
    const few = check(runOn(6, { blocks: 4 }), [grows(5), { metric: 'joulesPerUnit', batchSize: 2, max: 0.1 }]);
    expect(answers(few)).toEqual(['cannot-tell too-few-repeats', 'cannot-tell too-few-repeats']);
    const now = runOn(6);
    const skipped = { reason: 'memory', code: 'memory', message: 'it does not fit', fix: null };
    const unmeasured = { ...now, results: [now.results[0]!, { ...now.results[1]!, trials: [], skipped }] };
    const none = check(unmeasured, [grows(5), { metric: 'joulesPerUnit', batchSize: 2, max: 9 }]);
    expect(answers(none)).toEqual(['cannot-tell not-measured', 'cannot-tell not-measured']);
    expect(none.limits[0]!.message).toContain('it does not fit');
    expect(answers(check(now, [{ metric: 'requestLatencyMs.p95', batchSize: 2, max: 9 }]))).toEqual([
      'cannot-tell not-known',
    ]);
    expect(answers(check(now, [{ metric: 'batchLatencyMs.p95', batchSize: 2, max: 101 }]))).toEqual(['pass']);
    expect(answers(check(now, [{ metric: 'batchLatencyMs.p99', batchSize: 2, max: 101 }]))).toEqual([
      'cannot-tell not-known',
    ]);
    const alone = { ...before, results: before.results.slice(0, 1) };
    const missing = check(now, [grows(5)], { baseline: sideOf(alone) });
    expect(answers(missing)).toEqual(['not-comparable not-in-baseline']);
    expect(answers(check(now, [grows(5)], { baseline: null }))).toEqual(['cannot-tell no-baseline']);
  });

  it('makes the level of each limit smaller, the more there are', () => {
    const now = runOn(6, { joules: [2, 1.07], sha256: 'c' });
    const [one, many] = [1, 20].map(
      (count) =>
        check(
          now,
          Array.from({ length: count }, () => grows(2)),
        ).limits[0]!,
    );
    expect(many!.increase!.low).toBeLessThan(one!.increase!.low!);
    // All have to be kept: saying so of each needs no share.
    expect(many!.increase!.high).toBe(one!.increase!.high);
  });

  it('says all in a table, a sentence and notes', () => {
    const analysis = checkWith({
      limits: [grows(2), { metric: 'joulesPerUnit', batchSize: 2, max: 5 }],
      baseline: sideOf(before),
      past,
    });
    const made = analysis.run([runOn(6, { joules: [2, 1.07], sha256: 'c' })]);
    expect(analysis.table(made).rows.map((row) => row.slice(0, 2))).toEqual([
      ['energy of candidate at batch 2', 'FAIL'],
      ['energy of candidate at batch 2', 'pass'],
    ]);
    expect(analysis.sentence(made)).toContain('; 1 of 2 are kept');
    expect(analysis.notes(made).join('\n')).toContain(
      'relative to b1 of the same run, with what 4 runs of 4 days show',
    );
  });
});

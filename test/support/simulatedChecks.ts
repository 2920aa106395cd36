import { seededNormal } from '../../src/core/statistics/random';
import type { AnalysedRun } from '../../src/core/analysis/analysis';
import { checkRun } from '../../src/core/analysis/check/checkRun';
import type { Answer } from '../../src/core/analysis/check/checkSchema';
import { sideOf } from '../../src/core/analysis/check/side';
import type { Limit } from '../../src/core/budget/budget';
import { type RunsTruth, simulatedRun } from './simulatedRuns';

/** Runs of different days whose truth is known, held against budgets as `greenbatch check` does. */
export type CheckTruth = Omit<RunsTruth, 'runs' | 'commonPercent'> & {
  /** By how much the last configuration is more; with `control` it is of a model of its own that is another file then. */
  changePercent: number;
  /** Whether the others are of a model that has not changed. Without one nothing is to relate to: all are of the changed model. */
  control: boolean;
  limits: readonly Limit[];
};

export const increaseLimit = (maxIncreasePercent: number, rest: Partial<Limit> = {}): Limit => ({
  ...{ metric: 'joulesPerUnit', maxIncreasePercent },
  ...rest,
});

/** How often each answer is given, 0 to 1. */
export function simulateChecks(truth: CheckTruth, pairs: number, seed: number): Record<Answer, number> {
  const normal = seededNormal(seed);
  const counts: Record<Answer, number> = { pass: 0, fail: 0, 'cannot-tell': 0, 'not-comparable': 0 };
  for (let i = 0; i < pairs; i++) {
    let day = 0;
    const make = (isSecond: boolean, isPast: boolean) =>
      named(simulatedRun(day++, { ...truth, runs: 1 }, normal, { isSecond, isPast }), truth, isSecond);
    const past = Array.from({ length: truth.past }, () => make(false, true));
    const [before, now] = [make(false, false), make(true, false)];
    counts[checkRun(now, { limits: truth.limits, baseline: sideOf(before), past }).answer]++;
  }
  return Object.fromEntries(Object.entries(counts).map(([answer, n]) => [answer, n / pairs])) as Record<Answer, number>;
}

function named(run: AnalysedRun, { control, changePercent }: CheckTruth, isSecond: boolean): AnalysedRun {
  const last = run.results.length - 1;
  const results = run.results.map((result, k) => ({
    ...result,
    model: control && k < last ? 'control' : 'candidate',
    id: `b${result.batchSize}`,
  }));
  const models = [
    { model: 'control', sha256: 'a' },
    { model: 'candidate', sha256: isSecond && changePercent !== 0 ? 'c' : 'b' },
  ];
  return { ...run, results, report: { ...run.report, run: { ...run.report.run, models } } };
}

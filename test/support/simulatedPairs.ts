import { seededNormal } from '../../src/core/statistics/random';
import type { AnalysedRun } from '../../src/core/analysis/analysis';
import { compareRuns } from '../../src/core/analysis/comparison/compareRuns';
import { decideNext } from '../../src/core/analysis/verdict/stopping';
import { runOfDay } from './simulatedRuns';
import { emptyResult, type Normal, termsOf, trialOf } from './simulatedSweep';

/** Two runs that were measured in turns, whose truth is known, compared as `greenbatch compare` does. */
export type PairTruth = {
  /** Of each run. */
  configurations: number;
  blocks: number;
  blockPercent: number;
  /** Of a trial; half of its variance is of the trial before (AR(1) .5), the other half of a t with 4 degrees of freedom. */
  cvPercent: number;
  /** Over all blocks, from trial to trial. */
  driftPercent: number;
  /** Share of trials that are 10 % too high. */
  outliers: number;
  /** By how much the last configuration truly differs in the second run, percent. */
  changePercent?: number;
  /** Whether the runs stop as real ones do, after `blocks` at the latest. */
  stopping?: boolean;
};

export function simulatedPair(truth: PairTruth, normal: Normal, uniform: () => number): [AnalysedRun, AnalysedRun] {
  const { configurations, blocks, blockPercent, cvPercent, driftPercent, outliers, changePercent = 0 } = truth;
  const terms = termsOf({ min: 5, max: truth.stopping ? blocks : 5, currentBatchSize: 1 });
  const sides = [0, 1].map(() => Array.from({ length: configurations }, (_, k) => emptyResult(k + 1)));
  const all = sides.flatMap((results, side) =>
    results.map((result, k) => {
      const isChanged = side === 1 && k === configurations - 1;
      return { result, level: 0.01 * k + (isChanged ? Math.log1p(changePercent / 100) : 0) };
    }),
  );
  let shared = normal();
  let place = 0;
  for (let block = 1; block <= blocks; block++) {
    const ofBlock = (blockPercent / 100) * normal();
    for (const { result, level } of all.map((one) => ({ ...one, at: uniform() })).sort((a, b) => a.at - b.at)) {
      shared = 0.5 * shared + Math.sqrt(0.75) * normal();
      const chi = normal() ** 2 + normal() ** 2 + normal() ** 2 + normal() ** 2;
      const error = Math.SQRT1_2 * shared + (Math.SQRT1_2 * (normal() / Math.sqrt(chi / 4))) / Math.SQRT2;
      const drift = ((driftPercent / 100) * place++) / (blocks * all.length);
      const high = uniform() < outliers ? Math.log(1.1) : 0;
      result.trials.push(trialOf(block, Math.exp(level + ofBlock + drift + (cvPercent / 100) * error + high)));
    }
    const isDone = (results: (typeof sides)[number]) =>
      decideNext(results, terms, { blocksFinished: block, settled: [] }).action === 'stop';
    if (truth.stopping && sides.every(isDone)) break;
  }
  const [a, b] = sides.map((results, i) => runOfDay(i, results, undefined, terms)) as [AnalysedRun, AnalysedRun];
  const told = (run: AnalysedRun, side: 'A' | 'B', { report: { run: other } }: AnalysedRun): AnalysedRun => ({
    ...run,
    report: {
      ...run.report,
      run: { ...run.report.run, interleaved: { side, other: { id: other.id, name: other.name } } },
    },
  });
  return [told(a, 'A', b), told(b, 'B', a)];
}

/** Shares of comparisons, 0 to 1: something is told apart that is equal; the change is found; it is called equivalent. */
export function simulatePairs(truth: PairTruth, comparisons: number, seed: number) {
  const normal = seededNormal(seed);
  let state = seed;
  const uniform = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const counts = { differs: 0, found: 0, equivalent: 0 };
  for (let i = 0; i < comparisons; i++) {
    const [a, b] = simulatedPair(truth, normal, uniform);
    const { configurations } = compareRuns({ first: [a], second: [b] });
    const isApart = ({ absolute }: (typeof configurations)[number]) => absolute === 'less' || absolute === 'more';
    const last = configurations.at(-1)!;
    if (configurations.some((c) => isApart(c) && (!truth.changePercent || c !== last))) counts.differs++;
    if (isApart(last)) counts.found++;
    if (last.absolute === 'equivalent') counts.equivalent++;
  }
  return Object.fromEntries(Object.entries(counts).map(([key, n]) => [key, n / comparisons])) as typeof counts;
}

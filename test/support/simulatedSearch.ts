import type { AnalysisTerms } from '../../src/core/analysis/analysisTermsSchema';
import { assess, judge } from '../../src/core/analysis/verdict/judge';
import { searchStep } from '../../src/core/analysis/verdict/searchStep';
import { decideNext } from '../../src/core/analysis/verdict/stopping';
import { configurationId } from '../../src/core/configuration/factors';
import { differenceInterval } from '../../src/core/statistics/comparison';
import { specSchema } from '../../src/core/spec/spec';
import { seededNormal, seededRandom, shuffled } from '../../src/core/statistics/random';
import type { ConfigurationResult } from '../../src/core/values/result';
import { emptyResult, type Normal, trialOf } from './simulatedSweep';

/** Grids whose truth is known, measured whole and by the search, by the same trials where both measure. */

type Grid = {
  name: string;
  configurations: ConfigurationResult[];
  /** True joules and milliseconds of a batch, aligned. */
  joules: number[];
  batchMs: number[];
  current?: { batchSize: number; instances?: number; threads?: number; spinning?: boolean };
  sla?: { requestLatencyMs: number; arrivalRate: number };
};

const idleWatts = 5;

type Place = { batchSize: number; instances: number; threads: number; spinning: boolean };

/** Every batch size on every split, spinning or not. */
export function gridOf(
  name: string,
  { batchSizes, splits, spinning = [true] }: { batchSizes: number[]; splits: [number, number][]; spinning?: boolean[] },
  joulesAt: (place: Place) => number,
  rest: Partial<Grid> & { msAt?: (place: Place) => number } = {},
): Grid {
  const { msAt = ({ batchSize }) => 20 * batchSize ** 0.9, ...others } = rest;
  const places = splits.flatMap(([instances, threads]) =>
    spinning.flatMap((spin) => batchSizes.map((batchSize) => ({ batchSize, instances, threads, spinning: spin }))),
  );
  return {
    name,
    configurations: places.map((place) =>
      emptyResult(place.batchSize, { ...place, id: configurationId({ model: 'm', ...place }, 'm') }),
    ),
    joules: places.map(joulesAt),
    batchMs: places.map(msAt),
    ...others,
  };
}

/** What a machine does: percent, of a trial, of a block, of a drift over the planned blocks; how often a trial is 10 % too high; ratio of the spreads of configurations. */
type Machine = {
  cvPercent: number;
  blockPercent: number;
  driftPercent: number;
  strays: number;
  spreadRatio: number;
};

export const calm: Machine = { cvPercent: 0.5, blockPercent: 0.3, driftPercent: 0, strays: 0, spreadRatio: 1 };
export const realistic: Machine = { cvPercent: 1, blockPercent: 2, driftPercent: 3, strays: 0.02, spreadRatio: 2 };

function termsOfGrid({ current, sla }: Grid, search: { maxTrialsPercent: number } | null): AnalysisTerms {
  const spec = specSchema.parse({
    models: ['m'],
    batchSizes: [1],
    ...(current && { current }),
    ...(sla && { sla }),
    ...(search && { search }),
  });
  return { ...spec, unit: 'image', estimated: false, missing: [] };
}

/** One run to its end. Errors depend on seed, block and configuration alone: whole and searched grids have the same trials. */
function measureGrid(grid: Grid, machine: Machine, terms: AnalysisTerms, seed: number) {
  const { cvPercent, blockPercent, driftPercent, strays, spreadRatio } = machine;
  const normal: Normal = seededNormal(seed);
  const random = seededRandom(seed + 1);
  let results = grid.configurations.map((c) => ({ ...c, trials: [...c.trials] }));
  const settled: string[] = [];
  const { max } = terms.measure.repeats;
  let carried = normal();
  for (let block = 1; ; block++) {
    const shared = (blockPercent / 100) * normal();
    const step = searchStep(results, terms, { block, settled });
    results = results.map(({ isLeftOut: _, ...r }) => ({
      ...r,
      ...(step && !settled.includes(r.id) && !step.includes(r.id) && { isLeftOut: true as const }),
    }));
    shuffled(
      results.map((_, i) => i),
      random,
    ).forEach((i, place) => {
      // Each draws, measured or not.
      carried = 0.5 * carried + Math.sqrt(0.75) * normal();
      const error = Math.SQRT1_2 * (carried + normal());
      const isStray = random() < strays;
      const result = results[i]!;
      if (step ? !step.includes(result.id) : settled.includes(result.id)) return;
      const cv = (i % 3 === 0 ? spreadRatio : 1) * cvPercent;
      const drift = (driftPercent / 100) * ((block - 1 + place / results.length) / max - 0.5);
      const joules = grid.joules[i]! * Math.exp((cv / 100) * error + shared + drift) * (isStray ? 1.1 : 1);
      const ms = grid.batchMs[i]! * Math.exp(0.003 * error);
      const batches = Array.from({ length: 30 }, (__, k) => ms * (1 + 0.002 * ((k % 5) - 2)));
      result.trials.push(
        trialOf(block, joules, {
          batchMs: batches,
          unitsPerSecond: (1000 * result.batchSize * result.instances) / ms,
          idleWatts,
        }),
      );
    });
    const next = decideNext(results, terms, { blocksFinished: block, settled });
    settled.push(...next.settle.map((s) => s.id));
    if (next.action === 'stop' || results.every(({ id }) => settled.includes(id)))
      return { blocks: block, results, message: next.message, analysis: judge(results, terms) };
  }
}

const sizes = [1, 2, 4, 8, 16, 32];
const splits: [number, number][] = [
  [1, 8],
  [2, 4],
  [4, 2],
  [8, 1],
];
/** A curve over batch sizes with its least at one of them. */
const bowl = (batchSize: number, at: number, depth: number) => depth * Math.log2(batchSize / at) ** 2;
const slope = ({ instances }: Place) => 0.04 * Math.log2(instances);

/** Of several shapes, 24 configurations and more. */
export const searchGrids: readonly Grid[] = [
  gridOf('U-shaped over batch', { batchSizes: sizes, splits }, (c) => 2 * (1 + bowl(c.batchSize, 8, 0.02) + slope(c))),
  gridOf('monotone', { batchSizes: sizes, splits }, (c) => 2 * (1 + 0.3 / c.batchSize + slope(c))),
  gridOf('flat', { batchSizes: sizes, splits }, () => 2),
  gridOf(
    'families that cross',
    { batchSizes: sizes, splits: [splits[0]!, splits[2]!], spinning: [true, false] },
    (c) => {
      const doublings = Math.log2(c.batchSize);
      return 2 * (c.instances === 1 ? 1 + 0.02 * doublings : 1.12 - 0.03 * doublings) * (c.spinning ? 1.06 : 1);
    },
  ),
  gridOf('one unlike its neighbours, 8 %', { batchSizes: sizes, splits }, (c) => {
    const isUnlike = c.batchSize === 4 && c.instances === 2;
    return 2 * (1 + bowl(c.batchSize, 8, 0.02) + slope(c)) * (isUnlike ? 0.92 : 1);
  }),
  gridOf('two equal best, of two splits', { batchSizes: sizes, splits }, (c) => {
    return 2 * (1 + bowl(c.batchSize, 8, 0.02) + (c.instances <= 2 ? 0 : 0.05 * Math.log2(c.instances)));
  }),
  gridOf('within a latency limit', { batchSizes: sizes, splits }, (c) => 2 * (1 + 0.5 / c.batchSize + slope(c)), {
    msAt: (c) => (60 * c.batchSize ** 0.95 * c.instances) / 2,
    sla: { requestLatencyMs: 400, arrivalRate: 20 },
    current: { batchSize: 1, instances: 1, threads: 8 },
  }),
  gridOf(
    '64, the worst in use',
    { batchSizes: [...sizes, 64, 128], splits, spinning: [true, false] },
    (c) => 2 * (1 + 0.4 / c.batchSize + bowl(c.batchSize, 16, 0.01) + slope(c)) * (c.spinning ? 1.08 : 1),
    { current: { batchSize: 1, instances: 8, threads: 1, spinning: true } },
  ),
];

/** What searches of a grid come to, beside sweeps of the whole by the same trials; shares of all but `trialsPercent`, `blocks` and `notTried`. */
export function compareSearch(grid: Grid, machine: Machine, maxTrialsPercent: number, sweeps: number, seed: number) {
  const total = {
    ...{ trialsPercent: 0, wholePercent: 0, mostPercent: 0, notTried: 0, decided: 0, wholeDecided: 0 },
    ...{ falseGreenest: 0, falseByMargin: 0, wholeFalse: 0, sameAnswer: 0, notTriedOpen: 0 },
  };
  const count = grid.configurations.length;
  const planned = count * termsOfGrid(grid, null).measure.repeats.max;
  const truly = trueCosts(grid);
  const kept = keepsLimit(grid);
  const of = (id: string) => truly[grid.configurations.findIndex((c) => c.id === id)]!;
  const least = Math.min(...truly.filter((_, i) => kept.has(grid.configurations[i]!.id)));
  const isFalse = (winner: string) =>
    grid.configurations.some((c) => kept.has(c.id) && c.id !== winner && of(c.id) <= of(winner) + 1e-12);
  for (let i = 0; i < sweeps; i++) {
    const [found, whole] = [{ maxTrialsPercent }, null].map((search) =>
      measureGrid(grid, machine, termsOfGrid(grid, search), seed + 1009 * i),
    ) as [ReturnType<typeof measureGrid>, ReturnType<typeof measureGrid>];
    const percent = ({ results }: typeof found) =>
      (100 * results.reduce((sum, r) => sum + r.trials.length, 0)) / planned;
    total.trialsPercent += percent(found);
    total.wholePercent += percent(whole);
    total.mostPercent = Math.max(total.mostPercent, percent(found));
    total.notTried += found.results.filter((r) => r.trials.length === 0).length;
    const [a, b] = [found, whole].map(({ analysis }) => analysis.verdict);
    if (a!.winner !== null) total.decided++;
    if (b!.winner !== null) total.wholeDecided++;
    if (a!.openBecause === 'not-tried') total.notTriedOpen++;
    if (a!.kind === 'greenest' && isFalse(a!.winner!)) total.falseGreenest++;
    if (a!.kind === 'greenest' && of(a!.winner!) > least * 1.01) total.falseByMargin++;
    if (b!.kind === 'greenest' && isFalse(b!.winner!)) total.wholeFalse++;
    const [mine, theirs] = [a!, b!].map((verdict) => verdict.winner ?? verdict.reference);
    if (mine != null && theirs != null && isWithin(grid, whole.results, mine, theirs)) total.sameAnswer++;
    else if (mine == null && theirs == null) total.sameAnswer++;
  }
  const { mostPercent, ...sums } = total;
  return {
    mostPercent,
    ...(Object.fromEntries(Object.entries(sums).map(([key, sum]) => [key, sum / sweeps])) as typeof sums),
  };
}

/** What is ranked by: with arrivals the part of a batch's dynamic joules that a request takes; what idles is the same for all. */
const trueCosts = ({ joules, batchMs, configurations, sla }: Grid): number[] =>
  joules.map((j, i) => {
    const { batchSize, instances } = configurations[i]!;
    if (!sla) return j;
    const seconds = batchMs[i]! / 1000 / (batchSize * instances);
    return j - idleWatts * seconds + idleWatts / sla.arrivalRate;
  });

/** Which keep the service level: as they come out where hardly anything scatters. */
function keepsLimit(grid: Grid): Set<string> {
  const still: Machine = { cvPercent: 0.01, blockPercent: 0, driftPercent: 0, strays: 0, spreadRatio: 1 };
  const { analysis } = measureGrid(grid, still, termsOfGrid(grid, null), 1);
  return new Set(analysis.verdict.feasibility.filter(({ feasible }) => feasible === 'yes').map(({ id }) => id));
}

/** Whether by the whole sweep's own trials the first is not surely more than its answer, or is within the margin of it. */
function isWithin(grid: Grid, whole: readonly ConfigurationResult[], first: string, answer: string): boolean {
  if (first === answer) return true;
  const terms = termsOfGrid(grid, null);
  const interval = differenceInterval(assess(whole, terms).ranking.costs.difference(first, answer), 0.025);
  return interval !== null && interval.low <= Math.log(1 + terms.measure.equivalencePercent / 100);
}

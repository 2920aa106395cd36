import { isInUse } from '../../configuration/inUse';
import type { Configuration } from '../../configuration/configuration';
import { sameExcept } from '../../configuration/factors';
import type { Metric } from '../../metrics/metric';
import { type BetweenRuns, betweenRuns } from '../../statistics/betweenRuns';
import { betweenDifference, halfWidth, type RunMean, withinDifference } from '../../statistics/runContrast';
import { mean, standardDeviation } from '../../statistics/statistics';
import type { WelchDifference } from '../../statistics/welch';
import type { AnalysisTerms } from '../analysisTermsSchema';
import { equalRuns, type Group, type PairOf, type Sides } from './history';
import { type Level, withinBlocks } from './side';

/** By how much a configuration's metric is above that of the baseline, on the logarithm. */
export type Increase = {
  /**
   * `pairs`: both were measured in the same blocks. `ratios`: each above a configuration of its own run that has not changed, so that
   * what the day did to both cancels. `levels`: the values themselves, which have all of it.
   */
  by: 'pairs' | 'ratios' | 'levels';
  /** What has not changed; null where nothing is related to it. */
  reference: Configuration | null;
  mean: number;
  /** Half-width in which it is known at worst, whatever the scatter. */
  edge: number;
  /** Repeats behind it, the fewest. */
  n: number;
  /** By what scatters within the runs alone. */
  within: WelchDifference;
  /** With what differs from run to run; null where nothing tells that. */
  between: { difference: WelchDifference; known: BetweenRuns } | null;
};

/** What an increase is found from, besides the two values. */
export type Basis = {
  sides: Sides;
  groups: readonly Group[];
  /** All configurations that both have. */
  pairs: readonly PairOf<Configuration>[];
  /** Of the run that is checked. */
  current: AnalysisTerms['current'];
  /** Whether blocks of one are those of the other. */
  isInterleaved: boolean;
};

/** null where the metric is not known of both. */
export function increaseOf(metric: Metric, pair: PairOf<Configuration>, basis: Basis): Increase | null {
  const paired = basis.isInterleaved ? byPairs(metric, pair, basis) : null;
  if (paired !== null) return paired;
  const ways = [byRatios(metric, pair, basis), byLevels(metric, pair, basis)].filter((way) => way !== null);
  return ways.find(({ between }) => between !== null) ?? ways[0] ?? null;
}

/** Half of its interval; null where too little is known for one. What is known of other days makes no interval narrower than the runs themselves have it. */
export function halfOf({ within, between, by, edge }: Increase, tails: { between: number; within: number }) {
  const inside = halfWidth(within, tails.within);
  if (inside === null) return null;
  if (by === 'pairs') return inside + edge;
  const whole = between && halfWidth(between.difference, tails.between);
  return whole === null ? null : Math.max(inside, whole) + edge;
}

function byPairs(metric: Metric, pair: PairOf<Configuration>, { sides }: Basis): Increase | null {
  const [before, now] = [sides.baseline.blocks(pair.baseline, metric), sides.now.blocks(pair.now, metric)];
  const edges = [sides.baseline.level(pair.baseline, metric), sides.now.level(pair.now, metric)];
  if (!before || !now) return null;
  const differences = withinBlocks(now, before);
  const n = differences.length;
  if (n === 0) return null;
  const within = {
    mean: mean(differences),
    standardError: standardDeviation(differences) / Math.sqrt(n),
    degreesOfFreedom: n - 1,
  };
  const edge = edges.reduce((sum, level) => sum + (level?.edge ?? 0), 0);
  return { by: 'pairs', reference: null, mean: within.mean, edge, n, within, between: null };
}

function byRatios(metric: Metric, pair: PairOf<Configuration>, basis: Basis): Increase | null {
  const { sides, groups, pairs } = basis;
  const reference = referenceFor(metric, pair, basis);
  if (reference === null) return null;
  const contrast = (side: keyof Sides, { [side]: own }: PairOf<Configuration>) =>
    sides[side].contrast(own, reference[side], metric);
  const quantities = pairs.filter(
    (one) => one !== reference && contrast('baseline', one) !== null && contrast('now', one) !== null,
  );
  const k = quantities.indexOf(pair);
  if (k < 0) return null;
  const history = equalRuns(groups, quantities, (run, of, one) => run.contrast(one[of], reference[of], metric));
  return found('ratios', reference.now, contrast('baseline', pair)!, contrast('now', pair)!, {
    known: betweenRuns(history, quantities.length),
    k,
  });
}

function byLevels(metric: Metric, pair: PairOf<Configuration>, { sides, groups }: Basis): Increase | null {
  const [before, now] = [sides.baseline.level(pair.baseline, metric), sides.now.level(pair.now, metric)];
  if (before === null || now === null) return null;
  // One quantity alone: what a day does is in all of them alike, so that several would tell of no more days.
  const history = equalRuns(groups, [pair], (run, of, one) => run.level(one[of], metric));
  return found('levels', null, before, now, { known: betweenRuns(history, 1), k: 0 });
}

function found(
  by: 'ratios' | 'levels',
  reference: Configuration | null,
  before: Level,
  now: Level,
  { known, k }: { known: BetweenRuns | null; k: number },
): Increase {
  const side = ({ value, variance, n }: Level): RunMean[] => [{ day: 0, value, variance, n }];
  const within = withinDifference(side(before), side(now));
  return {
    ...{ by, reference, mean: within.mean, edge: before.edge + now.edge, n: Math.min(before.n, now.n), within },
    between: known && { difference: betweenDifference(side(before), side(now), known, k), known },
  };
}

const isSame = sameExcept();

/**
 * A configuration that is the very same on both sides, its model too, and another one than is judged: the one that runs today, else the one
 * with the most repeats.
 */
function referenceFor(metric: Metric, pair: PairOf<Configuration>, { sides, pairs, current }: Basis) {
  const able = pairs.flatMap((one) => {
    if (one === pair || !isSame(one.baseline, one.now) || !isSameModel(one.now.model, sides)) return [];
    const levels = [sides.baseline.level(one.baseline, metric), sides.now.level(one.now, metric)];
    return levels.every((level) => level !== null) ? [{ one, n: Math.min(...levels.map(({ n }) => n)) }] : [];
  });
  const inUse = able.find(({ one }) => isInUse(one.now, sides.now.results, current));
  return (inUse ?? [...able].sort((a, b) => b.n - a.n)[0])?.one ?? null;
}

/** By what it holds. */
function isSameModel(model: string, { baseline, now }: Sides): boolean {
  const [before, after] = [baseline, now].map(
    ({ report }) => report.run.models.find((one) => one.model === model)?.sha256,
  );
  return before !== undefined && before === after;
}

import {
  dayMeans,
  halfWidth,
  type RunMean,
  runMean,
  sidesDifference,
  withinDifference,
} from '../../statistics/runContrast';
import { fewestBlocks } from '../../statistics/sequential';
import { mean, positiveInterval } from '../../statistics/statistics';
import { lnEdgeOfTrials } from '../../values/edges';
import type { ConfigurationResult } from '../../values/result';
import type { RunComparison } from './comparisonSchema';
import { endsOf, isApart, judge, shownDifference, type Tails } from './difference';
import type { daysOfSides, Pair } from './sides';

type Compared = Pick<RunComparison['configurations'][number], 'joulesPerUnit' | 'unitsPerSecond' | 'absolute'>;
type ValueOf = (trial: ConfigurationResult['trials'][number]) => number;

/** How joules and throughput themselves are compared. */
export type Terms = {
  days: ReturnType<typeof daysOfSides>;
  /** Whether the sides' days tell their scatter; else only what scatters within the runs is known. */
  isJudged: boolean;
  tails: Tails;
  /** Of the intervals of each side. */
  sideTails: { first: number; second: number };
  marginPercent: number;
};

/** Joules per unit of work themselves: what a day does to them is in their difference, whatever else is. */
export function compareJoules(pair: Pair, terms: Terms): Compared {
  const edge = (['first', 'second'] as const).reduce(
    (sum, side) => sum + mean(pair[side].map(({ trials }) => lnEdgeOfTrials(trials))),
    0,
  );
  const joules = quantity(pair, { of: (t) => t.joulesPerUnit, edgeOf: (t) => t.edgeJoulesPerUnit ?? 0, edge }, terms);
  const blocks = Math.min(...[...pair.first, ...pair.second].map(({ trials }) => trials.length));
  const enough = blocks >= fewestBlocks;
  return {
    joulesPerUnit: joules.shown,
    unitsPerSecond: quantity(pair, { of: (t) => t.unitsPerSecond, edgeOf: () => 0, edge: 0 }, terms).shown,
    absolute: terms.isJudged
      ? judge({ ends: joules.ends(1), inner: joules.ends(2) }, terms.marginPercent, enough).verdict
      : enough && isApart(joules.ends(1))
        ? 'cause-unknown'
        : 'not-told-apart',
  };
}

/** @param edge half-width in which the difference of the logarithms is known at worst; `edgeOf`: in which a trial's value is */
function quantity(pair: Pair, { of, edgeOf, edge }: { of: ValueOf; edgeOf: ValueOf; edge: number }, terms: Terms) {
  const { days, tails, sideTails, isJudged } = terms;
  const logs = (side: keyof Pair) =>
    pair[side].map(({ trials }, i) =>
      runMean(
        trials.map((t) => Math.log(of(t))),
        days[side][i]!,
      ),
    );
  const [first, second] = [logs('first'), logs('second')];
  const scatter = withinDifference(first, second);
  const whole = isJudged ? sidesDifference(first, second) : null;
  const ends = (times: number) =>
    whole
      ? endsOf(whole.mean, halfWidth(whole, times * tails.between), edge)
      : endsOf(scatter.mean, halfWidth(scatter, times * tails.within), edge);
  const side = (which: keyof Pair) => {
    const edges = mean(pair[which].map(({ trials }) => mean(trials.map(edgeOf))));
    const [only, another] = pair[which];
    if (another === undefined) return positiveInterval(only!.trials.map(of), sideTails[which], edges);
    const means: RunMean[] = pair[which].map(({ trials }, i) => runMean(trials.map(of), days[which][i]!));
    return positiveInterval(dayMeans(means), 0.025, edges);
  };
  return {
    ends,
    shown: { first: side('first'), second: side('second'), difference: shownDifference(scatter.mean, ends(1)) },
  };
}

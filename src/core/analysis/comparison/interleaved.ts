import { additiveModel, type AdditiveModel } from '../../statistics/additiveModel';
import { differenceInterval, withEdge } from '../../statistics/comparison';
import { confidencePercent } from '../../statistics/confidence';
import { fewestBlocks } from '../../statistics/sequential';
import { mean, positiveInterval } from '../../statistics/statistics';
import { lnEdgeOfTrials } from '../../values/edges';
import type { ConfigurationResult, TrialValue } from '../../values/result';
import type { AnalysedRun } from '../analysis';
import type { RunComparison } from './comparisonSchema';
import { type Ends, judge, shownDifference } from './difference';
import { isComparable, type Pair, type Sides } from './sides';

/**
 * Two runs that were measured in turns, within the same blocks: what a day, a block or the machine does is in both alike, and cancels in
 * the differences within blocks. So joules themselves are judged, by the model that compares configurations of one run.
 */

/** Whether each of two runs says that it was measured in turns with the other. */
export function isInterleaved({ first, second }: Sides): boolean {
  const [a, b] = [first[0]!.report.run, second[0]!.report.run];
  return (
    first.length + second.length === 2 &&
    a.interleaved !== undefined &&
    b.interleaved !== undefined &&
    a.interleaved.other.id === b.id &&
    b.interleaved.other.id === a.id
  );
}

type Compared = Pick<RunComparison['configurations'][number], 'joulesPerUnit' | 'unitsPerSecond' | 'absolute'>;
type Terms = {
  /** Tail probability of the intervals within one run. */
  sideTails: { first: number; second: number };
  marginPercent: number;
};

/** @returns how a pair of configurations compares, the second against the first */
export function interleavedComparison(
  sides: Sides,
  pairs: readonly Pair[],
  { sideTails, marginPercent }: Terms,
): (pair: Pair) => Compared {
  const joules = modelOf(sides, (t) => t.joulesPerUnit, lnEdgeOfTrials);
  const speed = modelOf(sides, (t) => t.unitsPerSecond);
  // All verdicts together are right 95 times in 100 (Bonferroni); where the runs could stop by what they saw, the wider tail pays for that.
  const tail =
    Math.min((1 - confidencePercent / 100) / 2, sideTails.first, sideTails.second) / Math.max(1, pairs.length);
  return ({ first: [one], second: [other] }) => {
    const [a, b] = [`first ${one!.id}`, `second ${other!.id}`];
    const quantity = (model: AdditiveModel, of: (t: TrialValue) => number, edgeOf: (t: TrialValue) => number) => {
      const d = model.difference(b, a);
      const ends = (times: number): Ends => differenceInterval(d, times * tail);
      const own = ({ trials }: ConfigurationResult, side: 'first' | 'second') =>
        positiveInterval(trials.map(of), sideTails[side], mean(trials.map(edgeOf)));
      const shown = {
        first: own(one!, 'first'),
        second: own(other!, 'second'),
        difference: shownDifference(d.mean, ends(1)),
      };
      return { shown, ends, blocks: d.n };
    };
    const energy = quantity(
      joules,
      (t) => t.joulesPerUnit,
      (t) => t.edgeJoulesPerUnit ?? 0,
    );
    const judged = { ends: energy.ends(1), inner: energy.ends(2) };
    return {
      joulesPerUnit: energy.shown,
      unitsPerSecond: quantity(
        speed,
        (t) => t.unitsPerSecond,
        () => 0,
      ).shown,
      absolute: judge(judged, marginPercent, energy.blocks >= fewestBlocks).verdict,
    };
  };
}

/** Blocks in which both configurations of every pair were measured: the fewest of any. */
export const sharedBlocks = (pairs: readonly Pair[]): number =>
  Math.min(
    ...pairs.map(({ first: [one], second: [other] }) => {
      const blocks = new Set(one!.trials.map(({ block }) => block));
      return other!.trials.filter(({ block }) => blocks.has(block)).length;
    }),
  );

/** Of the configurations of both runs together: each tells what a block does to all. */
function modelOf(
  { first, second }: Sides,
  of: (trial: TrialValue) => number,
  edge: (trials: readonly TrialValue[]) => number = () => 0,
): AdditiveModel {
  const costs = (side: string, { results }: AnalysedRun) =>
    results
      .filter(isComparable)
      .map(
        ({ id, trials }) =>
          [`${side} ${id}`, withEdge(new Map(trials.map((t) => [t.block, Math.log(of(t))])), edge(trials))] as const,
      );
  return additiveModel(new Map([...costs('first', first[0]!), ...costs('second', second[0]!)]));
}

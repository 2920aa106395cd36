import { type BetweenRuns, betweenRuns } from '../../statistics/betweenRuns';
import { betweenDifference, halfWidth, type RunMean, runMean, withinDifference } from '../../statistics/runContrast';
import { fewestBlocks } from '../../statistics/sequential';
import { mean } from '../../statistics/statistics';
import { lnEdgeOfTrials } from '../../values/edges';
import type { ConfigurationResult } from '../../values/result';
import type { AnalysedRun } from '../analysis';
import type { RunComparison } from './comparisonSchema';
import { type Control, controlOf } from './control';
import { endsOf, judge, shownDifference, percentEnds, type Tails } from './difference';
import { lnRatios } from './lnRatios';
import { daysOfSides, type Pair, type Reference, type Sides } from './sides';

/** A configuration's ratio to the reference in each run. */
type Related = { pair: Pair; first: RunMean[]; second: RunMean[] };

/** Ratios of both sides to one reference, and what is known of how far those of equal runs lie apart. */
export type Ratios = { reference: Reference; related: Related[]; between: BetweenRuns | null; control: Control };

/**
 * @param past other runs of the machine, maybe
 * @param isNamed whether a person named them as a control workload
 */
export function ratiosOf(
  sides: Sides,
  pairs: readonly Pair[],
  reference: Reference,
  { past, isNamed }: { past: readonly AnalysedRun[]; isNamed: boolean },
): Ratios {
  const days = daysOfSides(sides);
  const related = pairs.flatMap((pair) => {
    if (pair === reference.pair) return [];
    const of = (side: keyof Pair) => pair[side].map((r, i) => ratioOf(r, reference.pair[side][i]!, days[side][i]!));
    const found = { pair, first: of('first'), second: of('second') };
    return [...found.first, ...found.second].every(({ n }) => n > 0) ? [found] : [];
  });
  const compared = { sides, pairs: related.map(({ pair }) => pair), reference: reference.pair };
  const control = controlOf(past, compared, isNamed);
  const own = (['first', 'second'] as const).map((side) => ({
    isAligned: true,
    runs: days[side].map((day, i) => ({
      day,
      values: related.map((r) => r[side][i]!.value),
      withinVariances: related.map((r) => r[side][i]!.variance),
    })),
  }));
  return { reference, related, between: betweenRuns([...own, ...control.groups], related.length), control };
}

const ratioOf = (result: ConfigurationResult, reference: ConfigurationResult, day: number) =>
  runMean(lnRatios(result, reference), day);

type Compared = Pick<RunComparison['configurations'][number], 'ratio' | 'verdict' | 'withinMargin'>;

export function compareRatio(pair: Pair, ratios: Ratios | null, tails: Tails, marginPercent: number): Compared {
  const k = ratios?.related.findIndex((r) => r.pair === pair) ?? -1;
  if (ratios === null || k < 0) return { ratio: null, verdict: null, withinMargin: false };
  const { first, second } = ratios.related[k]!;
  const edge = [pair, ratios.reference.pair].reduce((sum, p) => sum + edgeOf(p.first) + edgeOf(p.second), 0);
  const scatter = withinDifference(first, second);
  const between = ratios.between && betweenDifference(first, second, ratios.between, k);
  const inside = endsOf(scatter.mean, halfWidth(scatter, tails.within), edge);
  const ends = (times: number) => {
    const within = halfWidth(scatter, times * tails.within);
    const whole = between && halfWidth(between, times * tails.between);
    // What is known of other days makes no interval narrower than the runs themselves have it.
    return endsOf(scatter.mean, within === null || whole === null ? within : Math.max(within, whole), edge);
  };
  const blocks = Math.min(...[...first, ...second].map(({ n }) => n));
  const ratio = {
    first: Math.exp(mean(first.map(({ value }) => value))),
    second: Math.exp(mean(second.map(({ value }) => value))),
    difference: shownDifference(scatter.mean, ends(1)),
    withinRuns: percentEnds(inside),
    blocks,
  };
  if (between === null) return { ratio, verdict: 'descriptive', withinMargin: false };
  return { ratio, ...judge({ ends: ends(1), inner: ends(2) }, marginPercent, blocks >= fewestBlocks) };
}

/** Mean of the runs' of a side. */
const edgeOf = (results: readonly ConfigurationResult[]) => mean(results.map(({ trials }) => lnEdgeOfTrials(trials)));

import { daysFrom, takeTurns } from '../../statistics/betweenRuns';
import { type FactorKey, factors, sameExcept, variedFactors } from '../../configuration/factors';
import type { Configuration } from '../../configuration/configuration';
import { isInUse } from '../../configuration/inUse';
import type { ConfigurationResult } from '../../values/result';
import type { AnalysedRun } from '../analysis';

/** The runs that are compared: one side against the other, each of one run or of several. */
export type Sides = { first: readonly AnalysedRun[]; second: readonly AnalysedRun[] };

/** One configuration in each run of both sides, in the order of the runs. */
export type Pair = { first: readonly ConfigurationResult[]; second: readonly ConfigurationResult[] };

const began = ({ report }: AnalysedRun) => Date.parse(report.run.createdAt);

/** On which day each run of a side was begun; where the sides took turns each run counts for itself, for a day is then both sides'. */
export function daysOfSides({ first, second }: Sides): { first: number[]; second: number[] } {
  const [one, other] = [first.map(began), second.map(began)];
  if (first.length > 1 && takeTurns(one, other)) return { first: [...one.keys()], second: [...other.keys()] };
  return { first: daysFrom(one), second: daysFrom(other) };
}

/** On which day each of these runs was begun. */
export const daysOfRuns = (runs: readonly AnalysedRun[]): number[] => daysFrom(runs.map(began));

/** Whether it has values that have a logarithm. */
export const isComparable = ({ trials }: ConfigurationResult) =>
  trials.length > 0 && trials.every(({ joulesPerUnit }) => joulesPerUnit > 0);

/**
 * Which configuration of another run is paired with one. Model, processes, threads and spinning must be the same only where a run has
 * several of them: two sweeps over batch sizes with another model, or with other threads, are compared batch by batch.
 *
 * @param runs the configurations of each
 */
export function pairing(runs: readonly (readonly Configuration[])[]) {
  const varied = new Set(runs.flatMap((configurations) => variedFactors(configurations)));
  const compared = factors.filter((factor) => factor.key === 'batchSize' || varied.has(factor));
  return <C extends Configuration>(among: readonly C[], one: Configuration): C | undefined =>
    among.find((other) => compared.every(({ key }) => other[key] === one[key]));
}

/** The configurations that all runs have. */
export function pairsOf({ first, second }: Sides): Pair[] {
  const likeAmong = pairing([...first, ...second].map(({ results }) => results));
  const [anchor] = first;
  return anchor!.results.flatMap((a) => {
    const like = ({ results }: AnalysedRun) => likeAmong(results, a);
    const [one, other] = [first.map(like), second.map(like)];
    const isEverywhere = (list: typeof one): list is ConfigurationResult[] =>
      list.every((r) => r !== undefined && isComparable(r));
    return isEverywhere(one) && isEverywhere(other) ? [{ first: one, second: other }] : [];
  });
}

/** What the others of a run are related to, and why it: it runs today, it was named, or it has the most blocks. */
export type Reference = { pair: Pair; chosen: 'in-use' | 'named' | 'most-blocks' };

const isSame = sameExcept();

/** A pair that is the very same configuration in all runs: what a ratio to it is of is the same in all of them. */
const isOneConfiguration = ({ first, second }: Pair) => [...first, ...second].every((r) => isSame(r, first[0]!));

/**
 * @param named a configuration's id in a run of either side
 * @returns null where no configuration can be the reference, or the one that is named cannot
 */
export function referenceOf(pairs: readonly Pair[], sides: Sides, named?: string): Reference | null {
  const able = pairs.filter(isOneConfiguration);
  const choose = (pair: Pair | undefined, chosen: Reference['chosen']) => (pair ? { pair, chosen } : null);
  if (named !== undefined) {
    return choose(
      able.find(({ first, second }) => [...first, ...second].some(({ id }) => id === named)),
      'named',
    );
  }
  const usedBy = (side: keyof Pair) =>
    able.find((pair) => {
      const run = sides[side][0];
      return run !== undefined && isInUse(pair[side][0]!, run.results, run.terms.current);
    });
  // What runs today: before the change, or else after it.
  const used = usedBy('first') ?? usedBy('second');
  if (used) return choose(used, 'in-use');
  const blocks = ({ first, second }: Pair) => Math.min(...[...first, ...second].map(({ trials }) => trials.length));
  const most = Math.max(...able.map(blocks));
  return choose(
    able.find((pair) => blocks(pair) === most),
    'most-blocks',
  );
}

/** Everything that makes a configuration what it is. */
export const factorKeys: readonly FactorKey[] = factors.map(({ key }) => key);

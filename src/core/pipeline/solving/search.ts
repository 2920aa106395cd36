import type { Bound } from './bound';
import { type Candidate, joulesOf, slack, type Space } from './space';

/**
 * Goes through the choices whose value may reach a threshold, stage by stage, best first, and leaves out what cannot: by Lagrange's bound,
 * and by limits that the least of all stages after would break. Of a bound on some products only choices with one of them.
 *
 * @param threshold to begin with; -Infinity: all choices that keep the limits
 * @param visit gets the candidate of each stage, and gives the threshold from there on; Infinity ends it. Limits are kept to within the
 *   rounding of sums: whether a choice breaks one is decided there
 * @param mostSteps candidates looked at, at most
 * @returns whether it came to its end
 */
export function search(
  { stages, mostSeconds, mostJoules }: Space,
  bound: Bound,
  threshold: number,
  visit: (choice: readonly Candidate[]) => number,
  mostSteps: number,
): boolean {
  const ordered = stages.map((stage, s) =>
    stage
      .map((one) => {
        const value = bound.valueOf(one);
        const reach = value + bound.rest(s + 1, 1);
        return { one, value, reach, seconds: one.seconds, joules: joulesOf(one) };
      })
      .sort((a, b) => b.value - a.value),
  );
  const restOf = (of: (one: Candidate) => number) =>
    stages.reduceRight(
      (rest, stage) => [rest[0]! + stage.reduce((least, one) => Math.min(least, of(one)), Infinity), ...rest],
      [0],
    );
  const restSeconds = restOf(({ seconds }) => seconds);
  const restJoules = restOf(joulesOf);
  const productsOf = (of: (stage: readonly Candidate[]) => number) =>
    stages.reduceRight((rest, stage) => [rest[0]! * of(stage), ...rest], [1]);
  const restLeast = productsOf((stage) => stage.reduce((least, { accuracy }) => Math.min(least, accuracy), 1));
  const restMost = productsOf((stage) => stage.reduce((most, { accuracy }) => Math.max(most, accuracy), 0));
  /** `reach`: its value, and that of the best rest behind it; with a product it depends on what stands before. */
  const bestFirst = (s: number, product: number) => {
    if (!bound.isByProduct) return ordered[s]!;
    const reaching = ordered[s]!.map((entry) => ({
      ...entry,
      reach: entry.value + bound.rest(s + 1, product * entry.one.accuracy),
    }));
    return reaching.sort((a, b) => b.reach - a.reach);
  };
  const chosen: Candidate[] = [];
  let least = threshold;
  let steps = 0;
  const go = (s: number, product: number, priced: number, seconds: number, joules: number): boolean => {
    if (s === stages.length) {
      least = visit(chosen);
      return true;
    }
    steps += ordered[s]!.length;
    if (steps > mostSteps) return false;
    for (const { one, value, reach, seconds: more, joules: moreJoules } of bestFirst(s, product)) {
      // What follows reaches no further.
      if (priced + reach + bound.limits < least) break;
      const after = product * one.accuracy;
      const isWithin = after * restMost[s + 1]! >= bound.leastProduct && after * restLeast[s + 1]! <= bound.mostProduct;
      if (!isWithin) continue;
      if (seconds + more + restSeconds[s + 1]! > mostSeconds * slack) continue;
      if (joules + moreJoules + restJoules[s + 1]! > mostJoules * slack) continue;
      chosen[s] = one;
      if (!go(s + 1, after, priced + value, seconds + more, joules + moreJoules)) return false;
    }
    return true;
  };
  return go(0, 1, 0, 0, 0);
}

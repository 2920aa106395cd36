import type { AdditiveModel } from './additiveModel';
import { claimAmong } from './claim';
import { type Difference, halfWidth, isAbove, lowestOf } from './comparison';
import type { TailsAt } from './confidence';
import { seededRandom } from './random';
import { normalQuantile } from './normal';

/** How many more blocks decide: `low` in half of all cases, `high` in three quarters. */
export type MoreBlocks = { low: number; high: number };

/** Numbers that are tried. More than this multiple of those measured nobody measures, where it is not few all the same. */
const tried = [1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80, 100];
const mostTimes = 5;
const few = 60;
const draws = 100;
const shares = { low: 0.5, high: 0.75 };

/**
 * After how many more blocks a claim that is open would be decided. The true differences are drawn from what is known of them (normal about
 * what was seen), then what so many more blocks would show, and the claim is made at that look: predictive power (Spiegelhalter et al. 1986).
 * Fixed seed: the same data foretell the same.
 *
 * @param blocks measured so far
 * @param tailsAt tails at a look
 * @returns null where no number of blocks that anybody would measure decides three quarters of the cases
 */
export function foretellBlocks(
  ids: readonly string[],
  model: AdditiveModel,
  blocks: number,
  tailsAt: TailsAt,
  marginPercent: number,
): MoreBlocks | null {
  const lowest = lowestOf(ids, model.difference);
  if (lowest === null) return null;
  const now = tailsAt(blocks);
  const near = ids.flatMap((id) => {
    const d = model.difference(id, lowest);
    const spread = model.spread(id);
    if (spread === null || d.n < 2) return [];
    // What is measured no further was told by its last look.
    if (d.n < blocks && id !== lowest && isAbove(d, tailsAt(d.n).worse)) return [];
    // What is surely far apart stays so.
    return id !== lowest && d.mean > 2 * halfWidth(d, now.verdict)! ? [] : [{ id, mean: d.mean, spread, n: d.n }];
  });
  const random = seededRandom(1);
  const noise = Array.from({ length: draws }, () => near.map(() => normalQuantile(Math.max(1e-12, random()))));
  const known = pairsOf(model);
  const own = near.map(({ id }) => id);
  const shareDecided = (more: number): number => {
    const n = blocks + more;
    const tails = tailsAt(n);
    let decided = 0;
    for (const values of noise) {
      const drawn = new Map(
        near.map((one, i) => {
          const size = one.spread * Math.sqrt(Math.max(0, 1 / one.n - 1 / n));
          return [one.id, { mean: one.mean + size * values[i]!, spread: one.spread }];
        }),
      );
      const difference = (first: string, second: string): Difference => {
        const [a, b] = [drawn.get(first)!, drawn.get(second)!];
        const { freedom, edge } = known(first, second);
        const error = Math.sqrt((a.spread ** 2 + b.spread ** 2) / n);
        return { mean: a.mean - b.mean, error, degreesOfFreedom: freedom * (n - 1), n, edge };
      };
      if (claimAmong(own, difference, () => tails, marginPercent)?.open.length === 0) decided++;
    }
    return decided / draws;
  };
  const possible = tried.filter((more) => more <= Math.max(few, mostTimes * blocks));
  const high = firstWith(possible, (more) => shareDecided(more) >= shares.high);
  if (high === null) return null;
  const low = firstWith(
    possible.filter((more) => more < high),
    (more) => shareDecided(more) >= shares.low,
  );
  return { low: low ?? high, high };
}

/** The first for which it holds, where it holds for all that follow; null where not for the last. */
function firstWith(ascending: readonly number[], holds: (value: number) => boolean): number | null {
  if (ascending.length === 0 || !holds(ascending.at(-1)!)) return null;
  let [from, to] = [0, ascending.length - 1];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (holds(ascending[middle]!)) to = middle;
    else from = middle + 1;
  }
  return ascending[to]!;
}

/** Of each pair, once: its degrees of freedom a block, and what more blocks do not narrow. */
function pairsOf(model: AdditiveModel) {
  const known = new Map<string, { freedom: number; edge: number }>();
  return (first: string, second: string) => {
    const key = `${first}\n${second}`;
    let pair = known.get(key);
    if (!pair) {
      const { degreesOfFreedom, n, edge } = model.difference(first, second);
      known.set(key, (pair = { freedom: degreesOfFreedom / (n - 1), edge }));
    }
    return pair;
  };
}

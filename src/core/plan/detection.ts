import { comparisonTails, type Repeats } from '../statistics/confidence';
import { seededNormal } from '../statistics/random';
import { fewestBlocks, lookSchedule } from '../statistics/sequential';
import { tCritical } from '../statistics/studentT';

/**
 * How many blocks it takes until two configurations that differ by so much are told apart, as the verdict tells a greenest from the next:
 * simulated differences within blocks, looked at when a run looks, with its own levels. Fixed seeds: the same question has the same answer.
 */

/** Simulated runs: a share of 80 % is known to ± 2 points. */
const draws = 1000;

/** So many blocks are tried: more than the last nobody measures. */
const tried = [
  ...Array.from({ length: 26 }, (_, i) => fewestBlocks + i),
  ...[32, 34, 36, 38, 40, 43, 46, 50, 55, 60, 65, 70, 80, 90, 100, 110, 120, 140, 160, 180, 200],
];
export const mostTried = tried.at(-1)!;

export type DetectionTerms = {
  /** By how much the one takes more. */
  percent: number;
  /** Standard deviation of one trial about its block and its configuration. */
  noisePercent: number;
  /** `max`: blocks in all. */
  repeats: Repeats;
};

/** The share of runs that tell the difference. A pair is told by its own differences here: beside others, which tell of the scatter too, a little sooner. */
export function detectionShare({ percent, noisePercent, repeats }: DetectionTerms): number {
  const difference = Math.log1p(percent / 100);
  // Of two trials of a block.
  const deviation = (Math.SQRT2 * noisePercent) / 100;
  const looks = lookSchedule(repeats).map((n) => ({
    n,
    critical: tCritical(comparisonTails(2, repeats, n).verdict, n - 1),
  }));
  let told = 0;
  for (let draw = 1; draw <= draws; draw++) {
    // A seed each: how long one goes on does not change the next.
    const normal = seededNormal(draw);
    let [n, mean, squares] = [0, 0, 0];
    for (const look of looks) {
      while (n < look.n) {
        const away = difference + deviation * normal() - mean;
        mean += away / ++n;
        squares += (away * away * (n - 1)) / n;
      }
      if (mean > look.critical * Math.sqrt(squares / (n - 1) / n)) {
        told++;
        break;
      }
    }
  }
  return told / draws;
}

/** The fewest blocks, as `repeats.max`, with which such a share of runs tells it; null where it takes more than are tried. */
export function blocksToDetect(terms: DetectionTerms, share: number): number | null {
  const { repeats } = terms;
  const least = Math.max(fewestBlocks, repeats.min);
  const possible = [least, ...tried.filter((blocks) => blocks > least)];
  const holds = (i: number) => detectionShare({ ...terms, repeats: { ...repeats, max: possible[i]! } }) >= share;
  // Few blocks are quickly simulated: upwards in growing steps, then between the last two.
  let [from, to] = [0, 0];
  for (let step = 1; !holds(to); step *= 2) {
    if (to === possible.length - 1) return null;
    from = to + 1;
    to = Math.min(possible.length - 1, to + step);
  }
  while (from < to) {
    const middle = (from + to) >> 1;
    if (holds(middle)) to = middle;
    else from = middle + 1;
  }
  return possible[from] ?? null;
}

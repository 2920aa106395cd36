import type { Spec } from '../spec/spec';
import { describeGiven } from '../statistics/wording';
import { blocksToDetect, detectionShare, mostTried } from './detection';
import type { Range } from './machine';

/** Scatter of one trial about its block and its configuration, percent; `runs`: ids of those that tell it, none where it is only assumed. */
export type Noise = { percent: Range; runs: string[] };

/** Quiet servers to busy desktops, where no run has told. */
export const assumedNoise: Noise = { percent: { low: 0.3, high: 2 }, runs: [] };

export type PlannedDetection = {
  percent: number;
  noise: Noise;
  /** Share of runs, percent, that tell it within the blocks that are planned; `low` with the larger noise. */
  plannedPercent: Range;
  /** What it takes to tell it in such a share of runs; blocks null: more than are tried; seconds null: then, or where speeds are not known. */
  needed: {
    powerPercent: number;
    blocks: { low: number | null; high: number | null };
    seconds: { low: number | null; high: number | null };
  }[];
  /** What to change in the experiment; null: nothing. */
  change: string | null;
};

const powers = [80, 90];

/**
 * @param secondsOf what so many blocks take, with the fastest and the slowest speeds; null: not known
 */
export function plannedDetection(
  percent: number,
  noise: Noise,
  { measure: { repeats } }: Pick<Spec, 'measure'>,
  secondsOf: Record<keyof Range, (blocks: number) => number | null>,
): PlannedDetection {
  const terms = (noisePercent: number) => ({ percent, noisePercent, repeats });
  const [calm, noisy] = [terms(noise.percent.low), terms(noise.percent.high)];
  const isOne = noise.percent.low === noise.percent.high;
  const share = { low: 100 * detectionShare(noisy), high: 100 * detectionShare(calm) };
  const needed = powers.map((powerPercent) => {
    const low = blocksToDetect(calm, powerPercent / 100);
    const high = isOne ? low : blocksToDetect(noisy, powerPercent / 100);
    const seconds = {
      low: low === null ? null : secondsOf.low(low),
      high: high === null ? null : secondsOf.high(high),
    };
    return { powerPercent, blocks: { low, high }, seconds };
  });
  return { percent, noise, plannedPercent: share, needed, change: changeText(share.low, needed[0]!, repeats.max) };
}

function changeText(
  sharePercent: number,
  { powerPercent, blocks }: PlannedDetection['needed'][number],
  planned: number,
) {
  if (sharePercent >= powerPercent) return null;
  const { high } = blocks;
  if (high === null)
    return `more than ${mostTried} blocks would be needed: take longer windows (measure.windowSeconds, measure.windows), which scatter less`;
  return high <= planned
    ? null
    : `set measure.repeats.max: ${describeGiven(high)} to tell it in ${powerPercent} % of runs`;
}

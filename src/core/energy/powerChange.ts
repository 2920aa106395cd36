import { mean } from '../statistics/statistics';
import { tCritical } from '../statistics/studentT';
import { powerSeries } from './energyWindow';
import { isCounted } from './parts';
import type { Reading, SourceRecord } from './source';

/** From so much on, over a window, its joules are of no one state: their mean may lie half of it off. */
const unsettledPercent = 2;
/** Stretches of a window whose mean power is looked at: no fewer tell a slope from scatter. */
const most = 10;
const fewest = 5;
/** Samples in each, so that one held up does not make it. */
const samplesEach = 2;
/** Two-sided chance of 1 % that a steady window is taken for one that is not. */
const tail = 0.005;

/**
 * By how many percent the power changed from the start of a window to its end: the slope of a line through the mean power of its
 * stretches (least squares), where it is surely none of chance (t test) and `unsettledPercent` or more; else null. Stretches are no shorter
 * than a batch, inside which power goes up and down with the work: of a window of fewer than five batches nothing is said.
 *
 * @param samples those of the sampler in the window
 * @param batchMs mean wall time of a batch
 */
export function powerChangePercent(
  source: Pick<SourceRecord, 'parts'>,
  samples: readonly Reading[],
  { fromMs, toMs, batchMs }: { fromMs: number; toMs: number; batchMs: number },
): number | null {
  const count = Math.min(most, Math.floor((toMs - fromMs) / batchMs), Math.floor(samples.length / samplesEach));
  if (!(count >= fewest)) return null;
  const watts = stretches(source, samples, fromMs, toMs, count);
  if (watts === null) return null;
  const centre = (count - 1) / 2;
  const spread = watts.reduce((sum, _, i) => sum + (i - centre) ** 2, 0);
  const level = mean(watts);
  const slope = watts.reduce((sum, w, i) => sum + (i - centre) * (w - level), 0) / spread;
  const residual = watts.reduce((sum, w, i) => sum + (w - level - slope * (i - centre)) ** 2, 0);
  const error = Math.sqrt(residual / (count - 2) / spread);
  const percent = (100 * slope * count) / level;
  const isSure = Math.abs(slope) > tCritical(tail, count - 2) * error;
  return level > 0 && isSure && Math.abs(percent) >= unsettledPercent ? percent : null;
}

/** Mean power of the counted parts in each of `count` equal stretches; null where one of them has none. */
function stretches(
  source: Pick<SourceRecord, 'parts'>,
  samples: readonly Reading[],
  fromMs: number,
  toMs: number,
  count: number,
): number[] | null {
  const sums = Array.from({ length: count }, () => ({ joules: 0, ms: 0 }));
  let beforeMs = samples[0]!.monotonicMs;
  for (const { monotonicMs, watts } of powerSeries(source, samples)) {
    const lastingMs = monotonicMs - beforeMs;
    const middleMs = beforeMs + lastingMs / 2;
    beforeMs = monotonicMs;
    const stretch = sums[Math.floor(((middleMs - fromMs) / (toMs - fromMs)) * count)];
    const all = source.parts.flatMap((part, i) => (isCounted(source, part) ? [watts[i] ?? null] : []));
    if (!stretch || all.includes(null)) continue;
    stretch.joules += all.reduce((sum: number, w) => sum + w!, 0) * lastingMs;
    stretch.ms += lastingMs;
  }
  return sums.some(({ ms }) => ms === 0) ? null : sums.map(({ joules, ms }) => joules / ms);
}

import type { Interval } from './interval';
import { describeNumber } from '../words/units';
import { fewestBlocks } from './sequential';

/** Numbers with intervals, in words of the verdict: the interval's width decides the decimals. */

/**
 * The ends of an interval as people are shown them: none of fewer trials than a verdict rests on. t of two is 12.7, and what it
 * multiplies is as uncertain, so ± 108 % would say no more than "two repeats". JSON and CSV have the ends, with n.
 */
export function shownEnds({ low, high, n }: Omit<Interval, 'mean'>): { low: number; high: number } | null {
  return low === null || high === null || n < fewestBlocks ? null : { low, high };
}

const repeatsText = (n: number) => (n === 1 ? 'one repeat' : `${n} repeats`);

/** Decimals that show the first digit of half the interval, and two to four digits of the value. */
function decimalsFor(value: number, low: number | null, high: number | null): number {
  const magnitude = value === 0 ? 0 : Math.floor(Math.log10(Math.abs(value)));
  const half = low === null || high === null ? 0 : (high - low) / 2;
  const wanted = half > 0 ? -Math.floor(Math.log10(half)) : 2 - magnitude;
  return Math.min(12, Math.max(0, Math.min(3 - magnitude, Math.max(1 - magnitude, wanted))));
}

/** `2.31 J/image (2.28–2.34)`, `2.31 J/image (3 repeats)`; the word in front of the range, if any: `(repeatability 2.28–2.34)`. */
export function describeInterval(value: Interval, unit: string, word = ''): string {
  const ends = shownEnds(value);
  const decimals = decimalsFor(value.mean, ends?.low ?? null, ends?.high ?? null);
  const text = `${value.mean.toFixed(decimals)} ${unit}`;
  if (!ends) return `${text} (${repeatsText(value.n)})`;
  return `${text} (${word ? `${word} ` : ''}${range(ends.low, ends.high, decimals)})`;
}

type Ends = { low: number; high: number };

/** `0.398–0.427`: three decimals, as accuracies are published, more where the interval has them. */
export const describeShares = (accuracy: number, { low, high }: Ends) =>
  range(low, high, shareDecimals(accuracy, low, high));

const shareDecimals = (accuracy: number, low: number, high: number) => Math.max(3, decimalsFor(accuracy, low, high));

/** `0.398–0.427 with other images`, of an accuracy. */
export const describeOtherImages = (accuracy: number, { low, high }: { [End in keyof Ends]: number | null }) =>
  low === null || high === null
    ? 'too few images for an interval'
    : `${describeShares(accuracy, { low, high })} with other images`;

/** `AP 0.412 (0.398–0.427, 500 images)`. */
export const describeAccuracy = (accuracy: number, ends: Ends, images: string) =>
  `AP ${accuracy.toFixed(shareDecimals(accuracy, ends.low, ends.high))} (${describeShares(accuracy, ends)}, ${images})`;

/** `0.412 ± 0.014`: half the interval as it is, where a percentage would be taken for the value's own. */
export function describeAbsolute({ mean, low, high }: Interval): string {
  if (low === null || high === null) return describeNumber(mean);
  const decimals = shareDecimals(mean, low, high);
  return `${mean.toFixed(decimals)} ± ${Math.max(high - mean, mean - low).toFixed(decimals)}`;
}

/**
 * `2.31 J/image ± 1.4 %`: three digits of the mean, and the wider half of the interval; of few `2.31 J/image (3 repeats)`. Without a
 * unit it is a cell, `2.31 ± 1.4 %` or `2.31`, of a table that has a column for n.
 */
export function describePlusMinus(value: Interval, unit = ''): string {
  const { mean, n } = value;
  const ends = shownEnds(value);
  const text = unit ? `${describeNumber(mean)} ${unit}` : describeNumber(mean);
  if (!ends && unit) return `${text} (${repeatsText(n)})`;
  if (!ends || mean === 0) return text;
  const { low, high } = ends;
  return `${text} ± ${describeNumber((Math.max(high - mean, mean - low) / Math.abs(mean)) * 100, 2)} %`;
}

/** `+17.6 %`, `−2.8 %`. */
export function describeChange(percent: number): string {
  const size = Math.abs(percent).toFixed(1);
  return `${Number(size) === 0 ? '' : percent > 0 ? '+' : '−'}${size} %`;
}

/** `−12.2 to −11.5 %`, of what `describeChange` tells. */
export function describeChangeRange(low: number, high: number): string {
  return `${describeChange(low).replace(' %', '')} to ${describeChange(high)}`;
}

/** Percent with as many decimals as the interval deserves: `12 %`, `0.8 %`. */
export function describePercent(value: number, low: number | null = null, high: number | null = null): string {
  return `${minus(value.toFixed(percentDecimals(value, low, high)))} %`;
}

/** `9–15 %`, `−1 to 4 %`. */
export function describePercentRange(value: number, low: number, high: number): string {
  return `${range(low, high, percentDecimals(value, low, high))} %`;
}

/** What is saved as the change that it is, value and interval with one sign: `−12 %` and `−15 to −9 %`. */
export function savingAsChange({ percent, low, high }: { percent: number; low: number | null; high: number | null }) {
  const size = describePercent(Math.abs(percent), low, high);
  return {
    change: `${percent >= 0 ? '−' : '+'}${size}`,
    interval: low === null || high === null ? null : describePercentRange(-percent, -high, -low),
  };
}

function percentDecimals(value: number, low: number | null, high: number | null): number {
  const half = low === null || high === null ? Math.abs(value) / 10 : (high - low) / 2;
  return half >= 1 ? 0 : half >= 0.1 ? 1 : 2;
}

function range(low: number, high: number, decimals: number): string {
  const [from, to] = [minus(low.toFixed(decimals)), minus(high.toFixed(decimals))];
  return from.startsWith('−') ? `${from} to ${to}` : `${from}–${to}`;
}

function minus(text: string): string {
  // toFixed gives '-0.0' for a small negative value.
  return Number(text) === 0 ? text.replace('-', '') : text.replace('-', '−');
}

/** `340 ms`, `1.40 s`. */
export function describeMilliseconds(ms: number): string {
  return ms < 999.5 ? `${describeNumber(ms)} ms` : `${describeNumber(ms / 1000)} s`;
}

/** `1 block`, `4 blocks`. */
export function counted(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(names: readonly string[]): string {
  return names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}

/** A number that a person set, as it was set: `2`, `0.5`. */
export function describeGiven(value: number): string {
  return String(Number(value.toPrecision(6)));
}

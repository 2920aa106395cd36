import { firstIndex } from '../../statistics/sorted';

/**
 * A power series of any length in typed memory: a ring of samples (Float64 seconds, one Float32 of watts a domain), with
 * the least and the most of every stretch of 64 samples beside it, so that drawing hours costs what drawing minutes does.
 */
export type PowerSeries = {
  readonly domains: readonly string[];
  /** Samples at most; the oldest give way. */
  readonly capacity: number;
  /** Samples held, and samples ever appended. */
  length: number;
  appended: number;
  seconds: Float64Array;
  watts: Float32Array[];
  /** Of each stretch of `summarySamples` slots, by domain; NaN where no sample of it is known. */
  least: Float32Array[];
  most: Float32Array[];
};

export const summarySamples = 64;
const firstSlots = 4096;
/** 14 hours at 10 Hz; 24 bytes a sample with four domains. */
const defaultCapacity = 2 ** 19;

/** @throws RangeError when the capacity is no multiple of 64 */
export function createSeries(domains: readonly string[], capacity = defaultCapacity): PowerSeries {
  if (capacity < summarySamples || capacity % summarySamples !== 0) {
    throw new RangeError(`the capacity of a series is a multiple of ${summarySamples}, not ${capacity}`);
  }
  const slots = Math.min(firstSlots, capacity);
  const columns = (length: number) => domains.map(() => new Float32Array(length));
  return {
    domains,
    capacity,
    length: 0,
    appended: 0,
    seconds: new Float64Array(slots),
    watts: columns(slots),
    least: columns(slots / summarySamples),
    most: columns(slots / summarySamples),
  };
}

/** Appends samples in the order of time. A sample that is not later than the one before it is left out. */
export function appendSamples(
  series: PowerSeries,
  seconds: ArrayLike<number>,
  watts: readonly ArrayLike<number>[],
): void {
  for (let i = 0; i < seconds.length; i++) {
    const at = seconds[i]!;
    if (!Number.isFinite(at) || (series.length > 0 && at <= secondsAt(series, series.length - 1))) continue;
    appendOne(series, at, watts, i);
  }
}

function appendOne(series: PowerSeries, at: number, watts: readonly ArrayLike<number>[], row: number): void {
  if (series.length === series.seconds.length && series.length < series.capacity) grow(series);
  const slot = series.appended % series.seconds.length;
  const stretch = Math.floor(slot / summarySamples);
  const fresh = slot % summarySamples === 0;
  series.seconds[slot] = at;
  for (let d = 0; d < series.watts.length; d++) {
    const value = watts[d]?.[row] ?? Number.NaN;
    const [least, most] = [series.least[d]!, series.most[d]!];
    series.watts[d]![slot] = value;
    if (fresh) least[stretch] = most[stretch] = value;
    if (Number.isNaN(value)) continue;
    // Negated, so that a NaN there gives way.
    if (!(least[stretch]! <= value)) least[stretch] = value;
    if (!(most[stretch]! >= value)) most[stretch] = value;
  }
  series.appended++;
  series.length = Math.min(series.length + 1, series.seconds.length);
}

function grow(series: PowerSeries): void {
  const slots = Math.min(series.capacity, series.seconds.length * 2);
  const longer = (old: Float32Array, length: number) => {
    const next = new Float32Array(length);
    next.set(old);
    return next;
  };
  const seconds = new Float64Array(slots);
  seconds.set(series.seconds);
  series.seconds = seconds;
  series.watts = series.watts.map((column) => longer(column, slots));
  series.least = series.least.map((column) => longer(column, slots / summarySamples));
  series.most = series.most.map((column) => longer(column, slots / summarySamples));
}

/** Slot of sample `index`; 0 is the oldest held. */
export function slotOf(series: PowerSeries, index: number): number {
  return (series.appended - series.length + index) % series.seconds.length;
}

export function secondsAt(series: PowerSeries, index: number): number {
  return series.seconds[slotOf(series, index)]!;
}

/** Index of the first sample at or after `seconds`; `length` where there is none. */
export function indexAt(series: PowerSeries, seconds: number): number {
  return firstIndex(series.length, (i) => secondsAt(series, i) >= seconds);
}

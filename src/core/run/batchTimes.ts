/** Batch times that are kept of one window; at 700 batches a second that is two and a half minutes. */
export const mostBatchTimes = 100_000;

/** Takes the time of every batch, and keeps at most `most` of them. */
export type BatchTimes = {
  add(ms: number): void;
  /** Batches in all. */
  count(): number;
  /** Every how many of them is kept: 1, 2, 4, …. */
  stride(): number;
  /**
   * Every batch's, or, where there are too many, those of every 2nd, 4th, 8th … batch, evenly over the window, and the
   * longest: percentiles and means of the whole stay what they are, but for its one place.
   */
  kept(): number[];
};

export function createBatchTimes(most = mostBatchTimes): BatchTimes {
  let times: number[] = [];
  let count = 0;
  let stride = 1;
  let longest = Number.NEGATIVE_INFINITY;
  return {
    add(ms) {
      if (ms > longest) longest = ms;
      if (count++ % stride !== 0) return;
      times.push(ms);
      if (times.length < most) return;
      times = times.filter((_, i) => i % 2 === 0);
      stride *= 2;
    },
    count: () => count,
    stride: () => stride,
    kept: () => (count === 0 || times.includes(longest) ? times : [...times, longest]),
  };
}

/** What a window says of its batches (`trial.window`), milliseconds to three decimals. */
export function windowBatches(times: BatchTimes): { batchMs: number[]; batches?: number } {
  const batchMs = times.kept().map((ms) => Math.round(ms * 1000) / 1000);
  return { batchMs, ...(batchMs.length < times.count() && { batches: times.count() }) };
}

/** The same of a list that is there: logs of others may hold any number. */
export function thinnedBatchTimes(times: readonly number[], most = mostBatchTimes): readonly number[] {
  if (times.length <= most) return times;
  const kept = createBatchTimes(most);
  for (const ms of times) kept.add(ms);
  return kept.kept();
}

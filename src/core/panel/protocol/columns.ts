import { columnsBytes } from './columnsBytes';
import type { PowerColumns } from './messages';

/** A stretch of one session's power series. `watts[d][i]` is domain d at `seconds[i]`; NaN where it is not known. */
export type PowerStretch = {
  session: number;
  /** CLOCK_MONOTONIC milliseconds of second 0. */
  startMs: number;
  domains: string[];
  /** Since the session's first sample, ascending. */
  seconds: Float64Array;
  watts: Float32Array[];
};

/**
 * Copies a stretch into one exact-size ArrayBuffer (never a view of a pooled one), so that it crosses to the page as
 * bytes. Rows of `watts` are as long as `seconds`.
 */
export function packColumns(
  stretch: Omit<PowerStretch, 'seconds' | 'watts'> & {
    seconds: ArrayLike<number>;
    watts: readonly ArrayLike<number | null>[];
  },
): PowerColumns {
  const { session, startMs, domains, seconds, watts } = stretch;
  const count = seconds.length;
  const buffer = new ArrayBuffer(columnsBytes(count, domains.length));
  new Float64Array(buffer, 0, count).set(seconds);
  domains.forEach((_, d) => {
    const column = new Float32Array(buffer, 8 * count + 4 * count * d, count);
    for (let i = 0; i < count; i++) column[i] = watts[d]?.[i] ?? Number.NaN;
  });
  return { session, startMs, domains, count, buffer };
}

/** Views into the message's buffer; nothing is copied. */
export function unpackColumns({ session, startMs, domains, count, buffer }: PowerColumns): PowerStretch {
  return {
    session,
    startMs,
    domains,
    seconds: new Float64Array(buffer, 0, count),
    watts: domains.map((_, d) => new Float32Array(buffer, 8 * count + 4 * count * d, count)),
  };
}

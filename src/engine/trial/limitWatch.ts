import { microjoulesOf } from '../../core/energy/units';
import type { Part, Reading } from '../../core/energy/source';

/** What packages may draw for long. */
export type Sustained = {
  /** Long-term power limit, by the part's id. */
  watts: Record<string, number>;
  /** A warm-up waits for them no longer than this. */
  mostSeconds: number;
};

/** Mean power is looked at over so long; of longer batches over all of one. */
const lookMs = 1000;
/** A limit is kept to some tenths of a percent. A window that draws as much more is off by at most half of it in joules per unit. */
const beyond = 1.005;
/** So long it must have been kept: one look below may be chance. */
const heldMs = 3000;
/** What stays so far below needs no budget. */
const farBelow = 0.98;

/**
 * Watches whether the power has come down to the packages' long-term limits. While nothing works (a process ends, the next one loads
 * its model), a limit's budget fills again; until that is spent a processor runs faster than it can for long, and a joule does less.
 *
 * @returns asked with the time (CLOCK_MONOTONIC), whether it has; true where no limit is known
 */
export function watchLimits(
  reader: { read(): Reading },
  parts: readonly Part[],
  watts: Sustained['watts'] = {},
): (nowMs: number) => boolean {
  const limited = parts.flatMap((part, index) => {
    const step = microjoulesOf(part.unit);
    // A program that prints its counts would have to pause for each reading.
    const isWatched = step !== null && !part.printed && Object.hasOwn(watts, part.id);
    return isWatched ? [{ index, step, limit: watts[part.id]! }] : [];
  });
  if (limited.length === 0) return () => true;
  let from = reader.read();
  let keptMs = 0;
  return (nowMs) => {
    // A reading after each batch of some milliseconds would be work of its own.
    if (nowMs - from.monotonicMs < lookMs) return keptMs >= heldMs;
    const to = reader.read();
    const ms = to.monotonicMs - from.monotonicMs;
    const share = Math.max(
      ...limited.map(({ index, step, limit }) => {
        const [before, after] = [from.counters[index] ?? null, to.counters[index] ?? null];
        // Of a counter that wrapped the next look tells.
        return before === null || after === null || after < before
          ? Infinity
          : ((after - before) * step) / 1000 / ms / limit;
      }),
    );
    from = to;
    keptMs = share <= farBelow ? heldMs : share <= beyond ? keptMs + ms : 0;
    return keptMs >= heldMs;
  };
}

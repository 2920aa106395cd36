import { isReadSlowly } from '../../core/energy/parts';
import type { Part, Reading } from '../../core/energy/source';
import type { PhaseIncrements } from '../../core/run/events';
import type { EnergyReader } from '../../energy/reader';

/**
 * Reads the edges of a window, and says what each of its phases took, by a reading at each change of phase; of an instrument that
 * is slow to be read no phases are told apart.
 */
export type PhaseMeter = {
  /** Begins a window: what came before counts for nothing. */
  start(): Reading;
  /** Everything since the reading before was `phase`. */
  ended(phase: string): void;
  /** What has passed since the reading before is told by somebody else. */
  skipped(): void;
  /** The end of the window: where phases are told apart that of the last one, so that they add up to it; else now. */
  end(): Reading;
  /** By their names; null where the window told none apart. */
  phases(): Record<string, PhaseIncrements> | null;
};

export function createPhaseMeter(reader: Pick<EnergyReader, 'read'>, parts: readonly Part[]): PhaseMeter {
  const isSlow = isReadSlowly(parts);
  let last = reader.read();
  let phases: Record<string, PhaseIncrements> | null = null;
  return {
    start() {
      phases = null;
      last = reader.read();
      return last;
    },
    ended(phase) {
      // A reading at each of thousands of changes would be most of the window.
      if (isSlow) return;
      const now = reader.read();
      phases ??= {};
      const sum = (phases[phase] ??= { ms: 0, counters: parts.map(() => 0), busySeconds: 0, totalSeconds: 0 });
      sum.ms += now.monotonicMs - last.monotonicMs;
      sum.busySeconds += now.busySeconds - last.busySeconds;
      sum.totalSeconds += now.totalSeconds - last.totalSeconds;
      parts.forEach((part, i) => {
        sum.counters[i] = added(sum.counters[i] ?? null, last.counters[i] ?? null, now.counters[i] ?? null, part);
      });
      last = now;
    },
    skipped() {
      if (!isSlow) last = reader.read();
    },
    end: () => (phases === null ? reader.read() : last),
    phases: () => phases,
  };
}

/** Between two changes of phase a counter wraps once at most; whether the window holds is judged by the sampler's series. */
function added(sum: number | null, from: number | null, to: number | null, { range }: Part) {
  if (sum === null || from === null || to === null) return null;
  const wrapped = to < from && range !== null && from - to > range / 2;
  return sum + Math.max(0, to - from + (wrapped ? range : 0));
}

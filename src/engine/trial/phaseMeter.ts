import type { Part, Reading } from '../../core/energy/source';
import type { PhaseIncrements } from '../../core/run/events';
import type { PhaseName } from '../../core/run/phases';
import type { EnergyReader } from '../../energy/reader';

/** Says what each phase of a window took, by a reading at each change of phase. */
export type PhaseMeter = {
  /** Begins a window: what came before counts for nothing. */
  start(): Reading;
  /** Everything since the reading before was `phase`. */
  ended(phase: PhaseName): Reading;
  phases(): Partial<Record<PhaseName, PhaseIncrements>>;
};

export function createPhaseMeter(reader: EnergyReader, parts: readonly Part[]): PhaseMeter {
  let last = reader.read();
  let phases: Partial<Record<PhaseName, PhaseIncrements>> = {};
  return {
    start() {
      phases = {};
      last = reader.read();
      return last;
    },
    ended(phase) {
      const now = reader.read();
      const sum = (phases[phase] ??= { ms: 0, counters: parts.map(() => 0), busySeconds: 0, totalSeconds: 0 });
      sum.ms += now.monotonicMs - last.monotonicMs;
      sum.busySeconds += now.busySeconds - last.busySeconds;
      sum.totalSeconds += now.totalSeconds - last.totalSeconds;
      parts.forEach((part, i) => {
        sum.counters[i] = added(sum.counters[i] ?? null, last.counters[i] ?? null, now.counters[i] ?? null, part);
      });
      last = now;
      return now;
    },
    phases: () => phases,
  };
}

/** Between two changes of phase a counter wraps once at most; whether the window holds is judged by the sampler's series. */
function added(sum: number | null, from: number | null, to: number | null, { range }: Part) {
  if (sum === null || from === null || to === null) return null;
  const wrapped = to < from && range !== null && from - to > range / 2;
  return sum + Math.max(0, to - from + (wrapped ? range : 0));
}

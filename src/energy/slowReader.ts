import type { Part, Reading } from '../core/energy/source';
import { cpuTime as cpuTimeUnit } from '../core/energy/units';
import { monotonicMs } from '../machine/clock';
import { openCpuTime } from '../machine/cpuTime';
import type { EnergyReader } from './reader';
import type { SlowInstrument } from './source';

/**
 * Readings of the parts of one slow instrument; beside them can only be parts in CPU time, which every reading holds. Where the
 * instrument gives nothing, its counters are null now.
 *
 * @param own parts of the instrument, in its order
 */
export function readSlowly(parts: readonly Part[], own: readonly Part[], instrument: SlowInstrument): EnergyReader {
  const cpuTime = openCpuTime();
  const places = parts.map((part) => own.indexOf(part));
  const whole = <T extends Omit<Reading, 'resumed'>>(moment: T): T => ({
    ...moment,
    counters: parts.map(({ unit }, i) =>
      unit === cpuTimeUnit ? Math.round(moment.busySeconds * 1e6) : (moment.counters[places[i]!] ?? null),
    ),
  });
  return {
    read() {
      const reading = instrument.read(() => cpuTime.read());
      if (reading === null) return whole({ monotonicMs: monotonicMs(), counters: [], ...cpuTime.read() });
      const { resumed, ...stopped } = reading;
      return { ...whole(stopped), ...(resumed && { resumed: whole(resumed) }) };
    },
    close() {
      instrument.close();
      cpuTime.close();
    },
  };
}

import { firstIndex } from '../statistics/sorted';
import type { Reading } from './source';

/** Of readings in the order of time those with fromMs < monotonicMs ≤ toMs. */
export function readingsWithin(readings: readonly Reading[], fromMs: number, toMs: number): Reading[] {
  const firstAfter = (ms: number) => firstIndex(readings.length, (i) => readings[i]!.monotonicMs > ms);
  return readings.slice(firstAfter(fromMs), firstAfter(toMs));
}

/** The moment at which a window starts that starts with this reading: after the reading, where that took long. */
export const windowStart = (reading: Reading): Reading => reading.resumed ?? reading;

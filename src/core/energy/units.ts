/** What the counter of a part counts, and how that becomes joules. A log of a later program may name others. */

/** CPU time of the machine in microseconds: energy only by way of the part's power curve. */
export const cpuTime = 'cpu-microseconds';

/** Counters of energy itself. */
const microjoules: Readonly<Record<string, number>> = { microjoules: 1, millijoules: 1000 };

/** Microjoules of one step of a counter; null where its unit is no energy, or not known to this program. */
export function microjoulesOf(unit: string): number | null {
  return Object.hasOwn(microjoules, unit) ? microjoules[unit]! : null;
}

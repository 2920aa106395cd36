import type { Instruments } from '../../energy/instruments';
import type { EnergyReader } from '../../energy/reader';
import type { Prepared, Workload } from '../../workloads/workload';
import { requireAffinity } from '../../machine/affinity';
import { skipConfiguration } from '../../workloads/skip';
import { compareInstruments } from './agreement';
import { measureIdle } from './idle';
import type { Measuring } from './measuring';
import { placementOf } from './placement';

/** What comes before the first trial, in this order: CPUs, what the workload needs, the machine at rest (and a second
 * instrument beside the one that measures), what heats it. */
export async function prepare(
  m: Measuring,
  workload: Workload,
  reader: EnergyReader,
  openInstruments: () => Promise<Instruments | null>,
): Promise<Prepared> {
  leaveOutUnplaced(m);
  const prepared = await workload.prepare(m);
  await compareInstruments(m, openInstruments, (edges) => measureIdle(m, reader, edges));
  if (!m.stop.aborted) await prepared.evaluate?.();
  return prepared;
}

/** @throws ExpectedError where processes cannot be kept to CPUs at all */
function leaveOutUnplaced(m: Measuring): void {
  const sets: number[][] = [];
  for (const c of m.run.configurations) {
    const placed = placementOf(c, m.run.spec.measure.pin, m.usableCpus);
    if ('problem' in placed) skipConfiguration(m, c, { reason: 'cores', message: placed.problem });
    else sets.push(...(placed.cpus ?? []));
  }
  if (sets[0]) requireAffinity(sets[0]);
}

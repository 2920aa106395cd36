import type { Prepared, Workload } from '../../workloads/workload';
import { requireAffinity } from '../../machine/affinity';
import { skipConfiguration } from '../../workloads/skip';
import type { Measuring } from './measuring';
import { placementOf } from './placement';

/** What comes before the first block, in this order: CPUs, what the workload needs, what models get right. */
export async function prepare(m: Measuring, workload: Workload): Promise<Prepared> {
  leaveOutUnplaced(m);
  const prepared = await workload.prepare(m);
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

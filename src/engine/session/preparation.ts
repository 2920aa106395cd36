import type { EnergyReader } from '../../energy/reader';
import type { Prepared, Workload } from '../../workloads/workload';
import { measureIdle } from './idle';
import type { Measuring } from './measuring';

/** What comes before the first trial, in this order: what the workload needs, the machine at rest, what heats it. */
export async function prepare(m: Measuring, workload: Workload, reader: EnergyReader): Promise<Prepared> {
  const prepared = await workload.prepare(m);
  await measureIdle(m, reader);
  if (!m.stop.aborted) await prepared.evaluate?.();
  return prepared;
}

import type { Diagnosis, Machine } from '../core/energy/diagnosis';
import { inspectMachine } from '../machine/machine';
import { hazardsOf } from './hazards';
import { powercapRoot } from './powercap/powercap';
import type { Asked } from './source';
import { energySources } from './sources';

/** Examines whatever sources there are, as an experiment that says nothing else would use them; changes nothing. Takes seconds. */
export async function diagnose(
  asked: Partial<Asked['measure']> = {},
  { env = process.env, machine = inspectMachine() }: { env?: NodeJS.ProcessEnv; machine?: Machine } = {},
): Promise<Diagnosis> {
  const measure: Asked['measure'] = { domains: ['package', 'dram'], ...asked };
  const examined = await Promise.all(energySources.map((source) => source.diagnose({ measure, env }, machine)));
  return {
    root: powercapRoot(measure, env),
    sources: examined.map(({ source }) => source),
    domains: examined.flatMap(({ domains }) => domains),
    machine,
    hazards: hazardsOf(machine),
    notes: examined.flatMap(({ notes }) => notes),
  };
}

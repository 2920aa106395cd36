import type { ConfigurationSummary } from '../metrics/summarySchema';
import { aroundWork } from '../values/aroundWork';
import { joulesPer, plural } from '../words/unitOfWork';
import { describeNumber } from '../words/units';

type Phased = Pick<ConfigurationSummary, 'phases' | 'joulesPerUnit' | 'unit'>;

/** What a whole process takes besides its work, per unit of work and in percent of all its joules; null of other windows. */
export function startupOf({ phases = [], joulesPerUnit }: Phased): { joulesPerUnit: number; percent: number } | null {
  const around = phases.filter(({ phase }) => aroundWork.includes(phase));
  if (around.length === 0 || joulesPerUnit === null || !(joulesPerUnit.mean > 0)) return null;
  const joules = around.reduce((sum, phase) => sum + phase.joulesPerUnit.mean, 0);
  return { joulesPerUnit: joules, percent: (100 * joules) / joulesPerUnit.mean };
}

/**
 * How much of the joules is no work, in the words that stand below the phases; null where windows are no whole processes.
 *
 * @param measured false: the joules are an estimate
 */
export function startupText(configurations: readonly Phased[], measured: boolean): string | null {
  const all = configurations.flatMap((c) => startupOf(c) ?? []);
  const [first] = configurations;
  if (all.length === 0 || !first) return null;
  const range = (of: (startup: (typeof all)[number]) => number, digits: number) => {
    const [low, high] = [Math.min, Math.max].map((most) => describeNumber(most(...all.map(of)), digits));
    return low === high ? low! : `${low} to ${high}`;
  };
  const each = `${range((s) => s.joulesPerUnit, 3)} ${joulesPer(first.unit)}${measured ? '' : ' (est.)'}`;
  return `starting the process, loading the model and ending take ${each}, ${range((s) => s.percent, 2)} % of the energy: the more ${plural(first.unit)} a process does, the less`;
}

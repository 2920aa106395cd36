import { keyInUnits } from '../../words/unitOfWork';
import type { Verdict } from './verdictSchema';

/** A verdict as JSON has it: where the work is images, what names a metric names the one that this JSON had before it knew other work. */
export function verdictJson(verdict: Verdict, unit: string): object {
  if (unit !== 'image') return verdict;
  const { metric, energy, saving, againstInUse, levers, ...rest } = verdict;
  const named = (key: string) => keyInUnits(key, unit);
  return {
    ...rest,
    metric: named(metric),
    energy: named(energy),
    saving: saving && { ...saving, energy: named(saving.energy) },
    againstInUse: againstInUse && { ...againstInUse, energy: named(againstInUse.energy) },
    levers: levers.map((lever) => ({ ...lever, energy: named(lever.energy) })),
  };
}

export const verdictsJson = (verdicts: Readonly<Record<string, Verdict>>, unit: string): Record<string, object> =>
  Object.fromEntries(Object.entries(verdicts).map(([model, verdict]) => [model, verdictJson(verdict, unit)]));

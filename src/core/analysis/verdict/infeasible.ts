import { mayBeInUse } from '../../configuration/inUse';
import { nominalLevel } from '../../statistics/sequential';
import type { AnalysisTerms } from '../analysisTermsSchema';
import type { Alternative } from './alternative';
import { surelyBroken } from './feasibility';

/** A configuration that is measured no more, and why. */
export type Settled = { id: string; reason: 'dominated' | 'infeasible' | 'beaten'; message: string };

/** One-sided, over all looks: how often the configuration to take may be given up as outside the service level. */
const mostWrong = 0.025;

/**
 * Configurations that surely break the arrivals or the latency limit. Only the error about one of them counts, the one that would have been
 * taken, so the level is not divided by their number; by two, for throughput and latency are looked at. The one in use today (every one that
 * may be it) is always measured to the end, for the saving is stated against it. What a relaxation of the limit needs of the others is known.
 */
export function infeasible(
  alternatives: readonly Alternative[],
  terms: AnalysisTerms,
  settled: readonly string[],
): Settled[] {
  if (!terms.sla) return [];
  const { min, max } = terms.measure.repeats;
  const blocks = Math.max(0, ...alternatives.map(({ result }) => result.trials.length));
  const tail = nominalLevel(mostWrong, { min, max }, blocks, 'even') / 2;
  return alternatives.flatMap((alternative) => {
    const { result } = alternative;
    if (settled.includes(result.id) || mayBeInUse(result, terms.current)) return [];
    const why = surelyBroken(alternative, terms, tail);
    return why === null
      ? []
      : [{ id: result.id, reason: 'infeasible' as const, message: `it breaks the limit: ${why}` }];
  });
}

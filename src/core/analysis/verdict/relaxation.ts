import { requestsOfTrials, scaleOf } from '../../latency/requestLatency';
import type { Sla } from '../../spec/spec';
import { mean } from '../../statistics/statistics';
import type { AnalysisTerms } from '../analysisTermsSchema';
import type { Alternative } from './alternative';
import type { Feasibility, Relaxation } from './verdictSchema';

/**
 * The smallest change of the service level that would let one configuration in, as the parts that
 * must give way together; smallest by the product of their ratios. Empty where none is known.
 */
export function nearestRelaxations(
  measured: readonly Alternative[],
  feasibility: readonly Feasibility[],
  terms: AnalysisTerms,
): Relaxation[] {
  const { sla } = terms;
  if (!sla) return [];
  let nearest: Relaxation[] = [];
  let smallest = Number.POSITIVE_INFINITY;
  for (const { id, breaks } of feasibility) {
    const alternative = measured.find((e) => e.result.id === id);
    if (breaks.length === 0 || !alternative) continue;
    const needed = breaks.flatMap((b) =>
      b.constraint === 'arrivalRate' ? slower(b, alternative, measured, sla) : [b],
    );
    const size = needed.reduce((sum, b) => sum + Math.abs(Math.log(b.needed / b.limit)), 0);
    if (size < smallest) [nearest, smallest] = [needed, size];
  }
  return nearest;
}

/** Parts of the throughput that are tried as arrival rates, highest first. */
const loads = [0.9, 0.85, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1];
/** Trials that each try looks at, and requests of each: the rate found is a hint, not a verdict. */
const trialsTried = 3;
const requestsTried = 80_000;

/** The highest of the tried arrival rates at which the latency limit holds; where none does, the one with the lowest latency, and that latency. */
function slower(broken: Relaxation, { result }: Alternative, measured: readonly Alternative[], sla: Sla): Relaxation[] {
  const throughput = scaleOf(result, sla) * mean(result.trials.map((t) => t.unitsPerSecond));
  const all = measured.map((e) => e.result);
  const few = { ...result, trials: result.trials.slice(0, trialsTried) };
  let least = { arrivalRate: broken.needed, latency: Number.POSITIVE_INFINITY };
  for (const load of loads) {
    const arrivalRate = load * throughput;
    // A configuration that a timeout starves at this rate is not helped by a higher one.
    if (arrivalRate >= sla.arrivalRate) continue;
    const met = requestsOfTrials(few, all, { ...sla, arrivalRate }, requestsTried);
    const latency = Math.max(...met.map((r) => r?.atPercentile ?? Number.POSITIVE_INFINITY));
    if (latency <= sla.requestLatencyMs) return [{ ...broken, needed: arrivalRate }];
    if (latency < least.latency) least = { arrivalRate, latency };
  }
  return [
    { ...broken, needed: least.arrivalRate },
    { id: broken.id, constraint: 'requestLatencyMs', limit: sla.requestLatencyMs, needed: least.latency },
  ];
}

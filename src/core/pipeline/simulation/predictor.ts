import { largestLoad, type LoadCurve } from './loadCurve';
import type { PredictorName } from './simulationSchema';

/** Requests per second to decide for, from what arrived in each interval so far. */
export type Predictor = (arrived: readonly number[]) => number;

/**
 * `reactive`: what arrived in the last interval. `max`: the most that arrived in one of the last `lookBackSeconds` (IPA's fallback).
 * `known`: the most that the pattern has in the interval that comes, which nobody knows in operation. Before the first interval
 * all of them take what the pattern begins with.
 */
export function predictorOf(
  name: PredictorName,
  load: LoadCurve,
  { intervalSeconds, lookBackSeconds }: { intervalSeconds: number; lookBackSeconds: number },
): Predictor {
  const known: Predictor = ({ length }) => largestLoad(load, length * intervalSeconds, (length + 1) * intervalSeconds);
  if (name === 'known') return known;
  const lookBack = name === 'reactive' ? 1 : Math.max(1, Math.round(lookBackSeconds / intervalSeconds));
  return (arrived) => (arrived.length === 0 ? load.requestsPerSecond[0]! : Math.max(...arrived.slice(-lookBack)));
}

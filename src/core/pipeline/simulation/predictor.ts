import { largestLoad, type LoadCurve } from './loadCurve';
import type { PredictorName } from './simulationSchema';

/** Requests per second to decide for, from what arrived in each interval so far: the same list each time, which only grows. */
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
  const mostOf = name === 'reactive' ? lastOf : runningMost(Math.max(1, Math.round(lookBackSeconds / intervalSeconds)));
  return (arrived) => (arrived.length === 0 ? load.requestsPerSecond[0]! : mostOf(arrived));
}

const lastOf = (arrived: readonly number[]) => arrived.at(-1)!;

/** The largest of the last `count`, of a list that grows from call to call: what a later and larger one stands for is let go. */
function runningMost(count: number): Predictor {
  const kept: number[] = [];
  let first = 0;
  let seen = 0;
  return (arrived) => {
    for (; seen < arrived.length; seen++) {
      while (kept.length > first && arrived[kept.at(-1)!]! <= arrived[seen]!) kept.pop();
      kept.push(seen);
    }
    while (kept[first]! < arrived.length - count) first++;
    return arrived[kept[first]!]!;
  };
}

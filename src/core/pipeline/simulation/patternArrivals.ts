import { gapsInChunk, unitGaps } from '../../latency/arrivals';
import { type LoadCurve, periodOf, requestsOf } from './loadCurve';

/** `poisson`: independent requests at the pattern's rate; `even`: as far apart as it says, the first at once. */
export type ArrivalKind = 'poisson' | 'even';

/**
 * When requests arrive: each call gives the next moment, in seconds. A Poisson process whose rate changes over time is one of rate 1
 * on the integral of the rate (Çinlar 1975, §4.7): its gaps are those that single queues have too, so that one seed gives all policies
 * the same requests. Within a piece moments are counted from its begin, so that evenly spaced ones stay exact however many there are.
 *
 * @param curve one piece at least has a rate above 0
 */
export function createArrivals(curve: LoadCurve, kind: ArrivalKind, seed: number): () => number {
  const { edges, requestsPerSecond } = curve;
  const gapOf = kind === 'poisson' ? poissonGaps(seed) : evenGaps();
  const pieces = requestsPerSecond.length;
  const period = periodOf(curve);
  const ofPeriod = requestsOf(curve);
  let piece = 0;
  let begin = 0;
  /** Requests per second × seconds, since the piece began. */
  let inside = 0;
  return () => {
    inside += gapOf();
    for (;;) {
      // Of a load at which whole periods pass without a request, all of them at once.
      const passed = piece === 0 && inside >= ofPeriod ? Math.floor(inside / ofPeriod) : 0;
      if (passed > 0) {
        inside = Math.max(0, inside - passed * ofPeriod);
        begin += passed * period;
      }
      const rate = requestsPerSecond[piece]!;
      const seconds = edges[piece + 1]! - edges[piece]!;
      // A constant load of 0 has an infinite piece with nothing in it.
      const within = rate === 0 ? 0 : rate * seconds;
      if (inside < within) return begin + inside / rate;
      inside -= within;
      begin += seconds;
      piece = piece + 1 === pieces ? 0 : piece + 1;
    }
  };
}

function poissonGaps(seed: number): () => number {
  let chunk = 0;
  let gaps = unitGaps(seed, chunk);
  let place = 0;
  return () => {
    if (place === gapsInChunk) {
      gaps = unitGaps(seed, ++chunk);
      place = 0;
    }
    return gaps[place++]!;
  };
}

function evenGaps(): () => number {
  let gap = 0;
  return () => {
    const before = gap;
    gap = 1;
    return before;
  };
}

import { seededRandom } from '../statistics/random';

/**
 * Poisson arrivals, drawn once and used again: gaps of rate 1 are summed up per stream, and a caller
 * divides by its rate. All configurations of one stream see the same requests, which sharpens the
 * differences between them (common random numbers).
 */
const streams = new Map<number, Float64Array>();

/** Numbers kept over all streams, 32 MB; those of further streams are drawn again each time. */
const mostKept = 4_000_000;
let kept = 0;

/** Arrival times of `count` requests at one request a second, ascending, in seconds; longer if known longer. */
export function unitArrivals(stream: number, count: number): Float64Array {
  const known = streams.get(stream);
  if (known && known.length >= count) return known;
  const random = seededRandom(0x9e37 + stream * 7919);
  const times = new Float64Array(count);
  let now = 0;
  for (let i = 0; i < count; i++) {
    now -= Math.log(1 - random());
    times[i] = now;
  }
  const more = count - (known?.length ?? 0);
  if (kept + more <= mostKept) {
    kept += more;
    streams.set(stream, times);
  }
  return times;
}

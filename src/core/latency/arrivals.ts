import { seededRandom } from '../statistics/random';

/**
 * Poisson arrivals, drawn once and used again: gaps of rate 1 are summed up per stream, and a caller
 * divides by its rate. All configurations of one stream see the same requests, which sharpens the
 * differences between them (common random numbers).
 */
const streams = new Map<number, Float64Array>();

/** What is kept has a bound, 40 MB; what lies beyond is drawn again each time. Streams are blocks, numbered from 1. */
const mostKeptStreams = 40;
const mostKeptCount = 125_000;

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
  if (stream <= mostKeptStreams && count <= mostKeptCount) streams.set(stream, times);
  return times;
}

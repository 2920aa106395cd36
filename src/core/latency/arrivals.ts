import { seededRandom } from '../statistics/random';

/**
 * Poisson arrivals, as gaps of rate 1; a caller divides by its rate. All configurations of one stream see the same requests, which
 * sharpens the differences between them (common random numbers), however many each of them needs: a stream is drawn in chunks, each
 * with a seed of its own.
 */
export const gapsInChunk = 16_384;

const chunks = new Map<string, Float64Array>();
/** What is kept has a bound, 42 MB; what lies beyond is drawn again each time. Streams are blocks, numbered from 1. */
const mostKeptStreams = 40;
const mostKeptChunks = 8;

/** Seconds from each request to the next at one request a second: those of `chunk` (0, 1, …) of the stream. */
export function unitGaps(stream: number, chunk: number): Float64Array {
  const key = `${stream} ${chunk}`;
  const known = chunks.get(key);
  if (known) return known;
  const random = seededRandom(mixed(mixed(0x9e37 + stream) + chunk));
  const gaps = new Float64Array(gapsInChunk);
  for (let i = 0; i < gapsInChunk; i++) gaps[i] = -Math.log(1 - random());
  if (stream <= mostKeptStreams && chunk < mostKeptChunks) chunks.set(key, gaps);
  return gaps;
}

/** The finaliser of MurmurHash3 (Appleby 2011, public domain): seeds that are neighbours give generators far apart. */
function mixed(word: number): number {
  let h = word >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

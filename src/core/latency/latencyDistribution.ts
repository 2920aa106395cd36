/**
 * How long requests took, as counts in buckets of .1 to .2 % of their value: so small that a percentile by straight lines inside them
 * is known better than by any simulation, and of a size that does not grow with the requests. A bucket is what single-precision numbers
 * share that begin with the same 18 bits, so that it is found without a logarithm.
 */
export type LatencyDistribution = {
  /** Number of the bucket of `counts[0]`. */
  first: number;
  counts: Uint32Array;
  total: number;
  minMs: number;
  maxMs: number;
};

const shift = 14;
/** 24 octaves: from a millisecond to four and a half hours. What lies above counts in the last bucket. */
const buckets = 24 << (23 - shift);

const single = new Float32Array(1);
const bits = new Uint32Array(single.buffer);

function bucketOf(ms: number): number {
  single[0] = ms;
  return bits[0]! >>> shift;
}

/** Lower edge of a bucket, milliseconds. */
function edgeOf(bucket: number): number {
  bits[0] = bucket << shift;
  return single[0]!;
}

/** @param leastMs nothing that is counted lies below */
export function emptyDistribution(leastMs: number): LatencyDistribution {
  const counts = new Uint32Array(buckets);
  return { first: bucketOf(leastMs), counts, total: 0, minMs: Infinity, maxMs: 0 };
}

/** Counts the first `count` of them. */
export function addLatencies(to: LatencyDistribution, latencyMs: Float64Array, count: number): void {
  const { first, counts } = to;
  let { minMs, maxMs } = to;
  for (let i = 0; i < count; i++) {
    const ms = latencyMs[i]!;
    single[0] = ms;
    // By rounding the least may fall short of its bucket.
    const at = Math.min(buckets - 1, Math.max(0, (bits[0]! >>> shift) - first));
    counts[at] = counts[at]! + 1;
    if (ms < minMs) minMs = ms;
    if (ms > maxMs) maxMs = ms;
  }
  Object.assign(to, { minMs, maxMs, total: to.total + count });
}

/** All of them in one, each request as one. They begin at the same bucket. */
export function merged(parts: readonly LatencyDistribution[]): LatencyDistribution {
  const all = { ...parts[0]!, counts: parts[0]!.counts.slice() };
  for (const { counts, total, minMs, maxMs } of parts.slice(1)) {
    for (let i = 0; i < buckets; i++) all.counts[i] = all.counts[i]! + counts[i]!;
    all.total += total;
    all.minMs = Math.min(all.minMs, minMs);
    all.maxMs = Math.max(all.maxMs, maxMs);
  }
  return all;
}

/** The same without the empty ends, to be kept. */
export function trimmed({ first, counts, ...rest }: LatencyDistribution): LatencyDistribution {
  let [from, to] = [0, counts.length];
  while (from < to && counts[from] === 0) from++;
  while (to > from && counts[to - 1] === 0) to--;
  return { ...rest, first: first + from, counts: counts.slice(from, to) };
}

/**
 * Percentile of the mixture of distributions, each with the same weight however many it counts, by straight lines inside a bucket.
 * It lies between the smallest and the largest of their own percentiles.
 *
 * @param percent above 0, below 100
 */
export function mixturePercentile(parts: readonly LatencyDistribution[], percent: number): number {
  const minMs = Math.min(...parts.map((d) => d.minMs));
  const maxMs = Math.max(...parts.map((d) => d.maxMs));
  const end = Math.max(...parts.map((d) => d.first + d.counts.length));
  const wanted = percent / 100;
  let below = 0;
  for (let bucket = Math.min(...parts.map((d) => d.first)); bucket < end; bucket++) {
    let share = 0;
    for (const { first, counts, total } of parts) share += (counts[bucket - first] ?? 0) / total;
    share /= parts.length;
    if (share > 0 && below + share >= wanted) {
      const from = Math.max(minMs, edgeOf(bucket));
      const to = bucket === end - 1 ? maxMs : Math.min(maxMs, edgeOf(bucket + 1));
      return Math.min(to, from + ((wanted - below) / share) * (to - from));
    }
    below += share;
  }
  return maxMs;
}

import type { Buffer } from './buffers';

/** Sizes of ONNX Runtime's arena (`BFCArena`, core/framework/bfc_arena.cc), bytes. */
const granule = 256;
const firstRegion = 2 ** 20;
const largestGrowth = 2 ** 30;
const mostUnused = 128 * 2 ** 20;

/** A piece of a region. */
type Chunk = { at: number; size: number; isUsed: boolean };
/** Memory of the system; its chunks in order. `touched`: what was ever written of it, from its beginning to each place. */
type Region = { chunks: Chunk[]; touched: [from: number, to: number][] };

/**
 * How much memory the arena has written to after two runs of a batch: what counts as resident. It takes memory from the system in regions
 * that double, and each buffer in the smallest chunk that holds it, of which the rest stays for others where that is half or more.
 */
export function arenaBytes(buffers: readonly Buffer[], batchSize: number): number {
  const regions: Region[] = [];
  let growth = firstRegion;
  const grow = (needed: number): Region => {
    const isEnough = needed <= growth;
    while (needed > growth) growth *= 2;
    const region: Region = { chunks: [{ at: 0, size: growth, isUsed: false }], touched: [] };
    regions.push(region);
    if (isEnough) growth = 2 * growth < largestGrowth ? 2 * growth : largestGrowth;
    return region;
  };
  const best = (needed: number): { region: Region; chunk: Chunk } | null => {
    let found: { region: Region; chunk: Chunk } | null = null;
    for (const region of regions)
      for (const chunk of region.chunks)
        if (!chunk.isUsed && chunk.size >= needed && chunk.size < (found?.chunk.size ?? Infinity))
          found = { region, chunk };
    return found;
  };
  const take = (bytes: number) => {
    const needed = Math.max(granule, granule * Math.ceil(bytes / granule));
    let place = best(needed);
    if (!place) {
      const region = grow(needed);
      place = { region, chunk: region.chunks[0]! };
    }
    const { region, chunk } = place;
    if (chunk.size >= 2 * needed || chunk.size - needed >= mostUnused) {
      const rest = { at: chunk.at + needed, size: chunk.size - needed, isUsed: false };
      region.chunks.splice(region.chunks.indexOf(chunk) + 1, 0, rest);
      chunk.size = needed;
    }
    chunk.isUsed = true;
    region.touched.push([chunk.at, chunk.at + bytes]);
    return place;
  };
  const last = Math.max(0, ...buffers.map(({ to }) => to));
  for (let run = 0; run < 2; run++) {
    const held = new Map<Buffer, { region: Region; chunk: Chunk }>();
    for (let at = 0; at <= last; at++) {
      for (const buffer of buffers) if (buffer.from === at) held.set(buffer, take(batchSize * buffer.bytes));
      for (const buffer of buffers) {
        const place = buffer.to === at ? held.get(buffer) : undefined;
        if (place) giveBack(place.region, place.chunk);
      }
    }
  }
  return regions.reduce((sum, { touched }) => sum + covered(touched), 0);
}

/** A free chunk is joined with free neighbours. */
function giveBack({ chunks }: Region, chunk: Chunk): void {
  chunk.isUsed = false;
  const at = chunks.indexOf(chunk);
  for (const [left, right] of [
    [at, at + 1],
    [at - 1, at],
  ] as const) {
    const [first, second] = [chunks[left], chunks[right]];
    if (!first || !second || first.isUsed || second.isUsed) continue;
    first.size += second.size;
    chunks.splice(right, 1);
  }
}

/** Length of what spans cover together. */
function covered(spans: readonly [from: number, to: number][]): number {
  let [length, end] = [0, 0];
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
    length += Math.max(0, to - Math.max(from, end));
    end = Math.max(end, to);
  }
  return length;
}

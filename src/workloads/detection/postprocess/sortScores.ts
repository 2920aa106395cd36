const digitBits = 11;
const digits = 1 << digitBits;
const mask = digits - 1;

/** Buffers that grow and are used again. */
export type SortBuffers = { keys: Uint32Array; ids: Uint32Array; otherKeys: Uint32Array; otherIds: Uint32Array };

const counts = new Uint32Array(3 * digits);

/**
 * Sorts the first `count` scores (as the bits of float32 ≥ 0, whose order is theirs) in `keys` from high to low and
 * `ids` with them; equal scores keep their order. Radix sort, three digits of 11 bits; the result is in `keys` and `ids`.
 */
export function sortDescending(buffers: SortBuffers, count: number): void {
  counts.fill(0);
  const { keys } = buffers;
  for (let i = 0; i < count; i++) {
    // Complemented, so that ascending digits are descending scores.
    const key = ~keys[i]!;
    counts[key & mask]!++;
    counts[digits + ((key >>> digitBits) & mask)]!++;
    counts[2 * digits + (key >>> (2 * digitBits))]!++;
  }
  for (let digit = 0; digit < 3; digit++) {
    const from = digit * digits;
    const shift = digit * digitBits;
    let sum = 0;
    for (let i = from; i < from + digits; i++) {
      const here = counts[i]!;
      counts[i] = sum;
      sum += here;
    }
    const { keys, ids, otherKeys, otherIds } = buffers;
    for (let i = 0; i < count; i++) {
      const key = keys[i]!;
      const to = counts[from + ((~key >>> shift) & mask)]!++;
      otherKeys[to] = key;
      otherIds[to] = ids[i]!;
    }
    buffers.keys = otherKeys;
    buffers.ids = otherIds;
    buffers.otherKeys = keys;
    buffers.otherIds = ids;
  }
}

/**
 * Stable order of `scores`, highest first, of the entries that `among` lists: a radix sort on the bits of the
 * doubles, 16 bits a pass, which leaves out the passes in which all agree. Equal scores (0 and −0 too) keep the order
 * of `among`.
 */
export function byScoreDescending(scores: Float64Array, among: Uint32Array): Uint32Array {
  const n = among.length;
  const values = new Float64Array(n);
  // −0 has other bits than 0.
  for (let i = 0; i < n; i++) values[i] = scores[among[i]!]! + 0;
  const words = new Uint16Array(values.buffer);
  for (let i = 0; i < n; i++) {
    // Ascending order of the flipped bits is descending order of the doubles (IEEE 754, little endian as all our hosts).
    if (words[4 * i + 3]! & 0x8000) continue;
    words[4 * i] = ~words[4 * i]!;
    words[4 * i + 1] = ~words[4 * i + 1]!;
    words[4 * i + 2] = ~words[4 * i + 2]!;
    words[4 * i + 3] = ~words[4 * i + 3]! & 0x7fff;
  }
  // Positions into `among`, refined pass by pass.
  let order: Uint32Array = Uint32Array.from(among.keys());
  let next: Uint32Array = new Uint32Array(n);
  const starts = new Uint32Array(0x10000);
  for (let word = 0; word < 4; word++) {
    starts.fill(0);
    for (let i = 0; i < n; i++) starts[words[4 * i + word]!]!++;
    if (n > 0 && starts[words[word]!] === n) continue;
    let start = 0;
    for (let digit = 0; digit < 0x10000; digit++) {
      const size = starts[digit]!;
      starts[digit] = start;
      start += size;
    }
    for (let i = 0; i < n; i++) {
      const position = order[i]!;
      next[starts[words[4 * position + word]!]!++] = position;
    }
    [order, next] = [next, order];
  }
  for (let i = 0; i < n; i++) order[i] = among[order[i]!]!;
  return order;
}

/** Entries grouped by a number, in one array, each group in the order in which its entries came (counting sort). */
export type Buckets = {
  /** [n] the entries; group g is `entries.subarray(starts[g], starts[g + 1])`. */
  entries: Uint32Array;
  /** [groups + 1] */
  starts: Uint32Array;
};

/** Groups `among` by `groupOf[entry]`, from 0 to below `groups`; entries of a negative group are left out. */
export function bucketed(among: Uint32Array, groupOf: Int32Array, groups: number): Buckets {
  const starts = new Uint32Array(groups + 1);
  for (const entry of among) if (groupOf[entry]! >= 0) starts[groupOf[entry]! + 1]!++;
  for (let g = 0; g < groups; g++) starts[g + 1]! += starts[g]!;
  const entries = new Uint32Array(starts[groups]!);
  const next = starts.slice();
  for (const entry of among) {
    const group = groupOf[entry]!;
    if (group >= 0) entries[next[group]!++] = entry;
  }
  return { entries, starts };
}

/** Batch times of mean `meanMs` whose distribution is close to the named one, as `batchMs` of a trial; and one drawn anew. */
export const serviceTimes = {
  constant: { batchMs: (meanMs: number) => [meanMs], draw: (meanMs: number) => meanMs },
  exponential: {
    batchMs: (meanMs: number) => Array.from({ length: 10_000 }, (_, i) => -meanMs * Math.log((i + 0.5) / 10_000)),
    draw: (meanMs: number, random: () => number) => -meanMs * Math.log(random()),
  },
  /** Nine of ten take .6 of the mean, one takes 4.6 of it. */
  bimodal: {
    batchMs: (meanMs: number) => Array.from({ length: 10 }, (_, i) => meanMs * (i === 0 ? 4.6 : 0.6)),
    draw: (meanMs: number, random: () => number) => meanMs * (random() < 0.1 ? 4.6 : 0.6),
  },
};

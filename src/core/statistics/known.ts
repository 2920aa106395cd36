/** A value with the ends of what is known of it; null: nothing is. */
export type Known = { value: number; low: number | null; high: number | null };

/** Known to ± `error`. */
export const within = (value: number, error: number | null): Known =>
  error === null ? { value, low: null, high: null } : { value, low: value - error, high: value + error };

/** The same in another unit; `factor` above 0, known exactly. */
export const scaled = ({ value, low, high }: Known, factor: number): Known => ({
  value: value * factor,
  low: low === null ? null : low * factor,
  high: high === null ? null : high * factor,
});

/** The same shared out among `count`. */
export const shared = ({ value, low, high }: Known, count: number): Known => ({
  value: value / count,
  low: low === null ? null : low / count,
  high: high === null ? null : high / count,
});

/**
 * The ten IoU thresholds 0.50, 0.55, …, 0.95, rounded as NumPy's `linspace` rounds them: the last bit decides ties.
 */
export const iouThresholds = Float64Array.from({ length: 10 }, (_, i) =>
  i === 9 ? 0.95 : i * ((0.95 - 0.5) / 9) + 0.5,
);

/** The 101 recalls 0, 0.01, …, 1 at which both evaluations read the precision. */
export const recallPoints = Float64Array.from({ length: 101 }, (_, i) => (i === 100 ? 1 : i * 0.01));

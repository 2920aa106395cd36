/** Ends of an axis that shows whole error bars. */
export function reachOf(points: readonly { y: number; low?: number | null; high?: number | null }[]): {
  suggestedMin?: number;
  suggestedMax?: number;
} {
  const ends = points.flatMap((p) => [p.low ?? p.y, p.high ?? p.y]);
  return ends.length === 0 ? {} : { suggestedMin: Math.min(...ends), suggestedMax: Math.max(...ends) };
}

/** One configuration's coordinates: lower energy and latency are better, higher accuracy is better. */
export type ParetoPoint = { id: string; energy: number; latency: number; accuracy?: number | null };

/** Whether `a` is at least as good as `b` everywhere and better somewhere; unknown accuracies count as equal. */
export function dominates(a: ParetoPoint, b: ParetoPoint): boolean {
  const known = a.accuracy != null && b.accuracy != null;
  const gains = [b.energy - a.energy, b.latency - a.latency, known ? a.accuracy! - b.accuracy! : 0];
  return gains.every((gain) => gain >= 0) && gains.some((gain) => gain > 0);
}

/** Ids of the points that no other dominates (Pareto front), by rising latency. */
export function paretoFront(points: readonly ParetoPoint[]): string[] {
  return points
    .filter((point) => !points.some((other) => dominates(other, point)))
    .sort((a, b) => a.latency - b.latency || a.energy - b.energy)
    .map((point) => point.id);
}

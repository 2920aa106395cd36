/** How the latency of a batch goes with its size, as IPA has it: ordinary least squares l(b) = k0 + k1·b + k2·b². */
export type Quadratic = { k0: number; k1: number; k2: number };

type Point = { readonly batch: number; readonly latencySeconds: number };

/**
 * Least squares over polynomials that are orthogonal on the points (Forsythe 1957), so that batch sizes up to thousands lose no digits.
 *
 * @param points of at least `degree` + 1 batch sizes
 */
export function fitLatency(points: readonly Point[], degree: 1 | 2): Quadratic {
  const n = points.length;
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / n;
  const dot = (a: readonly number[], b: readonly number[]) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
  const x = points.map(({ batch }) => batch);
  const y = points.map(({ latencySeconds }) => latencySeconds);
  const centre = mean(x);
  // p0 = 1, p1 = x − m, p2 = (x − a)·p1 − c
  const p1 = x.map((value) => value - centre);
  const norm1 = dot(p1, p1);
  const slope = dot(p1, y) / norm1;
  const linear = { k0: mean(y) - slope * centre, k1: slope, k2: 0 };
  if (degree === 1) return linear;
  const a =
    dot(
      x,
      p1.map((value) => value * value),
    ) / norm1;
  const c = norm1 / n;
  const p2 = x.map((value, i) => (value - a) * p1[i]! - c);
  const k2 = dot(p2, y) / dot(p2, p2);
  // p2 in powers of b: b² − (a + m)·b + a·m − c
  return { k0: linear.k0 + k2 * (a * centre - c), k1: linear.k1 - k2 * (a + centre), k2 };
}

export const latencyAt = ({ k0, k1, k2 }: Quadratic, batch: number) => k0 + batch * (k1 + batch * k2);

/**
 * Latency and throughput at the powers of two from the smallest to the largest measured batch size, as IPA takes them where
 * `only_measured_profiles` is false: the quadratic, or the straight line where that is below zero; throughput is b ÷ l(b).
 *
 * @returns null of fewer than three batch sizes, or where the line is not above zero either
 */
export function regressedPoints(
  points: readonly Point[],
): { batch: number; latencySeconds: number; throughput: number }[] | null {
  const sizes = new Set(points.map(({ batch }) => batch));
  if (sizes.size < 3) return null;
  const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
  const [curve, line] = [fitLatency(points, 2), fitLatency(points, 1)];
  const found = [];
  for (let batch = 1; batch <= most; batch *= 2) {
    if (batch < least) continue;
    const ofCurve = latencyAt(curve, batch);
    const latencySeconds = ofCurve < 0 ? latencyAt(line, batch) : ofCurve;
    if (!(latencySeconds > 0)) return null;
    found.push({ batch, latencySeconds, throughput: batch / latencySeconds });
  }
  return found;
}

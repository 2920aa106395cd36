/** Density of the standard normal distribution. */
export function normalDensity(z: number): number {
  return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
}

/**
 * P(Z > z) of the standard normal distribution, relative error about 1e-14 also far out in the tail.
 * Power series near the centre, Laplace's continued fraction beyond (Abramowitz & Stegun 26.2.10 and 26.2.14).
 */
export function normalUpperTail(z: number): number {
  if (z < 0) return 1 - normalUpperTail(-z);
  if (z < 3) {
    let term = z;
    let sum = z;
    for (let k = 1; Math.abs(term) > 1e-17 * Math.abs(sum); k++) {
      term *= (z * z) / (2 * k + 1);
      sum += term;
    }
    return 0.5 - normalDensity(z) * sum;
  }
  let fraction = z;
  for (let k = 120; k >= 1; k--) fraction = z + k / fraction;
  return normalDensity(z) / fraction;
}

/** z with P(Z ≤ z) = `probability`, 0 < probability < 1; error below 1e-12. */
export function normalQuantile(probability: number): number {
  if (!(probability > 0 && probability < 1)) throw new RangeError('a probability lies between 0 and 1');
  if (probability > 0.5) return -normalQuantile(1 - probability);
  // Start: Abramowitz & Stegun 26.2.23 (error < 4.5e-4), then Halley's steps on the exact tail.
  const r = Math.sqrt(-2 * Math.log(probability));
  let z =
    r - (2.515517 + 0.802853 * r + 0.010328 * r * r) / (1 + 1.432788 * r + 0.189269 * r * r + 0.001308 * r * r * r);
  for (let i = 0; i < 3; i++) {
    const step = (normalUpperTail(z) - probability) / normalDensity(z);
    z += step / (1 - (z * step) / 2);
  }
  return -z;
}

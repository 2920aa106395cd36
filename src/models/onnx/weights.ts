import type { Parameter } from './graph';

/**
 * Where the values of parameters come from: random ones here, a checkpoint elsewhere. What is returned holds
 * shape[0] × shape[1] × … values in row-major order and is used before the next call, so one buffer may serve all.
 */
export type WeightSource = (parameter: Parameter) => Float32Array;

/**
 * Weights are uniform with variance 2 / fan-in (He et al., arXiv 1502.01852, eq. 10). SiLU halves small signals,
 * so that they would fade over a hundred layers; biases with this variance refresh them: at a mean square of 1 the
 * next layer's is 2 · E[silu(z)²] + 0.29 = 1 for z ~ N(0, 1), and deviations shrink.
 */
const weightGain = 2;
const biasVariance = 0.29;

/** The same seed and name give the same values on every machine. */
export function seededWeights(seed: number): WeightSource {
  let buffer = new Float32Array(0);
  return ({ name, shape, fanIn, initial }) => {
    if (initial) return initial;
    const length = shape.reduce((product, n) => product * n, 1);
    if (buffer.length < length) buffer = new Float32Array(length);
    const values = buffer.subarray(0, length);
    const variance = shape.length === 1 ? biasVariance : weightGain / fanIn;
    fillUniform(values, Math.sqrt(3 * variance), seed, name);
    return values;
  };
}

/** Uniform in ± bound by xorshift128 (Marsaglia, Journal of Statistical Software 8(14), 2003). */
function fillUniform(values: Float32Array, bound: number, seed: number, name: string): void {
  // FNV-1a over the name, started from the seed; the constants only keep the state from being all zero.
  let hash = (0x811c9dc5 ^ seed) | 0;
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193);
  let x = hash;
  let y = hash ^ 0x159a55e5;
  let z = seed ^ 0x1f123bb5;
  let w = 0x05491333;
  const scale = bound / 0x8000_0000;
  // The first draws still resemble the state, hence each other for similar names.
  for (let i = -32; i < values.length; i++) {
    const t = x ^ (x << 11);
    x = y;
    y = z;
    z = w;
    w = w ^ (w >>> 19) ^ t ^ (t >>> 8);
    if (i >= 0) values[i] = w * scale;
  }
}

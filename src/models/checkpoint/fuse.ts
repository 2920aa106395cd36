/** Turns the weights of training into those of one convolution: float32 in and out, float64 in between. */

/** `weight`: out × in × kernel × kernel; `bias`: out. */
export type Fused = { weight: Float32Array; bias: Float32Array };

export type BatchNorm = {
  gamma: Float32Array;
  beta: Float32Array;
  mean: Float32Array;
  variance: Float32Array;
  epsilon: number;
};

/**
 * Batch normalisation (Ioffe & Szegedy, arXiv 1502.03167) after a convolution without it:
 * t = γ / √(σ² + ε), W′ = t · W, b′ = β + t · (b − μ).
 */
export function foldBatchNorm(weight: Float32Array, bias: Float32Array | null, norm: BatchNorm): Fused {
  const { gamma, beta, mean, variance, epsilon } = norm;
  const channels = gamma.length;
  const perChannel = weight.length / channels;
  const folded = { weight: new Float32Array(weight.length), bias: new Float32Array(channels) };
  for (let c = 0; c < channels; c++) {
    const scale = (gamma[c] ?? 0) / Math.sqrt((variance[c] ?? 0) + epsilon);
    folded.bias[c] = (beta[c] ?? 0) + scale * ((bias?.[c] ?? 0) - (mean[c] ?? 0));
    for (let i = c * perChannel; i < (c + 1) * perChannel; i++) folded.weight[i] = scale * (weight[i] ?? 0);
  }
  return folded;
}

/**
 * Adds a parallel 1×1 convolution to a 3×3 one of equal channels and padding 1: its kernel lies on the centre (RepVGG,
 * arXiv 2101.03697 §3.3).
 */
export function addPointwise(dense: Fused, pointwise: Fused): void {
  for (let i = 0; i < pointwise.weight.length; i++) {
    dense.weight[9 * i + 4] = (dense.weight[9 * i + 4] ?? 0) + (pointwise.weight[i] ?? 0);
  }
  for (let c = 0; c < dense.bias.length; c++) dense.bias[c] = (dense.bias[c] ?? 0) + (pointwise.bias[c] ?? 0);
}

/** The 1×1 convolution that hands each channel on as it is: out × in / groups. */
export function identityKernel(channels: number, groups: number): Float32Array {
  const inGroup = channels / groups;
  const kernel = new Float32Array(channels * inGroup);
  for (let c = 0; c < channels; c++) kernel[c * inGroup + (c % inGroup)] = 1;
  return kernel;
}

/**
 * Implicit knowledge (arXiv 2105.04206) around a 1×1 convolution, y = m · (W (x + a) + b): W′ = m · W,
 * b′ = m · (b + W a), with W as it was.
 */
export function foldImplicit(head: Fused, added: Float32Array | null, factor: Float32Array | null): Fused {
  const channels = head.bias.length;
  const inputs = head.weight.length / channels;
  const folded = { weight: new Float32Array(head.weight.length), bias: new Float32Array(channels) };
  for (let c = 0; c < channels; c++) {
    let sum = head.bias[c] ?? 0;
    for (let i = 0; i < inputs; i++) sum += (head.weight[c * inputs + i] ?? 0) * (added?.[i] ?? 0);
    const scale = factor?.[c] ?? 1;
    folded.bias[c] = scale * sum;
    for (let i = c * inputs; i < (c + 1) * inputs; i++) folded.weight[i] = scale * (head.weight[i] ?? 0);
  }
  return folded;
}

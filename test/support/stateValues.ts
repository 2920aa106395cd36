import { seededWeights } from '../../src/models/onnx/weights';

/**
 * Values of a network's state in training, made from their names alone, each exact in binary16 and bfloat16: so a
 * checkpoint and a reference can be written one tensor at a time and hold the same.
 */
export function stateValues(name: string, shape: readonly number[]): Float32Array {
  const length = shape.reduce((product, n) => product * n, 1);
  const isKernel = shape.length === 4 && name.endsWith('.weight');
  const fanIn = isKernel ? length / (shape[0] ?? 1) : 1;
  const values = seededWeights(3)({ name, shape: isKernel ? [length, 1] : [length], fanIn });
  // Spread like those of a trained network: γ, σ² and factors around 1, β, μ and addends around 0.
  const around = /(running_var|\.im\.\d+\.implicit)$/.test(name) || (!isKernel && name.endsWith('.weight')) ? 1 : 0;
  const spread = isKernel || name.endsWith('.bias') ? 1 : 0.4;
  for (let i = 0; i < length; i++) {
    const value = around + spread * values[i]!;
    values[i] = Math.abs(value) < 2 ** -14 ? 0 : value;
  }
  // Seven bits of the fraction.
  const bits = new Uint32Array(values.buffer, values.byteOffset, length);
  for (let i = 0; i < length; i++) bits[i]! &= 0xffff_0000;
  return values;
}

/** Binary16 of values that it holds exactly, none of them subnormal. */
export function encodeHalf(values: Float32Array): Uint8Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const halves = new Uint16Array(values.length);
  for (let i = 0; i < halves.length; i++) {
    const b = bits[i]!;
    halves[i] = b << 1 === 0 ? 0 : ((b >>> 16) & 0x8000) | ((((b >>> 23) & 255) - 112) << 10) | ((b >>> 13) & 1023);
  }
  return new Uint8Array(halves.buffer);
}

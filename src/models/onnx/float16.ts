let table: Float32Array | undefined;

/** Values of IEEE 754 half precision (binary16), given as their bits; exact, since float32 holds each of them. */
export function floatsOfHalves(bits: Uint16Array): Float32Array {
  table ??= Float32Array.from({ length: 0x1_0000 }, (_, half) => valueOf(half));
  const floats = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) floats[i] = table[bits[i]!]!;
  return floats;
}

function valueOf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >> 10) & 0x1f;
  const fraction = half & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

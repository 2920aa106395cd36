/** Numbers as people read them: three significant digits, units once. Used by the terminal and the panel alike. */

/** Three significant digits, never in exponent form below 10^15. */
export function describeNumber(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return '–';
  // Below a millionth only rounding is left of what we measure.
  if (Math.abs(value) < 1e-6) return '0';
  const decimals = Math.min(12, Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(value)))));
  return value.toFixed(decimals);
}

/**
 * The three-digit number next to a limit that still holds: `down` for what may be at most, `up` for what must be at least.
 * A value of three digits, or what binary fractions make of one, stays as it is.
 */
export function roundOutward(value: number, way: 'up' | 'down'): number {
  if (!(value > 0) || !Number.isFinite(value)) return value;
  const digits = 2 - Math.floor(Math.log10(value));
  // 0.35 / 0.001 is 349.99…, and 1.1 * 100 is 110.00…01: what is as good as whole stays.
  const scaled = Number((value * 10 ** digits).toPrecision(12));
  const whole = way === 'up' ? Math.ceil(scaled) : Math.floor(scaled);
  return Number((whole / 10 ** digits).toPrecision(12));
}

/** The same where a program judges the number, in doubles: what is only as good as whole may break a limit there, so then it is the next one. */
export function roundToHold(needed: number, way: 'up' | 'down', scale = 1): number {
  const rounded = roundOutward(needed * scale, way);
  const holds = way === 'up' ? rounded / scale >= needed : rounded / scale <= needed;
  return holds ? rounded : roundOutward(rounded * (way === 'up' ? 1.001 : 0.999), way);
}

/** `1.53 GB` (powers of ten). */
export function describeBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${describeNumber(value)} ${units[unit]}`;
}

/** `45 s`, `3 min 20 s`, `2 h 5 min`. */
export function describeSeconds(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return whole % 60 === 0 ? `${whole / 60} min` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** `3.10 kJ`, `255 J`, `12.0 mJ`. */
export function describeJoules(joules: number): string {
  const size = Math.abs(joules);
  if (size >= 1e6) return `${describeNumber(joules / 1e6)} MJ`;
  if (size >= 1e3) return `${describeNumber(joules / 1e3)} kJ`;
  if (size > 0 && size < 0.1) return `${describeNumber(joules * 1e3)} mJ`;
  return `${describeNumber(joules)} J`;
}

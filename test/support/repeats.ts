/** Set by `npm run test:long` alone. */
const isLong = process.env.GREENBATCH_LONG === '1';

/**
 * How often a test does what rare chances decide (mutants, simulated sweeps, kills): so often in `npm test`, which has a
 * budget of time, and so often in `npm run test:long`, which runs just the files that import this one.
 */
export function repeats(usual: number, long: number): number {
  return isLong ? long : usual;
}

import type { PowerCurve } from './source';

/**
 * CPU power against utilisation, for machines whose energy cannot be measured:
 *
 *     watts(u) = idleWatts + (maxWatts − idleWatts) · f(u),   f(u) = 1 − (1 − u)^shape
 *
 * f(0) = 0, f(1) = 1, monotone for every shape > 0 and concave for shape > 1: the first busy core
 * wakes what all cores share, and the second hardware thread of a core adds little. For shape = 2
 * this is Fan, Weber, Barroso 2007 (2u − u^r) at r = 2.
 */

/** Share of the span from idle to maximum, 0 to 1, at a utilisation (clipped to 0 … 1). */
export function loadShare(utilisation: number, shape: number): number {
  const u = Math.min(1, Math.max(0, utilisation));
  return 1 - (1 - u) ** shape;
}

/** Watts of all packages at a utilisation from 0 to 1. */
export function curveWatts(curve: Pick<PowerCurve, 'idleWatts' | 'maxWatts' | 'shape'>, utilisation: number): number {
  return curve.idleWatts + (curve.maxWatts - curve.idleWatts) * loadShare(utilisation, curve.shape);
}

/**
 * The fitted shape, made by `test/bench/fitPowerCurve.ts` from RAPL package power against load of four
 * machines (codecarbon, `data/hardware/cpu_load_profiling`, MIT): EPYC 8024P, Threadripper 1950X,
 * Xeon E3-1240 v2, Xeon E5-2620 v3, with some cores fully busy and the others idle, as inference on a
 * given number of threads does. Errors are relative root-mean-square errors of watts in percent, with
 * each machine's own idle and full power known.
 */
export const fittedShape = {
  shape: 2.08,
  /** On the four machines that the shape was fitted to. */
  errorPercent: 17.2,
  /** On each machine with the shape fitted to the other three. */
  leaveOneOutPercent: 19.0,
  /** On the rows where all cores are partly busy: a duty cycle at low clock, which the curve does not describe. */
  partlyBusyPercent: 56.2,
} as const;

import { mean } from '../statistics/statistics';
import type { TrialRequests } from './requestLatency';
import { enoughError } from './simulation';

/** Above it a throughput that is off by 1 % moves the latency by a fifth and more, and requests remember each other for too long. */
export const highestLoad = 0.95;

/** Mean load of the trials. */
export const loadOf = (met: readonly TrialRequests[]): number => mean(met.map((r) => r.load));

/** Whether arrivals come too near to what a configuration can do for its request latency to be told. */
export function isNearSaturation(met: readonly TrialRequests[]): boolean {
  return loadOf(met) > highestLoad || simulationError(met) >= enoughError;
}

/** Standard error that chance in the simulation leaves of the percentile over all trials, over it: each trial has requests of its own. */
function simulationError(met: readonly TrialRequests[]): number {
  return Math.hypot(...met.map((r) => r.standardError)) / met.length;
}

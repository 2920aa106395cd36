import type { SharedEdge } from '../statistics/comparison';
import { mean } from '../statistics/statistics';
import type { TrialValue } from './result';

/**
 * What is not known of joules because the edges of windows are not (an instrument that is slow to be read, and prints rounded
 * numbers): bounds, not scatter. More repeats make none of them smaller, so they are added to the half of an interval (docs/statistics.md).
 */

/** Half-width of a trial's joules per unit of work as a share of them, 0 to .999. */
export const edgeShare = ({ edgeJoulesPerUnit = 0, joulesPerUnit }: TrialValue): number =>
  shareOf(edgeJoulesPerUnit, joulesPerUnit);

/** A half-width of a positive value as a share of it. Below 1: of a value that is not known at all the far side would have no end. */
const shareOf = (edge: number, value: number): number =>
  edge === 0 ? 0 : value > 0 ? Math.min(0.999, edge / value) : 0.999;

/** Of net joules per unit of work: less what the machine at rest draws in the time of one. */
export const netEdge = ({ edgeJoulesPerUnit = 0, edgeIdleWatts = 0, unitsPerSecond }: TrialValue): number =>
  edgeJoulesPerUnit + edgeIdleWatts / unitsPerSecond;

/** The same of the value's inverse: on the far side, where it is larger. */
export const inverseEdge = (inverse: number, share: number): number => (inverse * share) / (1 - share);

/** On the logarithm, on the far side again: −ln(1 − share); the mean of several values, each with its half-width. */
export function lnEdge(values: readonly { value: number; edge: number }[]): number {
  if (values.every(({ edge }) => edge === 0)) return 0;
  return mean(values.map(({ value, edge }) => -Math.log1p(-shareOf(edge, value))));
}

/**
 * What the idle watts, which all configurations share, may do to the logarithm of a value: by how much it rises where they are `edge`
 * higher, and where they are as much lower. The mean of several values, each with its own share of a watt at rest.
 */
export function lnShift(
  values: readonly { value: number; perIdleWatt: number; edgeIdleWatts: number }[],
): SharedEdge | null {
  if (values.every(({ edgeIdleWatts }) => edgeIdleWatts === 0)) return null;
  const shifted = (sign: 1 | -1) =>
    mean(
      values.map(({ value, perIdleWatt, edgeIdleWatts }) =>
        // A value of which nothing would be left has no logarithm.
        Math.log(Math.max(0.001, 1 + (sign * perIdleWatt * edgeIdleWatts) / value)),
      ),
    );
  return { up: shifted(1), down: shifted(-1) };
}

/** Of a configuration's joules per unit of work. */
export const lnEdgeOfTrials = (trials: readonly TrialValue[]): number =>
  lnEdge(trials.map(({ joulesPerUnit, edgeJoulesPerUnit = 0 }) => ({ value: joulesPerUnit, edge: edgeJoulesPerUnit })));

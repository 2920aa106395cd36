import { describeNumber } from '../units';
import type { RunReport } from './report';

/** From how much on each is told, everywhere alike: terminal, panel, comparison of two runs. */
export const toldFrom = { driftPercent: 2, otherLoadPercent: 5, unsteadyTrials: 1 } as const;

/** What the machine did while it measured that a reader must know of; a sentence without its capital and full stop. */
export type Condition = { code: 'drift' | 'unsteady' | 'other-load'; message: string };

export function conditionsOf({
  driftPercent,
  unsteadyTrials,
  otherLoadPercent,
}: Pick<RunReport['run'], keyof typeof toldFrom>): Condition[] {
  const conditions: Condition[] = [];
  if (driftPercent !== null && Math.abs(driftPercent) >= toldFrom.driftPercent) {
    const percent = describeNumber(Math.abs(driftPercent));
    const message = `the machine drifted: the same configuration took ${percent} % ${driftPercent > 0 ? 'more' : 'less'} at the end than at the start`;
    conditions.push({ code: 'drift', message });
  }
  if (unsteadyTrials >= toldFrom.unsteadyTrials) {
    const message = `${unsteadyTrials} repeats began before their speed had settled: raise measure.warmupSeconds`;
    conditions.push({ code: 'unsteady', message });
  }
  if (otherLoadPercent !== null && otherLoadPercent >= toldFrom.otherLoadPercent) {
    const message = `other processes took ${describeNumber(otherLoadPercent, 2)} % of the machine's CPU time while it was measured: their energy is in every number`;
    conditions.push({ code: 'other-load', message });
  }
  return conditions;
}

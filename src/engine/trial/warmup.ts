import { monotonicMs } from '../../machine/clock';
import type { Work } from '../../workloads/workload';

/** Batch times have settled when the median of the last third is within this much of the third before. */
const steadyPercent = 5;

/**
 * Whether a warm-up may end: it lasts as long as asked for, alike for all configurations, and at least one batch. A longer one for
 * those that settle late would leave them a warmer machine.
 */
export function isWarm(times: readonly number[], seconds: number, warmupSeconds: number): boolean {
  return times.length >= 1 && seconds >= warmupSeconds;
}

/** Whether the last third of the batch times runs as fast as the third before it; so few that they do not tell are no doubt. */
export function isSteady(times: readonly number[]): boolean {
  const third = Math.floor(times.length / 3);
  if (third === 0) return true;
  const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] as number;
  const before = median(times.slice(-2 * third, -third));
  const last = median(times.slice(-third));
  return Math.abs(last - before) <= (before * steadyPercent) / 100;
}

/**
 * Lets the work run until it is warm.
 *
 * @param alive a sign of life, for each batch
 * @param limits whether the power has come down to what the machine holds for long: waited for, `mostSeconds` at most
 */
export async function warmUp(
  work: Pick<Work, 'step' | 'warmUp'>,
  warmupSeconds: number,
  alive: () => void,
  limits: { areHeld: (nowMs: number) => boolean; mostSeconds: number } = { areHeld: () => true, mostSeconds: 0 },
): Promise<{ batches: number; steady: boolean }> {
  const start = monotonicMs();
  const times: number[] = [];
  let warm = false;
  const watch = {
    ran(ms: number) {
      times.push(ms);
      alive();
      const nowMs = monotonicMs();
      const seconds = (nowMs - start) / 1000;
      const areHeld = limits.areHeld(nowMs);
      warm = isWarm(times, seconds, warmupSeconds) && (areHeld || seconds >= limits.mostSeconds);
    },
    phaseEnded: () => undefined,
    foundAccuracy: () => undefined,
    isWarm: () => warm,
  };
  while (!warm) await (work.warmUp ? work.warmUp(watch) : work.step(watch));
  return { batches: times.length, steady: isSteady(times) };
}

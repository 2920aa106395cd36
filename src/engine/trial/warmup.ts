import { monotonicMs } from '../../machine/clock';
import type { Work } from '../../workloads/workload';

/** A steady state is taken as given after this many times the asked warm-up. */
const longestWarmup = 3;
/** Batch times have settled when the median of the last third is within this much of the third before. */
const steadyPercent = 5;

/** Whether a warm-up may end: as long as asked for, with batch times that have settled or will not settle soon. */
export function isWarm(times: number[], seconds: number, warmupSeconds: number): { warm: boolean; steady: boolean } {
  const steady = isSteady(times);
  const warm = times.length >= 2 && seconds >= warmupSeconds && (steady || seconds >= longestWarmup * warmupSeconds);
  return { warm, steady };
}

/** Whether the last third of the batch times runs as fast as the third before it. */
export function isSteady(times: number[]): boolean {
  const third = Math.floor(times.length / 3);
  if (third === 0) return times.length >= 2;
  const median = (values: number[]) => values.sort((a, b) => a - b)[values.length >> 1] as number;
  const before = median(times.slice(-2 * third, -third));
  const last = median(times.slice(-third));
  return Math.abs(last - before) <= (before * steadyPercent) / 100;
}

/**
 * Lets the work run until it is warm.
 *
 * @param alive a sign of life, for each batch
 */
export async function warmUp(
  work: Pick<Work, 'step' | 'warmUp'>,
  warmupSeconds: number,
  alive: () => void,
): Promise<{ batches: number; steady: boolean }> {
  const start = monotonicMs();
  const times: number[] = [];
  let state = { warm: false, steady: false };
  const watch = {
    ran(ms: number) {
      times.push(ms);
      alive();
      state = isWarm(times, (monotonicMs() - start) / 1000, warmupSeconds);
    },
    phaseEnded: () => undefined,
    foundAccuracy: () => undefined,
    isWarm: () => state.warm,
  };
  while (!state.warm) await (work.warmUp ? work.warmUp(watch) : work.step(watch));
  return { batches: times.length, steady: state.steady };
}

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

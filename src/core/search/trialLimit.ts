/** Trials that a search may take of those that a sweep would, at most. */
export type TrialLimit = { maxTrialsPercent: number };

/** @param blocks the most that a configuration is measured in */
export function trialLimit({ maxTrialsPercent }: TrialLimit, configurations: number, blocks: number): number {
  return Math.floor((maxTrialsPercent * configurations * blocks) / 100 + 1e-9);
}

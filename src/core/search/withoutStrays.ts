import type { Observation } from './observation';

/** Beyond so many standard deviations from block and configuration a cost is pulled in. */
const bound = 3;
/** Least standard deviation of a trial that is told from few residuals: ln. */
const leastSpread = 0.002;
const rounds = 10;
const steps = 8;

/** Costs with those that stray pulled in to a bound from what block and configuration make them (Huber 1981, ch. 7.8). */
export function withoutStrays(observations: readonly Observation[], configurations: number): Observation[] {
  const blocks = new Set(observations.map(({ block }) => block)).size;
  const tried = new Set(observations.map(({ configuration }) => configuration)).size;
  const degreesOfFreedom = observations.length - blocks - tried + 1;
  if (degreesOfFreedom < 1) return [...observations];
  let kept = [...observations];
  for (let round = 0; round < rounds; round++) {
    const fit = additiveFit(kept, configurations);
    const residuals = observations.map((o, i) => o.lnCost - fit[i]!);
    const sizes = residuals
      .map(Math.abs)
      .filter((size) => size > 1e-12)
      .sort((a, b) => a - b);
    const median = sizes[Math.floor(sizes.length / 2)] ?? 0;
    // The median of absolute deviations, made that of a normal one, and as many degrees of freedom as are left.
    const spread = Math.max(leastSpread, 1.4826 * median * Math.sqrt(observations.length / degreesOfFreedom));
    kept = observations.map((o, i) => ({
      ...o,
      lnCost: fit[i]! + Math.max(-bound * spread, Math.min(bound * spread, residuals[i]!)),
    }));
  }
  return kept;
}

/** What block and configuration make of each, by turns. */
function additiveFit(observations: readonly Observation[], configurations: number): number[] {
  const most = Math.max(...observations.map(({ block }) => block));
  const ofBlock = new Float64Array(most + 1);
  const ofConfiguration = new Float64Array(configurations);
  const blockCounts = new Float64Array(most + 1);
  const counts = new Float64Array(configurations);
  for (const { block, configuration } of observations) {
    blockCounts[block]!++;
    counts[configuration]!++;
  }
  for (let step = 0; step < steps; step++) {
    ofConfiguration.fill(0);
    for (const o of observations)
      ofConfiguration[o.configuration]! += (o.lnCost - ofBlock[o.block]!) / counts[o.configuration]!;
    ofBlock.fill(0);
    for (const o of observations)
      ofBlock[o.block]! += (o.lnCost - ofConfiguration[o.configuration]!) / blockCounts[o.block]!;
  }
  return observations.map((o) => ofBlock[o.block]! + ofConfiguration[o.configuration]!);
}

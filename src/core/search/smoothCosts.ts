import type { Configuration } from '../configuration/configuration';
import { choleskyFactor, solveLower, solveUpper } from '../statistics/cholesky';
import { normalUpperTail } from '../statistics/normal';
import type { Observation } from './observation';
import { priorCovariance } from './priorCovariance';
import { withoutStrays } from './withoutStrays';

/** What is known of the ln costs of configurations, measured or not, from trials of some and the prior that costs are smooth. */
export type SmoothCosts = {
  /** Expected ln cost of the first above the second. */
  difference(first: number, second: number): number;
  /** How probable it is that the first costs less than the second by `margin` (ln) or more. */
  chanceBelow(first: number, second: number, margin: number): number;
};

/** Standard deviations of a trial, and of a configuration from the smooth surface: ln. */
const noises = [0.004, 0.01, 0.025];
const deviations = [0.003, 0.01, 0.03];
const roughnesses = [0.1, 0.3, 0.8].flatMap((amplitude) => [2, 5].map((length) => ({ amplitude, length })));
/** Settings that the trials all but rule out change no chance that matters. */
const leastWeight = 1e-4;

/** How often a single trial is taken to tell nothing, because something else went on: then what its neighbours say counts. */
const strayShare = 0.03;
/** How often one that was never tried is taken to be unlike all its neighbours, and the standard deviation from them: ln. */
const unlikeShare = 0.03;
const unlikeDeviation = 0.08;

/**
 * ln cost = block + surface(configuration) + own deviation + error. The surface is a Gaussian process (Rasmussen & Williams 2006, ch. 2) over
 * the logarithms of batch size, threads and processes, and spinning, smooth within a model. How smooth it is, and how large deviations and
 * errors are, is not known: each of a grid of settings counts by its marginal likelihood (ch. 5.2). Blocks have a flat prior, so what a
 * block shares cancels.
 */
export function smoothCosts(configurations: readonly Configuration[], observed: readonly Observation[]): SmoothCosts {
  const observations = withoutStrays(observed, configurations.length);
  const centred = centredByBlock(observations, configurations.length);
  const fits = roughnesses.flatMap((roughness) =>
    deviations.flatMap((deviation) => {
      const factor = choleskyFactor(priorCovariance(configurations, roughness, deviation));
      const information = informationOf(factor, centred);
      return noises.map((noise) => fit(factor, information, noise, centred));
    }),
  );
  const best = Math.max(...fits.map(({ logLikelihood }) => logLikelihood));
  const likely = fits.filter(({ logLikelihood }) => logLikelihood - best > Math.log(leastWeight));
  const total = likely.reduce((sum, { logLikelihood }) => sum + Math.exp(logLikelihood - best), 0);
  const tried = Int32Array.from(configurations, () => 0);
  for (const { configuration } of observations) tried[configuration]!++;
  const posteriors = likely.map((one) => ({ weight: Math.exp(one.logLikelihood - best) / total, ...one.posterior() }));
  return {
    difference: (first, second) =>
      posteriors.reduce((sum, { weight, mean }) => sum + weight * (mean[first]! - mean[second]!), 0),
    chanceBelow: (first, second, margin) =>
      posteriors.reduce((sum, { weight, mean, covariance, withoutTrial }) => {
        const below = (difference: number, variance: number) =>
          normalUpperTail((difference + margin) / Math.sqrt(Math.max(variance, 1e-12)));
        const between = covariance(first, first) + covariance(second, second) - 2 * covariance(first, second);
        const difference = mean[first]! - mean[second]!;
        const usual = below(difference, between);
        if (tried[first]! > 1) return sum + weight * usual;
        if (tried[first] === 0) {
          const unlike = below(difference, between + unlikeDeviation ** 2);
          return sum + weight * ((1 - unlikeShare) * usual + unlikeShare * unlike);
        }
        const others = withoutTrial(first, second);
        const stray = below(others.difference, others.variance);
        return sum + weight * ((1 - strayShare) * usual + strayShare * stray);
      }, 0),
  };
}

/** Trials less the means of their blocks, summed up by configuration. */
type Centred = {
  blocks: { members: readonly Observation[]; mean: number }[];
  sums: Float64Array;
  counts: Float64Array;
  squares: number;
  degreesOfFreedom: number;
};

function centredByBlock(observations: readonly Observation[], count: number): Centred {
  const byBlock = new Map<number, Observation[]>();
  for (const one of observations) byBlock.set(one.block, [...(byBlock.get(one.block) ?? []), one]);
  const blocks = [...byBlock.values()].map((members) => ({
    members,
    mean: members.reduce((sum, { lnCost }) => sum + lnCost, 0) / members.length,
  }));
  const sums = new Float64Array(count);
  const counts = new Float64Array(count);
  let squares = 0;
  for (const { members, mean } of blocks) {
    for (const { configuration, lnCost } of members) {
      sums[configuration]! += lnCost - mean;
      counts[configuration]!++;
      squares += (lnCost - mean) ** 2;
    }
  }
  return { blocks, sums, counts, squares, degreesOfFreedom: observations.length - blocks.length };
}

/** LᵀΛL, the lower half: L the prior's factor, Λ what trials tell once the means of blocks are taken out. */
function informationOf(factor: readonly Float64Array[], { blocks, counts }: Centred): Float64Array[] {
  const count = factor.length;
  const information = factor.map(() => new Float64Array(count));
  const add = (row: Float64Array, times: number) => {
    for (let i = 0; i < count; i++) {
      const value = row[i]! * times;
      if (value === 0) continue;
      const to = information[i]!;
      for (let j = 0; j <= i; j++) to[j]! += value * row[j]!;
    }
  };
  factor.forEach((row, i) => add(row, counts[i]!));
  for (const { members } of blocks) {
    const sum = new Float64Array(count);
    for (const { configuration } of members) for (let i = 0; i < count; i++) sum[i]! += factor[configuration]![i]!;
    add(sum, -1 / members.length);
  }
  return information;
}

/** The posterior N(m, LB⁻¹Lᵀ), B = I + LᵀΛL ÷ noise², and the likelihood of its setting. */
function fit(factor: readonly Float64Array[], information: readonly Float64Array[], noise: number, centred: Centred) {
  const { blocks, sums, squares, degreesOfFreedom } = centred;
  const count = factor.length;
  const precision = 1 / noise ** 2;
  const inner = choleskyFactor(
    information.map((row, i) => {
      const scaled = row.slice();
      for (let j = 0; j <= i; j++) scaled[j]! *= precision;
      scaled[i]! += 1;
      return scaled;
    }),
  );
  const projected = new Float64Array(count);
  for (let i = 0; i < count; i++) for (let j = 0; j <= i; j++) projected[j]! += factor[i]![j]! * sums[i]! * precision;
  const half = solveLower(inner, projected);
  const explained = half.reduce((sum, value) => sum + value ** 2, 0);
  const logDeterminant = 2 * inner.reduce((sum, row, i) => sum + Math.log(row[i]!), 0);
  const logLikelihood =
    -0.5 * (degreesOfFreedom * Math.log(noise ** 2) + logDeterminant + squares * precision - explained);
  const posterior = () => {
    const weights = solveUpper(inner, half);
    const mean = Float64Array.from(factor, (row) => dot(row, weights));
    const roots = factor.map((row) => solveLower(inner, row));
    const covariance = (i: number, j: number) => dot(roots[i]!, roots[j]!);
    /**
     * The difference as if the only trial of the first had not been (Rasmussen & Williams 2006, eq. 5.12): what it told is by how much it
     * lies above the mean of the other trials of its block.
     */
    const withoutTrial = (first: number, second: number) => {
      const { members } = blocks.find((block) => block.members.some((o) => o.configuration === first))!;
      const others = members.filter((o) => o.configuration !== first);
      const contrast = Float64Array.from(roots[first]!);
      let told = members.find((o) => o.configuration === first)!.lnCost - mean[first]!;
      for (const { configuration, lnCost } of others) {
        for (let k = 0; k < count; k++) contrast[k]! -= roots[configuration]![k]! / others.length;
        told -= (lnCost - mean[configuration]!) / others.length;
      }
      const difference = mean[first]! - mean[second]!;
      const variance = covariance(first, first) + covariance(second, second) - 2 * covariance(first, second);
      const ownPrecision = (precision * others.length) / members.length;
      const left = 1 - ownPrecision * dot(contrast, contrast);
      if (left < 1e-9) return { difference, variance };
      const shared = dot(roots[first]!, contrast) - dot(roots[second]!, contrast);
      return {
        difference: difference - (ownPrecision * shared * told) / left,
        variance: variance + (ownPrecision * shared ** 2) / left,
      };
    };
    return { mean, covariance, withoutTrial };
  };
  return { logLikelihood, posterior };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

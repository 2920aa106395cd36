import {
  accuracyMethods,
  type PipelineProblem,
  type PipelineProblemInput,
  problemSchema,
} from '../../src/core/pipeline/problem';
import type { Random } from '../../src/core/statistics/random';

/**
 * Pipelines to be solved, at random: accuracies by each method, normalised or not, with and without limits on energy, idle power, gross
 * energy, fixed variants and replicas. In half of them numbers are whole multiples of a step, so that many choices tie, and meet limits to
 * the last bit or miss them by it.
 */
export function randomPipeline(
  random: Random,
  size: { stages: number; options: number; mostReplicas: number },
): PipelineProblem {
  const isCoarse = random() < 0.5;
  const between = (low: number, high: number, steps = 20) => {
    const share = isCoarse ? Math.round(random() * steps) / steps : random();
    return low + share * (high - low);
  };
  const whole = (low: number, high: number) => low + Math.floor(random() * (high - low + 1));
  const one = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)]!;
  const chance = (share: number) => random() < share;
  const load = between(1, 40);
  const hasEnergy = chance(0.6);
  const hasIdle = hasEnergy && chance(0.6);
  const stages = Array.from({ length: size.stages }, (_, s): PipelineProblemInput['stages'][number] => {
    const variants = Array.from({ length: whole(1, Math.min(4, size.options)) }, (_none, v) => ({
      variant: `v${v}`,
      accuracy: between(0, 1),
      speed: between(0.05, 1),
      cores: isCoarse ? whole(1, 4) : between(0.5, 8),
    }));
    const places = variants.flatMap((variant) => [1, 2, 4, 8].map((batch) => ({ ...variant, batch })));
    const options = Array.from({ length: Math.min(size.options, places.length) }, () => {
      const [place] = places.splice(Math.floor(random() * places.length), 1);
      const { variant, batch, accuracy, speed, cores } = place!;
      const latencySeconds = speed * (0.3 + 0.7 * batch) * 0.2;
      return {
        ...{ variant, batch, accuracy, cores },
        latencySeconds: isCoarse ? Math.round(latencySeconds * 50) / 50 : latencySeconds,
        throughput: isCoarse ? whole(1, 30) : (batch / latencySeconds) * between(0.7, 1),
        joulesPerRequest: hasEnergy ? between(0.1, 5) : 0,
        ...(hasIdle && { idleWattsPerCore: between(0.5, 4) }),
        ...(hasIdle && chance(0.1) && { energyIncludesIdle: true }),
      };
    });
    return {
      name: `stage ${s}`,
      options,
      ...(chance(0.08) && { variant: one(options).variant }),
      ...(chance(0.08) && { replicas: whole(1, size.mostReplicas) }),
    };
  });
  const weight = (most: number) => (chance(0.2) ? 0 : between(0, most));
  return problemSchema.parse({
    load,
    slaSeconds: between(0.15, 0.9) * size.stages + 0.01,
    weights: { alpha: weight(20), beta: weight(1), gamma: one([0, 1e-6, 0.01]), delta: hasEnergy ? weight(1) : 0 },
    scalingCap: size.mostReplicas,
    accuracyMethod: one(accuracyMethods),
    normalizeAccuracy: chance(0.3),
    queueing: chance(0.25) ? 'as-published' : 'intended',
    ...(hasEnergy &&
      chance(0.6) && {
        limits: {
          ...(chance(0.7) && { joulesPerRequest: between(0.5, 4) * size.stages }),
          ...(chance(0.5) && { watts: between(0.5, 4) * size.stages * load }),
        },
      }),
    stages,
  } satisfies PipelineProblemInput);
}

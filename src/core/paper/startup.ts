import { type PublishedPoint, publishedPoints } from './published';

/**
 * What the paper's process took besides its images, of a configuration that both experiments measured, as two assumptions have it. Nothing
 * published tells which holds.
 */
export type PublishedStartup = {
  model: string;
  batchSize: number;
  /** Energy that does not grow with the images: if an image took the same energy in both. */
  byImage: number;
  /** If a second of inference did: below 0 where longer inference explains more than the whole difference. */
  byTime: number;
  /** `byImage` of the run over 500 images, and of that over 5,000, percent. */
  percentOfSmall: number;
  percentOfLarge: number;
};

/**
 * Two equations, E = S + x · s for experiments 1 and 2, with x the images N (500 and 5,000) or the time of inference T = N · ms/image:
 * s = (E₂ − E₁)/(x₂ − x₁) and S = E₁ − x₁ · s. By N a slower image of experiment 1 (`repeatedTwice`) counts as start-up; by T it does not.
 */
export function publishedStartup(): PublishedStartup[] {
  const large = publishedPoints('exp2');
  return publishedPoints('exp1').flatMap((small) => {
    const other = large.find(({ model, batchSize }) => model === small.model && batchSize === small.batchSize);
    if (!other) return [];
    const byImage = fixedJoules(small, other, ({ images }) => images);
    return [
      {
        ...{ model: small.model, batchSize: small.batchSize, byImage },
        byTime: fixedJoules(small, other, ({ images, latencyMsPerImage }) => images * latencyMsPerImage),
        percentOfSmall: (100 * byImage) / small.runJoules,
        percentOfLarge: (100 * byImage) / other.runJoules,
      },
    ];
  });
}

/** The line through both, at 0. */
function fixedJoules(small: PublishedPoint, large: PublishedPoint, of: (point: PublishedPoint) => number): number {
  const slope = (large.runJoules - small.runJoules) / (of(large) - of(small));
  return small.runJoules - of(small) * slope;
}

/** What is above in experiment 1, of a configuration that both measured once. */
type Repeated = { model: string; batchSize: number; latencyMs: number; latencyPercent: number; joulesPercent: number };

/**
 * The configurations that the paper measured in both experiments, once each: by how much the first is above the second, milliseconds an
 * image and percent. They are no repeats: one went over 500 images, the other over 5,000, in batches of other shapes.
 */
export function repeatedTwice(): Repeated[] {
  const large = publishedPoints('exp2');
  return publishedPoints('exp1').flatMap((small) => {
    const other = large.find(({ model, batchSize }) => model === small.model && batchSize === small.batchSize);
    if (!other) return [];
    return [
      {
        ...{ model: small.model, batchSize: small.batchSize },
        latencyMs: small.latencyMsPerImage - other.latencyMsPerImage,
        latencyPercent: 100 * (small.latencyMsPerImage / other.latencyMsPerImage - 1),
        joulesPercent: 100 * (small.joulesPerImage / other.joulesPerImage - 1),
      },
    ];
  });
}

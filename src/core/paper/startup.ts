import { within, type Known } from '../statistics/known';
import { publishedPoints } from './published';

/** What the paper's process took besides its images, of a configuration that both experiments measured. */
export type PublishedStartup = {
  model: string;
  batchSize: number;
  /** Energy that does not grow with the images. */
  joules: Known;
  /** Energy of each further image. */
  joulesPerImage: Known;
  /** That fixed part of the run over 500 images, and of that over 5,000, percent. */
  percentOfSmall: number;
  percentOfLarge: number;
};

/**
 * Two equations, E = S + N · j for N = 500 (experiment 1) and N = 5,000 (experiment 2): j = (E₂ − E₁)/(N₂ − N₁) and S = E₁ − N₁ · j, with
 * the reading errors added at worst. It takes an image for as dear in both; their inference differed (`repeatedTwice`), so S holds that too.
 */
export function publishedStartup(): PublishedStartup[] {
  const large = publishedPoints('exp2');
  return publishedPoints('exp1').flatMap((small) => {
    const other = large.find(({ model, batchSize }) => model === small.model && batchSize === small.batchSize);
    if (!other) return [];
    const images = other.images - small.images;
    const perImage = (other.runJoules - small.runJoules) / images;
    const joules = small.runJoules - small.images * perImage;
    const share = small.images / images;
    return [
      {
        ...{ model: small.model, batchSize: small.batchSize },
        joules: within(joules, small.errorJoules * (1 + share) + other.errorJoules * share),
        joulesPerImage: within(perImage, (small.errorJoules + other.errorJoules) / images),
        percentOfSmall: (100 * joules) / small.runJoules,
        percentOfLarge: (100 * joules) / other.runJoules,
      },
    ];
  });
}

/** The configurations that the paper measured in both experiments, once each: by how much the first is above the second, percent. */
export function repeatedTwice(): { model: string; batchSize: number; latencyPercent: number; joulesPercent: number }[] {
  const large = publishedPoints('exp2');
  return publishedPoints('exp1').flatMap((small) => {
    const other = large.find(({ model, batchSize }) => model === small.model && batchSize === small.batchSize);
    if (!other) return [];
    return [
      {
        ...{ model: small.model, batchSize: small.batchSize },
        latencyPercent: 100 * (small.latencyMsPerImage / other.latencyMsPerImage - 1),
        joulesPercent: 100 * (small.joulesPerImage / other.joulesPerImage - 1),
      },
    ];
  });
}

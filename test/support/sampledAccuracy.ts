import { seededNormal } from '../../src/core/statistics/random';
import type { AccuracySampling } from '../../src/core/accuracy/accuracySampling';

/**
 * The accuracy of a model with its sampling error, made up.
 *
 * @param own standard deviation over resamples of what other models on the same images do not share; without it all are pairs
 */
export function sampledAccuracy(
  accuracy: number,
  standardError: number,
  { own = 0, seed = 1, ...more }: Partial<AccuracySampling> & { own?: number; seed?: number } = {},
): { accuracy: number; accuracySampling: AccuracySampling } {
  const [shared, alone] = [seededNormal(77), seededNormal(seed)];
  const replicates = Array.from({ length: 500 }, () => accuracy + standardError * shared() + own * alone());
  return { accuracy, accuracySampling: { images: 500, evaluated: 'set', widening: 1, replicates, ...more } };
}

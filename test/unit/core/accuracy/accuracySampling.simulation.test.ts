import { expect, test } from 'vitest';
import { accuracyDifference, accuracyEnds } from '../../../../src/core/accuracy/accuracySampling';
import { resampledAveragePrecision } from '../../../../src/core/accuracy/cocoResampling';
import { resampled } from '../../../../src/core/accuracy/imageBootstrap';
import { seededRandom } from '../../../../src/core/statistics/random';
import { mean } from '../../../../src/core/statistics/statistics';
import { repeats } from '../../../support/repeats';
import { simulateDetections } from '../../../support/simulatedDetections';

// `npm run bench -- accuracy` prints the tables of docs/accuracy.md; this is a small part of it.
test('intervals over images hold about as often as they say, those of pairs too', () => {
  const [images, experiments] = [80, repeats(80, 600)];
  const world = { categories: 12, objectsAnImage: 5, tail: 1 };
  const random = seededRandom(5);
  const made = Array.from({ length: experiments }, () =>
    simulateDetections(images, world, [{ skill: 0 }, { skill: 0 }], random).map((matched) => ({
      accuracy: resampledAveragePrecision(matched, new Uint16Array(images).fill(1)),
      accuracySampling: { images, evaluated: 'all', ...resampled(matched, images, undefined, 100) },
    })),
  );
  const truth = mean(made.map(([one]) => one!.accuracy));
  const covered = made.filter(([one]) => {
    const { low, high } = accuracyEnds(one!, one!.accuracySampling)!;
    return low <= truth && truth <= high;
  });
  const toldApart = made.filter(([one, other]) => {
    const { low, high } = accuracyDifference(one!, other!);
    return low! > 0 || high! < 0;
  });
  // 95 % and 5 %, with three standard errors of so few experiments and what docs/accuracy.md has of 100 images.
  expect(covered.length / experiments).toBeGreaterThan(0.85);
  expect(covered.length / experiments).toBeLessThan(1);
  expect(toldApart.length / experiments).toBeLessThan(0.12);
});

import { describe, expect, it } from 'vitest';
import {
  accuracyDifference,
  accuracyEnds,
  type AccuracySampling,
} from '../../../../src/core/accuracy/accuracySampling';
import { seededRandom } from '../../../../src/core/statistics/random';

const random = seededRandom(3);
const scatter = Array.from({ length: 400 }, () => random() - 0.5);
/** Uniform over ± half: standard deviation half ÷ √3. */
const sampling = (around: number, half: number, more: Partial<AccuracySampling> = {}): AccuracySampling => ({
  ...{ images: 500, evaluated: 'a', widening: 1 },
  replicates: scatter.map((s) => around + 2 * half * s),
  ...more,
});

describe('the interval of an accuracy', () => {
  it('is 1.96 standard deviations of the resamples around it, widened', () => {
    const wanted = (1.96 * 0.03) / Math.sqrt(3);
    const { low, high } = accuracyEnds({ accuracy: 0.4 }, sampling(0.41, 0.03))!;
    expect((low + high) / 2).toBeCloseTo(0.4, 9);
    expect(Math.abs((high - low) / 2 / wanted - 1)).toBeLessThan(0.05);
    const wide = accuracyEnds({ accuracy: 0.4 }, sampling(0.41, 0.03, { widening: 1.1 }))!;
    expect((wide.high - wide.low) / (high - low)).toBeCloseTo(1.1, 9);
  });

  it('is wider by Student’s t with few images, and stays a share', () => {
    const width = (images: number) => {
      const { low, high } = accuracyEnds({ accuracy: 0.4 }, sampling(0.4, 0.03, { images }))!;
      return high - low;
    };
    expect(width(12) / width(5000)).toBeCloseTo(2.201 / 1.9604, 3);
    expect(accuracyEnds({ accuracy: 0.01 }, sampling(0.01, 0.1))!.low).toBe(0);
    expect(accuracyEnds({ accuracy: 0.99 }, sampling(0.99, 0.1))!.high).toBe(1);
  });

  it('does not exist of a few images or resamples', () => {
    expect(accuracyEnds({ accuracy: 0.4 }, sampling(0.4, 0.03, { images: 9 }))).toBeNull();
    expect(accuracyEnds({ accuracy: 0.4 }, sampling(0.4, 0.03, { replicates: scatter.slice(0, 49) }))).toBeNull();
    const empty = sampling(0.4, 0.03, { replicates: [...scatter.slice(0, 49), ...Array<number>(300).fill(-1)] });
    expect(accuracyEnds({ accuracy: 0.4 }, empty)).toBeNull();
  });
});

describe('the difference of two accuracies', () => {
  const one = { accuracy: 0.41, accuracySampling: sampling(0.41, 0.05) };
  const other = { accuracy: 0.4, accuracySampling: sampling(0.4, 0.05) };

  it('is told within resamples of the same images', () => {
    // What they share is gone: each resample has the same difference.
    const { difference, low, high } = accuracyDifference(one, other);
    expect([difference, low, high].map((v) => v!.toFixed(6))).toEqual(['0.010000', '0.010000', '0.010000']);
  });

  it('leaves out a resample without objects in either', () => {
    const holed = sampling(0.4, 0.05, {
      replicates: other.accuracySampling.replicates.map((r, i) => (i % 7 ? r : -1)),
    });
    expect(accuracyDifference(one, { ...other, accuracySampling: holed }).low).toBeCloseTo(0.01, 9);
    expect(
      accuracyDifference(one, { ...other, accuracySampling: sampling(0.4, 0.05, { replicates: [] }) }).low,
    ).toBeNull();
  });

  it.each([{ evaluated: 'b' }, { images: 499 }])('has both errors where the images are others: %j', (more) => {
    const { low, high } = accuracyDifference(one, { ...other, accuracySampling: sampling(0.4, 0.05, more) });
    const alone = accuracyEnds(one, one.accuracySampling)!;
    expect((high! - low!) / (alone.high - alone.low)).toBeCloseTo(Math.SQRT2, 2);
  });

  it('is exact where no log has an error, and has that of the one that has', () => {
    const exact = accuracyDifference({ accuracy: 0.41 }, { accuracy: 0.4 });
    expect([exact.low, exact.high]).toEqual([exact.difference, exact.difference]);
    const { low, high } = accuracyDifference({ accuracy: 0.41 }, other);
    const alone = accuracyEnds(other, other.accuracySampling)!;
    expect(high! - low!).toBeCloseTo(alone.high - alone.low, 9);
  });

  it('turns round with the two', () => {
    const wide = { accuracy: 0.4, accuracySampling: sampling(0.4, 0.01) };
    const [a, b] = [accuracyDifference(one, wide), accuracyDifference(wide, one)];
    expect([b.difference, b.low, b.high]).toEqual([-a.difference, -a.high!, -a.low!]);
  });
});

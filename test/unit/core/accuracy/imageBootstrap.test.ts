import { describe, expect, it } from 'vitest';
import { arrange } from '../../../../src/core/accuracy/arrangement';
import { evaluateForSampling } from '../../../../src/core/accuracy/evaluate';
import { evaluatedSet, imageDraws, mostResamples, resampled } from '../../../../src/core/accuracy/imageBootstrap';
import { seededRandom } from '../../../../src/core/statistics/random';
import { mean, standardDeviation } from '../../../../src/core/statistics/statistics';
import { simulateDetections } from '../../../support/simulatedDetections';
import { detectionsOf, truthOf } from '../../../support/scenes';

const box: [number, number, number, number] = [0, 0, 10, 10];
const oneEach = (images: number) => Array.from({ length: images }, (_, i) => ({ image: i + 1, category: 1, box }));

describe('draws of images', () => {
  it('are as many as there are, and the same each time', () => {
    const [one, other] = [imageDraws(7), imageDraws(7)];
    const draws = Array.from({ length: 400 }, () => [...one()]);
    for (const weights of draws) expect(weights.reduce((a, b) => a + b, 0)).toBe(7);
    expect(draws.slice(0, 5)).toEqual(Array.from({ length: 5 }, () => [...other()]));
    // Each image about once on average: 400 draws have a standard error of .05.
    for (let i = 0; i < 7; i++) expect(Math.abs(mean(draws.map((d) => d[i]!)) - 1)).toBeLessThan(0.2);
  });
});

describe('the sampling error of an evaluation', () => {
  it('is that of a share, where an image is one object and found or not', () => {
    // 40 of 100 images right at all thresholds, nothing wrong: AP is the share found, up to the 101 recalls.
    const found = oneEach(100).filter((_, i) => i % 5 < 2);
    const evaluated = evaluateForSampling(
      truthOf(100, 1, oneEach(100)),
      detectionsOf(found.map((d, i) => ({ ...d, score: 1 - i / 1000 }))),
    );
    const { images, replicates, widening } = evaluated.sample();
    expect([images, replicates.length]).toEqual([100, mostResamples]);
    expect(Math.abs(mean(replicates) - evaluated.accuracy.coco.stats[0]!)).toBeLessThan(0.01);
    const expected = Math.sqrt((0.4 * 0.6) / 100);
    expect(Math.abs(standardDeviation(replicates) / expected - 1)).toBeLessThan(0.12);
    expect(widening).toBeCloseTo(Math.sqrt(100 / 99), 3);
  });

  it('ends early when it is told to, with the first resamples of the whole', () => {
    const { sample } = evaluateForSampling(
      truthOf(12, 1, oneEach(12)),
      detectionsOf([{ ...oneEach(1)[0]!, score: 0.5 }]),
    );
    let asked = 0;
    const few = sample(() => ++asked > 60);
    expect(few.replicates).toHaveLength(60);
    expect(few.replicates).toEqual(sample().replicates.slice(0, 60));
  });

  it('is 0 without detections, and tells resamples without objects by −1', () => {
    const none = evaluateForSampling(truthOf(12, 1, oneEach(12)), detectionsOf([])).sample();
    expect([new Set(none.replicates), none.widening]).toEqual([new Set([0]), 1]);
    const one = evaluateForSampling(truthOf(4, 1, oneEach(1)), detectionsOf([])).sample().replicates;
    expect(new Set(one)).toEqual(new Set([0, -1]));
    expect(evaluateForSampling(truthOf(1, 1, oneEach(1)), detectionsOf([])).sample().images).toBe(1);
  });

  it('is rounded, so that it takes little room in the log', () => {
    const [categories] = simulateDetections(
      60,
      { categories: 8, objectsAnImage: 5, tail: 1 },
      [{ skill: 0 }],
      seededRandom(1),
    );
    expect(JSON.stringify(resampled(categories!, 60)).length).toBeLessThan(10 * mostResamples);
  });

  it('is widened the more categories are in few images', () => {
    const widening = (categories: number) => {
      const world = { categories, objectsAnImage: 7, tail: 1 };
      const [matched] = simulateDetections(100, world, [{ skill: 0 }], seededRandom(2));
      return resampled(matched!, 100, undefined, 100).widening;
    };
    const [few, many] = [widening(3), widening(60)];
    expect(few).toBeLessThan(1.02);
    expect(many).toBeGreaterThan(1.05);
    expect(many).toBeLessThan(1.3);
  });
});

describe('what was evaluated', () => {
  const setOf = (...of: Parameters<typeof truthOf>) => evaluatedSet(arrange(truthOf(...of), detectionsOf([])));

  it('is the same set whatever a model found, and in whichever order images come', () => {
    const truth = truthOf(5, 2, oneEach(5));
    const found = detectionsOf([{ ...oneEach(1)[0]!, score: 0.4 }]);
    expect(evaluatedSet(arrange(truth, found))).toBe(setOf(5, 2, oneEach(5)));
    expect(evaluatedSet(arrange({ ...truth, images: truth.images.toReversed() }, found))).toBe(setOf(5, 2, oneEach(5)));
  });

  it('is another one with an image, an annotation or a box that is another', () => {
    const sets = [
      setOf(5, 2, oneEach(5)),
      setOf(6, 2, oneEach(5)),
      setOf(5, 2, oneEach(4)),
      setOf(5, 2, [...oneEach(4), { image: 5, category: 2, box }]),
      setOf(5, 2, [...oneEach(4), { image: 5, category: 1, box: [0, 0, 10, 11] }]),
      setOf(5, 2, [...oneEach(4), { image: 5, category: 1, box, crowd: true }]),
    ];
    expect(new Set(sets).size).toBe(sets.length);
  });

  it('does not depend on annotations of images that are left out', () => {
    const all = truthOf(5, 2, oneEach(5));
    const four = { ...all, images: all.images.slice(0, 4) };
    expect(evaluatedSet(arrange(four, detectionsOf([])))).toBe(setOf(4, 2, oneEach(4)));
  });
});

import { describe, expect, it } from 'vitest';
import {
  batchSentence,
  denominatorSentence,
  modelSentence,
} from '../../../../../src/core/analysis/paperFigures/paperSentences';
import type { PaperPoint } from '../../../../../src/core/paper/paperPoint';

const known = (value: number, half: number | null = null) => ({
  ...{ value, low: half === null ? null : value - half, high: half === null ? null : value + half },
});
const point = (model: string, batchSize: number, joules: number, half: number | null, n: number): PaperPoint => ({
  ...{ model, batchSize, images: 100, n },
  ...{ runJoules: known(100 * joules, half && 100 * half), joulesPerImage: known(joules, half) },
  ...{ latencyMsPerImage: known(10), f1: known(0.5 + batchSize / 100) },
});
const two = (n: number, half: number | null, joules: [number, number] = [2, 2.1], model = 'a') =>
  joules.map((each, i) => point(model, 1 + i, each, half, n));

describe('what is said of a larger batch', () => {
  it.each([
    [two(1, null), 'a takes more energy per image, in one trial each ('],
    [two(1, null, [2, 1.9]), 'a takes less energy per image, in one trial each ('],
    [two(3, null), 'a takes more energy per image, in 3 trials each ('],
    [two(5, 0.01), 'a takes more energy per image ('],
    [two(5, 0.06), 'it is open whether a takes more or less energy per image ('],
    [[two(5, 0.01)[0]!, two(2, null)[1]!], 'in 2 to 5 trials each (below 5 there is no interval) ('],
    [[...two(5, 0.01), ...two(5, 0.06, [3, 3.1], 'b')], '1 of 2 models takes more energy per image, of 1 it is open ('],
    [
      [...two(1, null), ...two(1, null, [3, 2], 'b'), ...two(1, null, [3, 4], 'c')],
      '2 of 3 models take more energy per image, in one trial each (',
    ],
  ] as [PaperPoint[], string][])('%#: is what the trials allow', (points, claim) => {
    expect(batchSentence(points, 'Here')).toContain(claim);
  });

  it('is no turn of the sign where intervals meet', () => {
    expect(denominatorSentence(two(5, 0.01), 'Here')).toContain('the sign turns');
    expect(denominatorSentence(two(5, 0.06), 'Here')).not.toContain('the sign turns');
    expect(denominatorSentence(two(1, null), 'Here')).toMatch(/at 2 \(\+5\.0 %, in one trial each\)\.$/);
  });
});

it('what is said of less accurate models that take more is what the trials allow', () => {
  const sentence = (n: number, half: number | null) =>
    modelSentence([point('a', 1, 2.1, half, n), point('b', 2, 2, half, n)], 'Here');
  expect(sentence(1, null)).toMatch(
    /1 of the 1 others take more energy than it for less accuracy, in one trial each\.$/,
  );
  expect(sentence(5, 0.01)).toMatch(/for less accuracy\.$/);
  expect(sentence(5, 0.06)).not.toContain('take more energy');
});

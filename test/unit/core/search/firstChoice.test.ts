import { expect, it } from 'vitest';
import { firstChoice } from '../../../../src/core/search/firstChoice';
import { gridOf } from '../../../support/simulatedSearch';

const batchSizes = [1, 2, 4, 8, 16, 32, 64];
const { configurations } = gridOf('', { batchSizes, splits: [[1, 8], [8, 1]] }, () => 1); // prettier-ignore

it('takes the ends of ranges first, then what lies between, none twice', () => {
  const chosen = firstChoice(configurations, [], 6).map((i) => configurations[i]!);
  for (const instances of [1, 8]) {
    const sizes = chosen.filter((c) => c.instances === instances).map(({ batchSize }) => batchSize);
    expect(sizes).toEqual(expect.arrayContaining([1, 64]));
    expect(sizes.some((size) => size >= 4 && size <= 16)).toBe(true);
  }
  const all = firstChoice(configurations, [], 99);
  expect([...all].sort((a, b) => a - b)).toEqual([...configurations.keys()]);
});

it('begins with those that are taken in any case', () => {
  expect(firstChoice(configurations, [5, 3], 4).slice(0, 2)).toEqual([5, 3]);
});

import { expect, it } from 'vitest';
import { askSchema, usualAxes } from '../../../../src/core/pipeline/ask';

it('a question has all its terms, and two axes that differ', () => {
  const ask = { id: 1, weights: { alpha: 1, beta: 0, gamma: 0, delta: 0 }, slaSeconds: 1, load: 2, axes: usualAxes };
  expect(askSchema.parse(ask)).toEqual(ask);
  for (const wrong of [
    { ...ask, axes: ['cores', 'cores'] },
    { ...ask, load: 0 },
    { ...ask, id: -1 },
    { ...ask, more: 1 },
  ])
    expect(askSchema.safeParse(wrong).success, JSON.stringify(wrong)).toBe(false);
});

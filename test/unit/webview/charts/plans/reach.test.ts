import { expect, it } from 'vitest';
import { reachOf } from '../../../../../webview/charts/plans/reach';

it('an axis reaches as far as the error bars, and as the points that have none', () => {
  expect(reachOf([])).toEqual({});
  expect(reachOf([{ y: 5, low: 3, high: 9 }])).toEqual({ suggestedMin: 3, suggestedMax: 9 });
  const points = [{ y: 5, low: 4, high: 6 }, { y: 2, low: null, high: null }, { y: 8 }];
  expect(reachOf(points)).toEqual({ suggestedMin: 2, suggestedMax: 8 });
  expect(reachOf([...points, { y: 3, low: 1, high: 7 }])).toEqual({ suggestedMin: 1, suggestedMax: 8 });
});

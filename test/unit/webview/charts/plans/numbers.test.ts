import { expect, it } from 'vitest';
import { describeShort, errorBar, logTick, wide, withInterval } from '../../../../../webview/charts/plans/numbers';

it('takes a logarithmic axis for values that spread over more than a factor of 30', () => {
  expect([[1, 30], [1, 31], [0, 1, 20], [5], [], [-4, 200]].map(wide)).toEqual([
    false,
    true,
    false,
    false,
    false,
    false,
  ]);
});

it('labels a logarithmic axis at 1, 2 and 5', () => {
  const ticks = [0.5, 1, 2, 3, 4, 5, 6, 10, 20, 40, 50, 1000];
  expect(ticks.map(logTick)).toEqual(['0.5', '1', '2', '', '', '5', '', '10', '20', '', '50', '1000']);
  expect(describeShort(0.30000000000000004)).toBe('0.3');
});

it('says a number with its interval, or that it has none yet', () => {
  expect(withInterval({ mean: 2.31, low: 2.28, high: 2.34, n: 5 }, 'J/image')).toBe(
    '2.31 J/image, 95 % interval 2.280 to 2.340',
  );
  expect(withInterval({ mean: 2.31, low: null, high: null, n: 1 }, 'J/image')).toBe('2.31 J/image, no interval yet');
});

it('draws an error bar where the words have an interval, and none of fewer than five repeats', () => {
  const few = { mean: 2.31, low: 1.1, high: 4.9, n: 4 };
  expect([errorBar({ ...few, n: 5 }), errorBar(few)]).toEqual([{ low: 1.1, high: 4.9 }, {}]);
  expect(withInterval(few, 'J/image')).toBe('2.31 J/image, no interval yet');
});

import { describe, expect, it } from 'vitest';
import {
  describeChange,
  describeInterval,
  describePlusMinus,
  savingAsChange,
  shownEnds,
} from '../../../../src/core/statistics/wording';

describe('a saving as a change', () => {
  it('has one sign in value and interval', () => {
    expect(savingAsChange({ percent: 12.3, low: 9.1, high: 15.2 })).toEqual({
      change: '−12 %',
      interval: '−15 to −9 %',
    });
    expect(savingAsChange({ percent: -2.9, low: -3.4, high: -2.4 })).toEqual({
      change: '+2.9 %',
      interval: '2.4–3.4 %',
    });
    expect(savingAsChange({ percent: 1, low: -1.2, high: 3.2 }).interval).toBe('−3 to 1 %');
    expect(savingAsChange({ percent: 5, low: null, high: null }).interval).toBeNull();
  });
});

describe('a difference', () => {
  it('has a sign unless it rounds to nothing', () => {
    expect([17.61, -2.84, 0.04, -0.04].map(describeChange)).toEqual(['+17.6 %', '−2.8 %', '0.0 %', '0.0 %']);
  });
});

describe('a mean with half its interval', () => {
  it('is relative, and nothing is divided by 0', () => {
    expect(describePlusMinus({ mean: 2, low: 1.9, high: 2.1, n: 5 }, 'J/image')).toBe('2.00 J/image ± 5.0 %');
    expect(describePlusMinus({ mean: 0, low: -1, high: 1, n: 5 })).toBe('0');
    expect(describePlusMinus({ mean: 2, low: null, high: null, n: 1 })).toBe('2.00');
  });

  it('takes the wider half of one that is not symmetric', () => {
    expect(describePlusMinus({ mean: 2, low: 1.5, high: 3, n: 5 })).toBe('2.00 ± 50 %');
  });
});

describe('of fewer than five repeats', () => {
  const of = (n: number) => ({ mean: 2, low: n === 1 ? null : 1.9, high: n === 1 ? null : 2.1, n });

  it.each([1, 2, 4])('no interval is shown, of %i', (n) => {
    const few = n === 1 ? 'one repeat' : `${n} repeats`;
    expect(shownEnds(of(n))).toBeNull();
    expect(describePlusMinus(of(n))).toBe('2.00');
    expect(describePlusMinus(of(n), 'J/image')).toBe(`2.00 J/image (${few})`);
    expect(describeInterval(of(n), 'J/image', 'repeatability')).toBe(`2.00 J/image (${few})`);
  });

  it('it is shown of five', () => {
    expect(shownEnds(of(5))).toEqual({ low: 1.9, high: 2.1 });
    expect(describeInterval(of(5), 'J/image', 'repeatability')).toBe('2.0 J/image (repeatability 1.9–2.1)');
  });
});

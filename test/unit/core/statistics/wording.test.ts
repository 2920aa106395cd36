import { describe, expect, it } from 'vitest';
import { describeChange, describePlusMinus, savingAsChange } from '../../../../src/core/statistics/wording';

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
});

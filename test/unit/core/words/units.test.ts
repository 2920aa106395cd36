import { describe, expect, it } from 'vitest';
import { roundOutward } from '../../../../src/core/words/units';

describe('three digits on the side that holds', () => {
  it('leaves each value of three digits as it is, both ways, in whatever unit', () => {
    const wrong: string[] = [];
    for (let whole = 100; whole < 1000; whole++) {
      for (let exponent = -6; exponent <= 6; exponent++) {
        const value = Number(`${whole}e${exponent}`);
        for (const way of ['up', 'down'] as const) {
          if (roundOutward(value, way) !== value) wrong.push(`${value} ${way}: ${roundOutward(value, way)}`);
          // What a division by 1000 and back makes of it.
          if (roundOutward(value / 0.001, way) !== Number(`${whole}e${exponent + 3}`))
            wrong.push(`${value} / 0.001 ${way}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('never crosses to the side that breaks, and goes no further than the next three digits', () => {
    for (let i = 1; i < 20_000; i++) {
      const value = Math.exp(((i * 0.618_033_988) % 1) * 28 - 14);
      const [up, down] = [roundOutward(value, 'up'), roundOutward(value, 'down')];
      expect(up).toBeGreaterThanOrEqual(value * (1 - 1e-11));
      expect(down).toBeLessThanOrEqual(value * (1 + 1e-11));
      expect(Number(up.toPrecision(3))).toBe(up);
      expect(Number(down.toPrecision(3))).toBe(down);
      expect(up - down).toBeLessThanOrEqual(value * 0.010_01);
    }
    expect([roundOutward(1.104, 'up'), roundOutward(1.106, 'down')]).toEqual([1.11, 1.1]);
    expect([roundOutward(0, 'up'), roundOutward(Infinity, 'down')]).toEqual([0, Infinity]);
  });
});

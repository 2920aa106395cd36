import { describe, expect, it } from 'vitest';
import { publishedStartup, repeatedTwice } from '../../../../src/core/paper/startup';

describe('start-up in the published totals', () => {
  it('is about 7 and 9 kJ where an image took the same energy in both experiments', () => {
    const [ten, more] = publishedStartup();
    expect([ten!.batchSize, more!.batchSize]).toEqual([10, 32]);
    // By hand: 35,054 − 500 · (287,462 − 35,054)/4,500.
    expect(ten!.byImage).toBeCloseTo(7008.667, 2);
    expect(more!.byImage).toBeCloseTo(9426.111, 2);
    expect(ten!.percentOfSmall).toBeCloseTo(19.99, 1);
    expect(more!.percentOfLarge).toBeCloseTo(3.0, 1);
  });

  it('is none where a second of inference did', () => {
    const [ten, more] = publishedStartup();
    // By hand: 500 · 321.1 ms and 5,000 · 256.1 ms are 160.55 s and 1,280.5 s; 35,054 − 160.55 · (287,462 − 35,054)/(1,280.5 − 160.55).
    expect(ten!.byTime).toBeCloseTo(35_054 - (160.55 * 252_408) / 1119.95, 6);
    expect(ten!.byTime).toBeCloseTo(-1130, -1);
    expect(more!.byTime).toBeCloseTo(-1300, -2);
  });

  it('stands beside what the two experiments of one configuration differed by', () => {
    expect(repeatedTwice().map(({ latencyPercent }) => latencyPercent.toFixed(1))).toEqual(['25.4', '30.6']);
    expect(repeatedTwice().map(({ latencyMs }) => latencyMs.toFixed(0))).toEqual(['65', '92']);
  });
});

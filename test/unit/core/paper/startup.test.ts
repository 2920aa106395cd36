import { describe, expect, it } from 'vitest';
import { publishedPoints } from '../../../../src/core/paper/published';
import { publishedStartup, repeatedTwice } from '../../../../src/core/paper/startup';

describe('start-up in the published totals', () => {
  it('solves both equations', () => {
    const found = publishedStartup();
    expect(found.map(({ batchSize }) => batchSize)).toEqual([10, 32]);
    for (const { batchSize, joules, joulesPerImage } of found) {
      for (const experiment of ['exp1', 'exp2'] as const) {
        const point = publishedPoints(experiment).find((p) => p.model === 'YOLOv7-E6E' && p.batchSize === batchSize)!;
        expect(joules.value + point.images * joulesPerImage.value).toBeCloseTo(point.runJoules, 6);
      }
    }
  });

  it('is about 7 and 9 kJ, known to the errors of the reading', () => {
    const [ten, more] = publishedStartup();
    // By hand: 35,054 − 500 · (287,462 − 35,054)/4,500, ± 40 · 10/9 ± 50/9.
    expect(ten!.joules.value).toBeCloseTo(7008.667, 2);
    expect(ten!.joules.high! - ten!.joules.value).toBeCloseTo(50, 9);
    expect(more!.joules.value).toBeCloseTo(9426.111, 2);
    expect(ten!.percentOfSmall).toBeCloseTo(19.99, 1);
    expect(more!.percentOfLarge).toBeCloseTo(3.0, 1);
  });

  it('stands beside what two trials of one configuration differed by', () => {
    expect(repeatedTwice().map(({ latencyPercent }) => latencyPercent.toFixed(1))).toEqual(['25.4', '30.6']);
  });
});

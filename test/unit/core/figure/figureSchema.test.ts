import { describe, expect, it } from 'vitest';
import { type Figure, type FigurePoint, figureSchema } from '../../../../src/core/figure/figureSchema';

const point: FigurePoint = {
  ...{ x: 5, y: 51, xLow: null, xHigh: null, yLow: 50, yHigh: 52 },
  ...{ label: 'batch 5', words: ['batch 5'], share: null, size: null },
};
const axis: Figure['x'] = { title: 'Batch size', scale: 'log', fromZero: false };
const figure = (points: FigurePoint[]): Figure => ({
  ...{ id: 'energy-by-batch', title: 'Energy by batch size', x: axis, y: axis, share: null, size: null },
  layers: [{ id: 'published', title: 'Published', points, isJoined: true, isShown: true, missing: null }],
  ...{ sentence: '', notes: [], source: '' },
});

describe('a figure', () => {
  it('has points that lie in their intervals', () => {
    expect(figureSchema.safeParse(figure([point])).success).toBe(true);
    for (const wrong of [{ yLow: 51.5 }, { yHigh: 50.5 }, { xLow: 6 }, { xHigh: 4 }]) {
      expect(figureSchema.safeParse(figure([{ ...point, ...wrong }])).success).toBe(false);
    }
  });
});

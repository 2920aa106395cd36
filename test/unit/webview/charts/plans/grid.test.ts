import { describe, expect, it } from 'vitest';
import {
  axisOf,
  columnOf,
  gridOf,
  heightOf,
  isWide,
  panelsOf,
  sharedRange,
} from '../../../../../webview/charts/plans/grid';

const titles = (count: number) => Array.from({ length: count }, (_, i) => `plot ${i + 1}`);
const labels = ['1', '4', '16'];

describe('small plots of one chart', () => {
  it.each([
    [1, false, 1, 1],
    [5, false, 1, 5],
    [6, false, 1, 6],
    [7, false, 2, 4],
    [12, false, 2, 6],
    [40, false, 7, 6],
    [5, true, 3, 2],
  ])('%s of them (narrow: %s) lie in %s rows of %s', (count, isNarrow, rows, columns) => {
    expect(gridOf(titles(count), labels, isNarrow)).toMatchObject({ rows, columns });
  });

  it('do not share a place: frames of a row follow each other, rows have an axis each', () => {
    const grid = gridOf(titles(12), labels, false);
    const panels = panelsOf(grid);
    expect(panels).toHaveLength(12);
    for (const [i, { title, axis, from, to }] of panels.entries()) {
      expect(title).toBe(`plot ${i + 1}`);
      expect(axis).toBe(axisOf(grid, i));
      // Every position of the plot lies inside its frame.
      for (let x = 0; x < labels.length; x++)
        expect(columnOf(grid, i) + x > from && columnOf(grid, i) + x < to).toBe(true);
      const next = panels[i + 1];
      if (next?.axis === axis) expect(next.from).toBeGreaterThan(to);
    }
    // Chart.js stacks axes from below: what is read first lies in the last.
    expect([panels[0]!.axis, panels[11]!.axis]).toEqual(['y1', 'y']);
  });

  it('have no frame where there is but one, and take room where there are many', () => {
    const one = gridOf([''], labels, false);
    expect([panelsOf(one), heightOf(one), isWide(one)]).toEqual([[], null, false]);
    const twelve = gridOf(titles(12), labels, false);
    expect([heightOf(twelve), isWide(twelve)]).toEqual([390, true]);
  });

  it('share one range that shows every interval', () => {
    const points = [
      { x: 0, y: 2, low: 1.5, high: 2.5 },
      { x: 1, y: 8, low: null, high: null },
    ];
    const { min, max } = sharedRange(points) as { min: number; max: number };
    expect(min).toBeLessThan(1.5);
    expect(max).toBeGreaterThan(8);
    const wide = sharedRange([...points, { x: 2, y: 900 }], true, [2000]) as { min: number; max: number };
    expect(wide.min).toBeGreaterThan(0);
    expect(wide.max).toBeGreaterThan(2000);
    expect(sharedRange([])).toEqual({});
  });
});

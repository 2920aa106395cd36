import { describe, expect, it } from 'vitest';
import { type Figure, type FigurePoint, figureSchema } from '../../../../../src/core/figure/figureSchema';
import { figurePlan, shownLayers } from '../../../../../webview/charts/plans/figure';
import { paperTheme as theme } from '../../../../../webview/look/paperTheme';

const point = (x: number, y: number, more: Partial<FigurePoint> = {}): FigurePoint => ({
  ...{
    x,
    y,
    xLow: null,
    xHigh: null,
    yLow: null,
    yHigh: null,
    label: null,
    words: [`at ${x}`],
    share: null,
    size: null,
  },
  ...more,
});
const layer = (id: string, points: FigurePoint[], more: Partial<Figure['layers'][number]> = {}) => ({
  ...{ id, title: `${id} ones`, points, isJoined: true, isShown: true, missing: null },
  ...more,
});
const figureOf = (more: Partial<Figure> = {}): Figure =>
  figureSchema.parse({
    ...{ id: 'figure-3', title: 'Figure 3', sentence: 'Energy grows with latency.', notes: [], source: 'the paper' },
    x: { title: 'Latency (ms)', scale: 'linear', fromZero: true },
    y: { title: 'Energy (J)', scale: 'linear', fromZero: false },
    ...{ share: null, size: null },
    layers: [
      layer('published', [point(10, 200, { label: 'batch 5' }), point(20, 300), point(15, 320)]),
      layer('corrected', [point(10, 2)], { isShown: false }),
      layer('yours', [], { missing: 'No run stands beside it yet.' }),
    ],
    ...more,
  });
const planOf = (figure: Figure, chosen: string[] | null = null) =>
  figurePlan(figure, shownLayers(figure, chosen), theme);
const scales = (figure: Figure) =>
  planOf(figure).options.scales as unknown as Record<'x' | 'y', Record<string, unknown>>;

describe('a figure as a chart', () => {
  it('shows the layers that it has itself, until somebody chooses others; one without points never', () => {
    const ids = (chosen: string[] | null) => shownLayers(figureOf(), chosen).map(({ id }) => id);
    expect(ids(null)).toEqual(['published']);
    expect(ids(['corrected', 'yours'])).toEqual(['corrected']);
    expect(ids([])).toEqual([]);
  });

  it('keeps the look of a layer, whichever others are shown', () => {
    const of = (chosen: string[]) => planOf(figureOf(), chosen).datasets.at(-1)!;
    expect(of(['corrected']).borderColor).toBe(of(['published', 'corrected']).borderColor);
    expect(of(['corrected']).borderColor).not.toBe(of(['published']).borderColor);
  });

  it('joins points in the order of the layer, which chart.js must not take for sorted', () => {
    const [published] = planOf(figureOf()).datasets;
    expect(published!.data.map(({ x }) => x)).toEqual([10, 20, 15]);
    expect(published).toMatchObject({ showLine: true, parsing: { xAxisKey: 'x', yAxisKey: 'y' } });
  });

  it('reaches as far as intervals do, on both axes', () => {
    const wide = point(10, 200, { xLow: 4, xHigh: 31, yLow: 90, yHigh: 700 });
    const { x, y } = scales(figureOf({ layers: [layer('yours', [wide, point(20, 300)])] }));
    expect([x.min, x.suggestedMax]).toEqual([0, 31]);
    expect([y.suggestedMin, y.suggestedMax]).toEqual([90, 700]);
  });

  it('has no axis below 0 where no point is, nor does room beside the points make one', () => {
    const near = figureOf({ layers: [layer('yours', [point(1, 1), point(300, 400)])] });
    expect(scales(near).y.min).toBe(0);
    const below = figureOf({ layers: [layer('yours', [point(-1, -1), point(300, 400)])] });
    expect([scales(below).x.min, scales(below).y.suggestedMin]).toEqual([-1, -1]);
  });

  it('leaves out what a logarithmic axis has no place for, and says so; the table has it', () => {
    const figure = figureOf({
      y: { title: 'Energy (J)', scale: 'log', fromZero: false },
      layers: [layer('yours', [point(1, 0), point(2, 100, { yLow: -5, yHigh: 900 })])],
    });
    const plan = planOf(figure);
    expect(plan.datasets[0]!.data).toMatchObject([{ x: 2, low: null, high: 900 }]);
    expect(plan.summary).toContain('1 points have no place on a logarithmic axis');
    expect(plan.table().rows).toHaveLength(2);
    expect(scales(figure).y).toMatchObject({ type: 'logarithmic', max: 1080 });
  });

  it('tells a share by colour, in the name of the point, in words and in the table', () => {
    const figure = figureOf({
      share: { title: 'Service levels met' },
      layers: [layer('yours', [point(1, 2, { share: 0.635, label: 'b8' }), point(2, 3, { share: 0 })])],
    });
    const { datasets, table } = planOf(figure);
    const [first, second] = datasets[0]!.data;
    expect(first).toMatchObject({ label: 'b8 · 64 %' });
    expect(first!.words).toContain('Service levels met: 64 %');
    expect(second!.label).toBe('0 %');
    const [one, other] = datasets[0]!.pointBackgroundColor as string[];
    expect(one).not.toBe(other);
    expect(datasets.map(({ label }) => label)).toEqual(['yours ones', 'Service levels met: 0 %', '50 %', '100 %']);
    expect(table()).toMatchObject({ columns: ['point', 'Latency (ms)', 'Energy (J)', 'Service levels met (%)'] });
    expect(table().rows.map((row) => row[3])).toEqual([63.5, 0]);
  });

  it('tells a size by area: four times the size has twice the radius', () => {
    const figure = figureOf({
      size: { title: 'J/image' },
      layers: [layer('yours', [point(1, 2, { size: 4 }), point(2, 3, { size: 1 }), point(3, 3)])],
    });
    const [large, small, none] = planOf(figure).datasets[0]!.pointRadius as number[];
    expect(large! / small!).toBeCloseTo(2);
    expect(none).toBeGreaterThan(0);
    expect(planOf(figure).datasets.at(-1)!.label).toBe('area: J/image, largest 4.00');
    expect(planOf(figure).datasets[0]!.data[0]!.words).toContain('J/image: 4.00');
  });

  it('says what it shows, and has its points as a table with the ends that there are', () => {
    const figure = figureOf({
      layers: [
        layer('published', [point(1, 2, { yLow: 1.5, yHigh: 2.5 })]),
        layer('yours', [point(3, 4, { words: [], label: 'b2' })]),
      ],
    });
    const plan = planOf(figure);
    expect(plan.summary).toBe('Energy grows with latency. Shown: published ones, yours ones.');
    expect(plan.table()).toEqual({
      columns: ['point', 'layer', 'Latency (ms)', 'Energy (J)', 'low', 'high'],
      rows: [
        ['at 1', 'published ones', 1, 2, 1.5, 2.5],
        ['b2', 'yours ones', 3, 4, null, null],
      ],
    });
    expect(planOf(figure, []).summary).toContain('No layer is shown.');
    expect(planOf(figure, []).table().rows).toEqual([]);
  });
});

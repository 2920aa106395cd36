import { expect, it } from 'vitest';
import { proportionalityFigure } from '../../../../../src/core/analysis/proportionality/proportionalityFigure';
import { figureSchema } from '../../../../../src/core/figure/figureSchema';
import { runOfRows } from '../../../../support/paperRuns';

const rows = [
  { batchSize: 1, joules: 4, ms: 10, watts: 100, utilisation: 0.5 },
  { batchSize: 8, joules: 3, ms: 10, watts: 160, utilisation: 1 },
];

it('has power, rest and the line in proportion to load, which ends at the highest', () => {
  const figure = proportionalityFigure(runOfRows(rows, { idleWatts: 60 }));
  expect(figureSchema.safeParse(figure).error).toBeUndefined();
  const [measured, rest, line] = figure.layers;
  expect(measured!.points.map(({ x, y }) => [x, y])).toEqual([
    [50, 100],
    [100, 160],
  ]);
  expect(rest!.points).toMatchObject([{ x: 0, y: 60 }]);
  expect(line!.points.map(({ x, y }) => [x, y])).toEqual([
    [0, 0],
    [100, 160],
  ]);
});

it('says why there is nothing at rest without a baseline, and nothing at all without a trial', () => {
  const without = proportionalityFigure(runOfRows(rows));
  expect(without.layers[1]).toMatchObject({ points: [], missing: expect.stringContaining('idle baseline') });
  const run = runOfRows(rows, { idleWatts: 60 });
  const unseen = run.results.map((r) => ({ ...r, trials: r.trials.map((t) => ({ ...t, utilisation: null })) }));
  expect(proportionalityFigure({ ...run, results: unseen }).layers[0]!.missing).toContain('imported');
  const empty = proportionalityFigure({ ...runOfRows(rows), results: [] });
  expect(figureSchema.safeParse(empty).error).toBeUndefined();
  expect(empty.layers.every(({ points, missing }) => points.length === 0 && missing !== null)).toBe(true);
});

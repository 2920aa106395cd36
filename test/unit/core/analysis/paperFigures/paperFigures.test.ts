import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { paperFigures, paperFiguresOf } from '../../../../../src/core/analysis/paperFigures/paperFigures';
import { type Figure, figureSchema } from '../../../../../src/core/figure/figureSchema';
import { runOfRows } from '../../../../support/paperRuns';

const folder = resolve(
  process.env.GREENBATCH_FIXTURES ?? resolve(import.meta.dirname, '../../../../../../shared/data'),
  'paper',
);

const layerOf = ({ layers }: Figure, id: string) => layers.find((layer) => layer.id === id)!;
const placesOf = (figure: Figure, id: string) => layerOf(figure, id).points.map(({ label, x, y }) => [label, x, y]);

const exp2 = (facts = {}) =>
  runOfRows(
    [
      { batchSize: 5, joules: 2, ms: 40 },
      { batchSize: 10, joules: 1.8, ms: 35 },
    ],
    { reproduces: 'paper-exp2', name: 'laptop', scope: 'process', ...facts },
  );
const exp1 = (accuracy?: [number, number]) =>
  runOfRows(
    [10, 32].map((batchSize) => ({ batchSize, joules: 2, ms: 40, ...(accuracy && { accuracy }) })),
    { reproduces: 'paper-exp1', name: 'laptop' },
  );

describe('the paper’s figures', () => {
  it('fit the schema, with runs and without', () => {
    for (const figure of [...paperFigures([]), ...paperFigures([exp1([0.5, 0.7]), exp2(), exp2()])])
      expect(figureSchema.safeParse(figure).error).toBeUndefined();
  });

  it('join their points by rising x, and show what the paper draws first', () => {
    for (const figure of paperFigures([exp1([0.5, 0.7]), exp2()])) {
      expect(figure.layers.map(({ id }) => id)).toEqual(['published', 'corrected', 'yours', 'yours-corrected']);
      expect(figure.layers.map(({ isShown }) => isShown)).toEqual([true, false, true, false]);
      for (const { points, isJoined } of figure.layers) {
        expect(isJoined).toBe(true);
        expect(points.map(({ x }) => x)).toEqual(points.map(({ x }) => x).toSorted((a, b) => a - b));
      }
    }
  });

  it('have the reading error as intervals of the published layers', () => {
    const [first, , third, fourth] = paperFigures([]);
    const tiny = layerOf(first!, 'published').points[0]!;
    expect(tiny).toMatchObject({ x: 0.476, y: 7460, yLow: 7420, yHigh: 7500 });
    expect(tiny.xLow).toBeCloseTo(0.4759, 10);
    expect(layerOf(third!, 'published').points[0]).toMatchObject({ x: 223.7, y: 255_909, yLow: 255_859 });
    // ± 50 J of the run are ± 10 J a batch slot at batch 5, and ± .01 J an image.
    expect(layerOf(fourth!, 'published').points[0]!.yLow).toBeCloseTo(51_181.8 - 10, 6);
    expect(layerOf(fourth!, 'corrected').points[0]!.yLow).toBeCloseTo(51.1818 - 0.01, 6);
  });

  it('are corrected to joules an image, and to a request’s latency where the axis is meant as that', () => {
    const [, second, third, fourth] = paperFigures([]);
    expect(layerOf(second!, 'corrected').axes!.x).toContain('Request latency');
    expect(placesOf(third!, 'corrected')[0]).toEqual(['5', expect.closeTo(1118.5, 9), expect.closeTo(51.1818, 9)]);
    expect(placesOf(third!, 'corrected').at(-1)).toEqual(['1000', 345_000, expect.closeTo(65.8696, 9)]);
    expect(placesOf(fourth!, 'corrected')[0]).toEqual(['5', 223.7, expect.closeTo(51.1818, 9)]);
    expect(fourth!.y.title).toBe('Energy Consumption per Input (J)');
    expect(layerOf(fourth!, 'published').title).toContain('joules per batch slot');
  });

  it('say of figure 4 that the sign turns, by the numbers that it has', () => {
    const fourth = paperFigures([])[3]!;
    expect(fourth.sentence).toBe(
      'In the published points the sign turns with the denominator: divided by the batch size energy falls (−99.4 %), divided by the images that were worked on it rises: 51.2 J/image at batch 5 becomes 65.9 at 1000 (+29 %, in one trial each).',
    );
    // A run whose larger batch saves is not said to turn.
    expect(paperFigures([exp2()])[3]!.sentence).toMatch(
      /Here 2\.\d+ J\/image at batch 5 becomes 1\.\d+ at 10 \(−\d+ %\)\.$/,
    );
  });

  it('have a run’s joules as those of an image times its images, with the interval of its trials', () => {
    const third = paperFiguresOf(exp2())[0]!;
    const [ten, five] = layerOf(third, 'yours').points;
    expect([ten!.label, five!.label]).toEqual(['10', '5']);
    const mean = (joules: number, batch: number) =>
      ([0, 1, 2, 3, 4].reduce((sum, i) => sum + joules * (1 + 0.01 * Math.cos(2 * i + batch)), 0) / 5) * 500;
    expect(five!.y).toBeCloseTo(mean(2, 5), 6);
    expect(five!.yLow!).toBeLessThan(five!.y);
    expect(five!.words.at(-1)).toBe('5 trials');
    expect(layerOf(third, 'yours-corrected').points[0]!.x).toBeCloseTo((5 * mean(40, 5)) / 500, 6);
  });

  it('show no interval of fewer than five trials, and say so', () => {
    const third = paperFiguresOf(exp2({ blocks: 4 }))[0]!;
    expect(layerOf(third, 'yours').points.every(({ yLow, xLow }) => yLow === null && xLow === null)).toBe(true);
    expect(third.notes.join(' ')).toContain('Fewer than five trials have no interval.');
  });

  it('take inference from the phases of a window that holds more', () => {
    const run = exp2();
    const results = run.results.map((result) => ({
      ...result,
      trials: result.trials.map((t) => ({ ...t, phases: [{ phase: 'inference', joulesPerUnit: 1, msPerUnit: 7 }] })),
    }));
    expect(layerOf(paperFiguresOf({ ...run, results })[0]!, 'yours').points.map(({ x }) => x)).toEqual([7, 7]);
  });

  it('have no time of inference of batches end to end whose phases nobody told apart', () => {
    const [third] = paperFiguresOf(exp2({ scope: 'end-to-end' }));
    expect(layerOf(third!, 'yours')).toMatchObject({
      points: [],
      missing: expect.stringContaining('time of inference alone'),
    });
  });

  it('do not count the same model at another batch size among the less accurate', () => {
    const [published, here] = paperFiguresOf(exp1([0.5, 0.7]))[0]!.sentence.split('Here');
    expect(published).toContain('5 of the 13 others take more energy than it for less accuracy');
    expect(here).not.toContain('for less accuracy');
  });

  it('leave figure 1 without a layer of a run that had no weights, and say why', () => {
    const [without] = paperFiguresOf(exp1());
    expect(layerOf(without!, 'yours')).toMatchObject({
      points: [],
      missing: expect.stringContaining('trained weights'),
    });
    const [first] = paperFiguresOf(exp1([0.5, 0.7]));
    expect(layerOf(first!, 'yours').points[0]!.x).toBeCloseTo(0.7 / 1.2, 12);
  });

  it('are those of the experiment that a run repeats, and none of another run', () => {
    expect(paperFiguresOf(exp1()).map(({ id }) => id)).toEqual(['paper-figure-1', 'paper-figure-2']);
    expect(paperFiguresOf(exp2()).map(({ id }) => id)).toEqual(['paper-figure-3', 'paper-figure-4']);
    expect(paperFiguresOf(exp2({ reproduces: undefined }))).toEqual([]);
    expect(layerOf(paperFigures([exp1()])[2]!, 'yours').missing).toContain('greenbatch paper exp2');
  });

  it('say what of the paper’s joules a run does not count', () => {
    expect(paperFiguresOf(exp2())[0]!.notes.join(' ')).not.toContain('start-up');
    expect(paperFiguresOf(exp2({ scope: 'inference' }))[0]!.notes.join(' ')).toContain('inference alone');
    expect(paperFiguresOf(exp2())[0]!.notes.join(' ')).toContain('the paper’s runs went over 5000');
  });

  describe.skipIf(!existsSync(folder))('as digitised (shared data, GREENBATCH_FIXTURES)', () => {
    const read = (file: string) => {
      const [heads, ...rows] = readFileSync(resolve(folder, file), 'utf8').trim().split('\n');
      return rows.map((row) => Object.fromEntries(row.split(',').map((value, i) => [heads!.split(',')[i]!, value])));
    };
    const sorted = (places: unknown[][]) => places.toSorted((a, b) => Number(a[1]) - Number(b[1]));

    it('are figures 1 and 2', () => {
      const rows = read('paper-exp1.csv');
      const [first, second] = paperFigures([]);
      const label = (row: Record<string, string>) => `${row.model} ${row.batch}`;
      expect(placesOf(first!, 'published')).toEqual(
        sorted(rows.map((r) => [label(r), Number(r.f1), Number(r.energy_J)])),
      );
      expect(placesOf(second!, 'published')).toEqual(
        sorted(rows.map((r) => [label(r), Number(r.latency_ms), Number(r.energy_J)])),
      );
    });

    it('are figures 3 and 4', () => {
      const rows = read('paper-exp2.csv');
      const [, , third, fourth] = paperFigures([]);
      const along = (r: Record<string, string>) => [r.batch, Number(r.latency_ms_per_input)] as const;
      expect(placesOf(third!, 'published')).toEqual(rows.map((r) => [...along(r), Number(r.energy_J)]));
      expect(placesOf(fourth!, 'published')).toEqual(
        rows.map((r) => [...along(r), expect.closeTo(Number(r.energy_per_input_J), 0)]),
      );
    });
  });
});

import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { artefactsWith } from '../../../../../src/core/analysis/artefacts/artefactsAnalysis';
import { artefactsSchema } from '../../../../../src/core/analysis/artefacts/artefactsSchema';
import type { Size } from '../../../../../src/core/spec/spec';
import { runOfRows } from '../../../../support/paperRuns';

const images = resolve(
  process.env.GREENBATCH_FIXTURES ?? resolve(import.meta.dirname, '../../../../../../shared/data'),
  'coco-val2017-dev/instances.json',
);

const of = (runs: Parameters<ReturnType<typeof artefactsWith>['run']>[0], sizes: Size[] | null = null) => {
  const analysis = artefactsWith(sizes);
  const result = analysis.run(runs);
  expect(artefactsSchema.safeParse(analysis.json(result)).error).toBeUndefined();
  return { ...Object.fromEntries(result.artefacts.map((each) => [each.id, each])) };
};
const wide = (count: number): Size[] => Array.from({ length: count }, () => ({ height: 480, width: 640 }));

describe('artefacts', () => {
  it('have their size in the published points, or what would tell it', () => {
    const found = of([]);
    expect(found.denominator!.sizes[0]!.words).toBe('−99.4 % divided by the batch size, +28.7 % per image');
    // Nothing tells which of two assumptions holds, so there is no one value.
    expect(found['start-up']!.sizes.map(({ value, low, high }) => [value, low, Math.round(high!)])).toEqual([
      [null, 0, 7009],
      [null, 0, 9426],
    ]);
    expect(found['start-up']!.sizes[0]!.words).toContain('cannot be told: about 0');
    expect(found['one-trial']!.sizes[0]!.value).toBeCloseTo(25.4, 1);
    expect(found['latency-waiting']!.sizes.at(-1)!.value).toBe(345_000);
    for (const { sizes, missing } of Object.values(found)) expect(sizes.length === 0).toBe(missing !== null);
    for (const open of ['rect-padding', 'f1', 'latency-nms', 'order', 'image-size'])
      expect(found[open]!.missing).not.toBeNull();
  });

  it('tell padding from the sizes of the images: none of images that are all alike', () => {
    const { sizes } = of([], wide(50))['rect-padding']!;
    // Of batches that 50 images fill.
    expect(sizes.map(({ configuration, value }) => [configuration, value])).toEqual([
      ['batch 10', 0],
      ['batch 32', 0],
      ['batch 50', 0],
    ]);
    const mixed = [...wide(25), ...wide(25).map(({ height, width }) => ({ height: width, width: height }))];
    // All in one batch are padded to the square: 704² instead of 704 · 512.
    expect(of([], mixed)['rect-padding']!.sizes.at(-1)!.value).toBeCloseTo(100 * (704 / 512 - 1), 6);
  });

  it.skipIf(!existsSync(images))('tell it of real images (shared data, GREENBATCH_FIXTURES)', () => {
    const { images: all } = JSON.parse(readFileSync(images, 'utf8')) as { images: Size[] };
    const { sizes } = of([], all)['rect-padding']!;
    const values = sizes.map(({ value }) => value);
    expect(values).toEqual(values.toSorted((a, b) => a! - b!));
    expect(values.at(-1)!).toBeGreaterThan(5);
  });

  it('have their size in a run, as far as its windows tell', () => {
    const run = runOfRows([{ batchSize: 8, joules: 2, ms: 10, accuracy: [0.5, 0.7] }], {
      ...{ name: 'mine', drift: { percent: 1.2, low: 0.4, high: 2 } },
    });
    const phases = [
      { phase: 'start', joulesPerUnit: 0.5, msPerUnit: 3 },
      { phase: 'inference', joulesPerUnit: 1, msPerUnit: 10 },
      { phase: 'nms', joulesPerUnit: 0.5, msPerUnit: 4 },
    ];
    const results = run.results.map((r) => ({
      ...r,
      trials: r.trials.map((t) => ({ ...t, phases, joulesPerUnit: 2 })),
    }));
    const found = of([{ ...run, results }]);
    const own = (id: string) => found[id]!.sizes.find(({ of: whose }) => whose === 'mine')!;
    expect(own('start-up').value).toBeCloseTo(25, 9);
    expect(own('latency-nms').value).toBeCloseTo(40, 9);
    expect(own('latency-waiting').value).toBeCloseTo(80, 9);
    expect(own('f1').value).toBeCloseTo(0.7 / 1.2 - 0.64, 9);
    expect(own('order')).toMatchObject({ value: 1.2, low: 0.4, high: 2 });
    // Trials that are all alike leave one more no room.
    expect(own('one-trial').value).toBeCloseTo(0, 9);
  });

  it('call neither one the largest, nor two experiments repeats', () => {
    const analysis = artefactsWith(null);
    const sentence = analysis.sentence(analysis.run([]));
    expect(sentence).not.toContain('largest');
    expect(sentence).toContain('no repeats');
    expect(analysis.notes(analysis.run([])).at(-1)).toContain('65 and 92 ms an image longer');
  });

  it('say whom drift falls on by the order that the trials had', () => {
    const facts = { name: 'mine', drift: { percent: 1.2, low: 0.4, high: 2 } };
    const run = runOfRows(
      [1, 2].map((batchSize) => ({ batchSize, joules: 2, ms: 10 })),
      facts,
    );
    const inOrder = (place: (block: number, i: number) => number) => ({
      ...run,
      results: run.results.map((r, i) => ({
        ...r,
        trials: r.trials.map((t) => ({ ...t, trial: 2 * t.block + place(t.block, i) })),
      })),
    });
    const words = (of1: typeof run) => of([of1]).order!.sizes[0]!.words;
    expect(words(inOrder((block, i) => (block + i) % 2))).toContain('order changed from block to block');
    // `order: listed`, and logs from elsewhere.
    expect(words(inOrder((_, i) => i))).toContain('same order each time');
    expect(words({ ...run, results: run.results.slice(0, 1) })).not.toContain('order');
  });

  it('tell padding of a run whose windows counted pixels, against the smallest batch of the model', () => {
    const run = runOfRows(
      [1, 8].map((batchSize) => ({ batchSize, joules: 2, ms: 10 })),
      { name: 'mine' },
    );
    const results = run.results.map((r) => ({
      ...r,
      trials: r.trials.map((t) => ({ ...t, pixelsPerUnit: r.batchSize === 1 ? 100_000 : 105_000 })),
    }));
    const { sizes } = of([{ ...run, results }])['rect-padding']!;
    expect(sizes).toHaveLength(1);
    expect(sizes[0]!.value).toBeCloseTo(5, 9);
    expect(of([run])['rect-padding']!.sizes).toEqual([]);
  });

  it('say of joules that are estimated that they are', () => {
    const run = runOfRows([{ batchSize: 8, joules: 2, ms: 10 }], { name: 'mine' });
    const sizeOf = (estimated: boolean) =>
      of([{ ...run, terms: { ...run.terms, estimated } }])['one-trial']!.sizes.find(
        ({ of: whose }) => whose === 'mine',
      )!;
    expect(sizeOf(true)).toMatchObject({ estimated: true, words: expect.stringMatching(/^ESTIMATED: /) });
    expect(sizeOf(false).estimated).toBe(false);
  });
});

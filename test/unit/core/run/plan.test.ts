import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../../src/core/statistics/random';
import {
  blockOrder,
  configurationsOf,
  isReferenceDue,
  referenceConfiguration,
  referenceCount,
  referencePoints,
  splitsOf,
} from '../../../../src/core/run/plan';
import { shortModelNames } from '../../../../src/core/configuration/modelNames';
import { specSchema } from '../../../../src/core/spec/spec';

const spec = specSchema.parse({ models: ['yolov7-tiny'], batchSizes: [1, 2, 4, 8, 16], threads: [2] });
const ids = configurationsOf(spec, { cores: 4 }).map((c) => c.id);

describe('configurations', () => {
  test('are every combination, the batch size fastest', () => {
    const wide = {
      models: ['yolov7-tiny', './m/best.pt'],
      batchSizes: [8, 1],
      instances: [1],
      threads: [2, 4],
      spinning: [false, true],
    };
    const all = configurationsOf(wide, { cores: 1 });
    expect(all).toHaveLength(16);
    expect(all.slice(0, 3).map((c) => c.id)).toEqual([
      'yolov7-tiny b8 t2',
      'yolov7-tiny b1 t2',
      'yolov7-tiny b8 t2 spin',
    ]);
    expect(all.at(-1)).toEqual({
      id: 'best.pt b1 t4 spin',
      model: './m/best.pt',
      batchSize: 1,
      instances: 1,
      threads: 4,
      spinning: true,
    });
  });

  test('take the default threads where the spec names none', () => {
    const { threads: _, ...rest } = spec;
    expect(configurationsOf(rest, { cores: 48 })[0]?.id).toBe('yolov7-tiny b1 t48 spin');
  });

  test('are all ways to split the cores evenly, or processes with the threads that are named', () => {
    const splits = (rest: Partial<typeof spec>, cores: number) =>
      splitsOf({ instances: [1], threads: undefined, split: undefined, ...rest }, cores).map(
        ({ instances, threads }) => `${instances} × ${threads}`,
      );
    expect(splits({ split: 'auto' }, 12)).toEqual(['1 × 12', '2 × 6', '3 × 4', '4 × 3', '6 × 2', '12 × 1']);
    expect(splits({ split: 'auto' }, 1)).toEqual(['1 × 1']);
    expect(splits({ split: 'auto' }, 7)).toEqual(['1 × 7', '7 × 1']);
    // Without threads each process gets its share of the cores, and one at least.
    expect(splits({ instances: [1, 3, 16] }, 8)).toEqual(['1 × 8', '3 × 2', '16 × 1']);
    expect(splits({ instances: [1, 2], threads: [4, 1] }, 8)).toEqual(['1 × 4', '1 × 1', '2 × 4', '2 × 1']);
  });

  test('models of one file name are told apart by their folders', () => {
    expect(shortModelNames(['a/best.onnx', 'b/best.onnx', 'yolov7'])).toEqual(['a/best.onnx', 'b/best.onnx', 'yolov7']);
    expect(shortModelNames(['x/a/m.pt', 'y/a/m.pt', 'm.pt'])).toEqual(['x/a/m.pt', 'y/a/m.pt', 'm.pt']);
    expect(shortModelNames(['m.pt', './m.pt', 'C:\\m\\best.onnx'])).toEqual(['m.pt', 'm.pt #2', 'best.onnx']);
  });

  test('have unique ids whatever the paths are', () => {
    const path = fc.array(fc.constantFrom('a', 'b', '.', 'm.pt', 'm.pt #2'), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(
        fc.uniqueArray(
          path.map((p) => p.join('/')),
          { minLength: 1, maxLength: 6 },
        ),
        (models) => {
          const all = configurationsOf({ ...spec, models }, { cores: 1 });
          expect(new Set(all.map((c) => c.id)).size).toBe(all.length);
        },
      ),
    );
  });
});

describe('the order of blocks', () => {
  test('is a permutation, the same for the same seed, unlike the block before', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffff_ffff }), fc.integer({ min: 1, max: 30 }), (seed, block) => {
        const order = blockOrder(ids, seed, block, 'shuffled');
        expect([...order].sort()).toEqual([...ids].sort());
        expect(blockOrder(ids, seed, block, 'shuffled')).toEqual(order);
        expect(blockOrder(ids, seed, block + 1, 'shuffled')).not.toEqual(order);
      }),
    );
  });

  test('differs between seeds', () => {
    const plans = Array.from({ length: 20 }, (_, seed) =>
      [1, 2, 3, 4, 5].map((block) => blockOrder(ids, seed, block, 'shuffled').join()).join('|'),
    );
    expect(new Set(plans).size).toBe(20);
  });

  test('stays as recorded runs have it', () => {
    // A resumed run of an older log relies on these; a change of the generator must not go unnoticed.
    expect([1, 2, 3].map((block) => blockOrder(['a', 'b', 'c', 'd', 'e'], 1, block, 'shuffled').join(''))).toEqual([
      'ecbad',
      'acdbe',
      'eabdc',
    ]);
  });

  test('places every configuration at every position equally often', () => {
    const seeds = 400;
    const blocks = 5;
    const counts = new Map(ids.map((id) => [id, new Array<number>(ids.length).fill(0)]));
    for (let seed = 0; seed < seeds; seed++) {
      for (let block = 1; block <= blocks; block++) {
        blockOrder(ids, seed, block, 'shuffled').forEach((id, position) => {
          const row = counts.get(id) as number[];
          row[position] = (row[position] ?? 0) + 1;
        });
      }
    }
    const expected = (seeds * blocks) / ids.length;
    const chiSquare = [...counts.values()].flat().reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
    // 16 degrees of freedom: 99.9 % of all fair plans stay below 39.25.
    expect(chiSquare).toBeLessThan(39.25);
  });

  test('two configurations take turns; one or none is no trouble', () => {
    const first = [1, 2, 3, 4].map((block) => blockOrder(['a', 'b'], 7, block, 'shuffled')[0]);
    expect(first[0]).toBe(first[2]);
    expect(first[1]).toBe(first[3]);
    expect(first[0]).not.toBe(first[1]);
    expect(blockOrder(['a'], 7, 9, 'shuffled')).toEqual(['a']);
    expect(blockOrder([], 7, 9, 'shuffled')).toEqual([]);
  });

  test('is as listed when asked', () => {
    expect(blockOrder(ids, 3, 2, 'listed')).toEqual(ids);
  });
});

describe('the drift reference', () => {
  const all = configurationsOf(spec, { cores: 2 });
  test('is today’s batch size where it is listed, else the median', () => {
    expect(referenceConfiguration({ current: { batchSize: 16 } }, all)?.batchSize).toBe(16);
    expect(referenceConfiguration({ current: { batchSize: 3 } }, all)?.batchSize).toBe(4);
    expect(referenceConfiguration({}, all.slice(0, 4))?.batchSize).toBe(2);
    expect(referenceConfiguration({}, [])).toBeUndefined();
  });

  test('runs at start, middle and end', () => {
    expect(referencePoints({ min: 5 })).toEqual([0, 3]);
    const due = [0, 1, 2, 3, 4, 5].filter((done) => isReferenceDue({ min: 5 }, done, done === 5));
    expect(due).toEqual([0, 3, 5]);
    expect([0, 1].filter((done) => isReferenceDue({ min: 1 }, done, done === 1))).toEqual([0, 1]);
  });

  test('runs as often as it is counted', () => {
    for (const [min, blocks] of [
      [1, 1],
      [1, 4],
      [2, 2],
      [5, 5],
      [5, 12],
    ] as const) {
      // prettier-ignore
      const done = Array.from({ length: blocks + 1 }, (_, i) => i);
      const due = done.filter((finished) => isReferenceDue({ min }, finished, finished === blocks));
      expect(referenceCount({ min }, blocks), `${min} to ${blocks}`).toBe(due.length);
    }
  });
});

test('the generator is Mulberry32: known values of seed 1, and a mean of one half', () => {
  const random = seededRandom(1);
  const first = [random(), random(), random()];
  expect(first.map((v) => v.toFixed(6))).toEqual(['0.627074', '0.002736', '0.527447']);
  let sum = 0;
  for (let i = 0; i < 100_000; i++) sum += random();
  expect(sum / 100_000).toBeCloseTo(0.5, 2);
});

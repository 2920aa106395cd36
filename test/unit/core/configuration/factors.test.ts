import { describe, expect, it } from 'vitest';
import type { Configuration } from '../../../../src/core/configuration/configuration';
import {
  configurationId,
  factors,
  sameExcept,
  seriesOver,
  variedFactors,
} from '../../../../src/core/configuration/factors';
import { configurationLabels, seriesName, seriesPhrases } from '../../../../src/core/configuration/label';
import { bySplit, splitCell } from '../../../../src/core/configuration/split';

const one = (batchSize: number, rest: Partial<Configuration> = {}): Configuration => {
  const c = { model: 'a/net.onnx', batchSize, instances: 1, threads: 2, spinning: false, ...rest };
  return { id: configurationId(c, c.model), ...c };
};

describe('factors', () => {
  it('are all that a configuration says besides its id', () => {
    expect(factors.map((f) => f.key).sort()).toEqual(
      Object.keys(one(1))
        .filter((key) => key !== 'id')
        .sort(),
    );
  });

  it('give an id that names everything', () => {
    expect(one(8).id).toBe('a/net.onnx b8 t2');
    expect(one(8, { spinning: true, threads: 1 }).id).toBe('a/net.onnx b8 t1 spin');
  });

  it('vary where they have several values', () => {
    const keys = (all: Configuration[]) => variedFactors(all).map((f) => f.key);
    expect(keys([one(1)])).toEqual([]);
    expect(keys([one(1), one(2)])).toEqual(['batchSize']);
    expect(keys([one(1), one(1, { threads: 4 }), one(1, { model: 'b' })])).toEqual(['model', 'threads']);
  });

  it('agree except in one', () => {
    expect(sameExcept('batchSize')(one(1), one(8))).toBe(true);
    expect(sameExcept('threads')(one(1), one(1, { threads: 4 }))).toBe(true);
    for (const other of [{ model: 'b' }, { threads: 4 }, { spinning: true }]) {
      expect(sameExcept('batchSize')(one(1), one(8, other))).toBe(false);
    }
  });

  it('make series in ascending order of the one that is left out', () => {
    const all = [one(8), one(2, { threads: 4 }), one(1), one(1, { threads: 4 })];
    expect(seriesOver('batchSize', all).map((s) => s.map((c) => [c.threads, c.batchSize]))).toEqual([
      [
        [2, 1],
        [2, 8],
      ],
      [
        [4, 1],
        [4, 2],
      ],
    ]);
    expect(seriesOver('threads', all)).toHaveLength(3);
  });

  it('name the split of the cores as one thing, and not where a picture shows it', () => {
    const all = [
      one(1, { threads: 4 }),
      one(1, { instances: 4, threads: 1 }),
      one(8, { instances: 2, spinning: true }),
    ];
    expect([...configurationLabels(all).values()]).toEqual([
      'batch 1 as 1 × 4 threads (not spinning)',
      'batch 1 as 4 × 1 thread (not spinning)',
      'batch 8 as 2 × 2 threads (spinning)',
    ]);
    expect(seriesPhrases(all[1]!, all, ['batchSize', 'model'])).toEqual(['4 × 1 thread', 'not spinning']);
    expect(seriesPhrases(all[1]!, all, ['batchSize', 'instances', 'threads'])).toEqual(['not spinning']);
    expect(seriesPhrases(all[1]!, all, ['batchSize', 'instances'])).toEqual(['1 thread', 'not spinning']);
    const unordered = [one(1, { instances: 2 }), one(1, { threads: 4 }), one(1, { threads: 1 })];
    expect(unordered.sort(bySplit).map(splitCell)).toEqual(['1 × 1', '1 × 4', '2 × 2']);
  });

  it('name a configuration and a series by what varies', () => {
    const all = [one(1), one(1, { threads: 1 }), one(1, { spinning: true, model: 'b/net.onnx' })];
    expect([...configurationLabels(all).values()]).toEqual([
      'a/net.onnx at batch 1 (2 threads, not spinning)',
      'a/net.onnx at batch 1 (1 thread, not spinning)',
      'b/net.onnx at batch 1 (2 threads, spinning)',
    ]);
    expect(seriesName(all[1]!, all)).toBe('a/net.onnx, 1 thread, not spinning');
    expect(seriesName(one(1), [one(1), one(2)])).toBe('net.onnx');
    expect([...configurationLabels([one(1), one(8)]).values()]).toEqual(['batch 1', 'batch 8']);
  });
});

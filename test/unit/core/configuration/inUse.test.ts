import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { configurationId } from '../../../../src/core/configuration/factors';
import {
  configurationsInUse,
  currentOf,
  currentSaidBy,
  currentText,
  isInUse,
} from '../../../../src/core/configuration/inUse';

const sweep = ['fp32.onnx', 'int8.onnx'].flatMap((model) =>
  [1, 8].flatMap((batchSize) =>
    [2, 4].map((threads) => {
      const c = { model, batchSize, instances: 1, threads, spinning: false };
      return { id: configurationId(c, model), ...c };
    }),
  ),
);
const ids = (current: Parameters<typeof isInUse>[2]) =>
  sweep.filter((c) => isInUse(c, sweep, current)).map((c) => c.id);

describe('isInUse', () => {
  it('is the one configuration that all that is said fits', () => {
    expect(ids({ batchSize: 8, model: 'int8.onnx', threads: 4 })).toEqual(['int8.onnx b8 t4']);
    expect(ids({ batchSize: 8, model: 'int8.onnx', instances: 1, threads: 4, spinning: false })).toEqual([
      'int8.onnx b8 t4',
    ]);
  });

  it('is none where several fit, where another is meant, and where nothing is said', () => {
    expect(ids({ batchSize: 8 })).toEqual([]);
    expect(ids({ batchSize: 8, threads: 4 })).toEqual([]);
    expect(ids({ batchSize: 8, model: 'other.onnx', threads: 4 })).toEqual([]);
    expect(ids({ batchSize: 3 })).toEqual([]);
    expect(ids({ batchSize: 8, model: 'int8.onnx', instances: 1, threads: 4, spinning: true })).toEqual([]);
    expect(ids(undefined)).toEqual([]);
    expect(configurationsInUse(sweep, { batchSize: 8 })).toHaveLength(4);
  });

  it('needs no more than the batch size where nothing else varies', () => {
    const plain = sweep.filter((c) => c.model === 'int8.onnx' && c.threads === 2);
    expect(isInUse(plain[1]!, plain, { batchSize: 8 })).toBe(true);
    expect(currentOf(plain[1]!, plain)).toEqual({ batchSize: 8 });
  });

  it('holds for whatever is written to say so, and for nothing else', () => {
    const said = fc.option(
      fc.record(
        { batchSize: fc.constantFrom(1, 8, 3), model: fc.constantFrom('int8.onnx', 'x'), spinning: fc.boolean() },
        { requiredKeys: ['batchSize'] },
      ),
      { nil: undefined },
    );
    fc.assert(
      fc.property(fc.subarray(sweep, { minLength: 1 }), fc.nat(), said, (all, n, before) => {
        const chosen = all[n % all.length]!;
        const current = currentOf(chosen, all, before);
        expect(all.filter((c) => isInUse(c, all, current))).toEqual([chosen]);
        for (const key of Object.keys(before ?? {})) expect(current).toHaveProperty(key);
      }),
    );
  });
});

describe('what a file says of today', () => {
  it('is told in words, and stands alone but for a batch size that it does not name', () => {
    expect(currentText({ batchSize: 8, instances: 1, threads: 2, spinning: false })).toBe(
      'batch 8, 1 process, 2 threads, not spinning',
    );
    const before = { batchSize: 4, threads: 2 };
    expect(currentSaidBy({}, before)).toBe(before);
    expect(currentSaidBy({ instances: 3 }, before)).toEqual({ batchSize: 4, instances: 3 });
    expect(currentSaidBy({ batchSize: 8 }, before)).toEqual({ batchSize: 8 });
    expect(currentSaidBy({ instances: 3 }, undefined)).toBeUndefined();
  });
});

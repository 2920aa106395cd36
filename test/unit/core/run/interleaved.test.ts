import { expect, it } from 'vitest';
import { disagreements } from '../../../../src/core/run/interleaved';
import { specSchema, type SpecInput } from '../../../../src/core/spec/spec';

const specOf = (more: Partial<SpecInput> = {}) => specSchema.parse({ models: ['m.onnx'], batchSizes: [1], ...more });

it('lets two experiments differ in all but what one session has once', () => {
  const one = specOf({ name: 'one', threads: [1], measure: { windowSeconds: 3, pin: 'cores', equivalencePercent: 2 } });
  expect(disagreements(one, specOf({ models: ['other.onnx'], batchSizes: [1, 2], spinning: [false] }))).toEqual([]);
});

it('names each key with both values', () => {
  const measure = { source: 'estimate', idleSeconds: 3, repeats: { min: 5, max: 6 }, allowMissing: ['dram-1'] };
  expect(disagreements(specOf({ imageSize: 64 }), specOf({ measure }))).toEqual([
    'imageSize (64; none)',
    'measure.source (auto; estimate)',
    'measure.allowMissing (none; ["dram-1"])',
    'measure.idleSeconds (10; 3)',
    'measure.repeats ({"min":5,"max":12,"intervalPercent":2}; {"min":5,"max":6,"intervalPercent":2})',
  ]);
});

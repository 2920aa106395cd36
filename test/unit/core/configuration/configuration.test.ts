import { expect, it } from 'vitest';
import { configurationSchema } from '../../../../src/core/configuration/configuration';
import { specSchema } from '../../../../src/core/spec/spec';

const one = { id: 'a', model: 'a', batchSize: 1, instances: 1, threads: 1, spinning: true };
const accepts = (more: object) => configurationSchema.safeParse({ ...one, ...more }).success;

it('holds what an experiment may ask for, and no log may ask for more: what follows from it must not take for ever', () => {
  const largest = { batchSize: 65_536, instances: 1024, threads: 4096 };
  for (const [key, most] of Object.entries(largest)) {
    expect(accepts({ [key]: most }), key).toBe(true);
    // An imported run does not know its threads, and says 0.
    const none = key === 'threads' ? [] : [0];
    for (const value of [most + 1, 1e9, ...none, -1, 1.5])
      expect(accepts({ [key]: value }), `${key}: ${value}`).toBe(false);
    const list = key === 'batchSize' ? 'batchSizes' : key;
    const spec = (value: number) =>
      specSchema.safeParse({ models: ['a.onnx'], batchSizes: [1], [list]: [value] }).success;
    expect([spec(most), spec(most + 1)], key).toEqual([true, false]);
  }
});

it('is one process where the log is of before', () => {
  const { instances: _, ...before } = one;
  expect(configurationSchema.parse(before).instances).toBe(1);
});

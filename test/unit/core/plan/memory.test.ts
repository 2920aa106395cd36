import { describe, expect, it } from 'vitest';
import { memoryErrorPercent, notProvenReason, plannedMemory } from '../../../../src/core/plan/memory';
import { foreseen } from '../../../support/plans';

const facts = foreseen(['a']);
const [model] = facts.models;
const configuration = (batchSize: number, instances = 1) => ({
  ...{ id: `a b${batchSize}`, model: 'a', batchSize, instances, threads: 1, spinning: true },
});
const roomy = { availableBytes: 1e15, mostTensorBytes: null };

describe('the memory of a configuration', () => {
  it('is program, weights, the arena, and the images in rotation', () => {
    const { totalBytes, parts } = plannedMemory(configuration(10), facts, model, roomy);
    expect(parts).toEqual({
      ...{ programBytes: 175e6, weightBytes: 44e6, activationBytes: 330e6, imageBytes: 64 * 307_200 },
    });
    expect(totalBytes).toBeCloseTo(175e6 + 44e6 + 330e6 + 64 * 307_200);
    // A batch of more images than are in rotation is in memory as a whole.
    expect(plannedMemory(configuration(100), facts, model, roomy).parts!.imageBytes).toBe(100 * 307_200);
    expect(plannedMemory(configuration(10, 3), facts, model, roomy).totalBytes).toBeCloseTo(3 * totalBytes!);
  });

  it('fits, does not, or is too near to tell, by the error of the prediction', () => {
    const needed = plannedMemory(configuration(10), facts, model, roomy).totalBytes!;
    const at = (share: number) =>
      plannedMemory(configuration(10), facts, model, { ...roomy, availableBytes: share * needed }).expectation;
    const error = memoryErrorPercent / 100;
    expect([1 + error + 0.01, 1 + error - 0.01, 1, 1 - error + 0.01].map(at)).toEqual([
      ...['fits', 'too near to tell', 'too near to tell', 'too near to tell'],
    ]);
    expect(at(1 - error - 0.01)).toBe('does not fit');
  });

  it('has no place for a tensor larger than a buffer of Node.js: its input, and its output where that is read', () => {
    const at = (mostTensorBytes: number, readsOutputs: boolean) =>
      plannedMemory(configuration(10), { ...facts, readsOutputs }, model, { ...roomy, mostTensorBytes }).expectation;
    expect(at(10e6, false)).toBe('fits');
    expect(at(10e6, true)).toBe('does not fit');
    expect(at(1e6, false)).toBe('does not fit');
  });

  it('is not known of a model whose sizes are not, and no other batch fits than the one a file takes', () => {
    const unknown = { ...model!, memory: null, unknown: 'an .onnx' };
    expect(plannedMemory(configuration(1), facts, unknown, roomy)).toMatchObject({
      expectation: 'not known',
      reason: 'an .onnx',
    });
    expect(plannedMemory(configuration(1), facts, undefined, roomy).expectation).toBe('not known');
    expect(plannedMemory(configuration(2), facts, { ...model!, fixedBatch: 1 }, roomy).expectation).toBe(
      'does not fit',
    );
    expect(plannedMemory(configuration(1), facts, { ...model!, fixedBatch: 1 }, roomy).expectation).toBe('fits');
  });

  it('is not proven from the first batch on whose largest tensor has 2³¹ elements', () => {
    const reason = (batchSize: number) => notProvenReason(plannedMemory(configuration(batchSize), facts, model, roomy));
    // 2.5 million elements an image: 858 are less than 2³¹, 859 more.
    expect(reason(858)).toBeNull();
    expect(reason(859)).toMatch(/its largest tensor has more than 2³¹/);
    expect(reason(4295)).toMatch(/its largest tensor and its output tensor have/);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accuracyGain, dominates, paretoFront } from '../../../../../src/core/analysis/verdict/pareto';
import { sampledAccuracy } from '../../../../support/sampledAccuracy';

const point = (id: string, energy: number, sampled: ReturnType<typeof sampledAccuracy>, model = id) => ({
  ...{ id, model, energy, latency: energy * 10 },
  ...sampled,
});

describe('how much more accurate a model is', () => {
  const lean = point('lean', 1, sampledAccuracy(0.4, 0.012, { own: 0.002, seed: 2 }));

  it('is told by resamples of the same images, though the intervals overlap', () => {
    const large = point('large', 2, sampledAccuracy(0.412, 0.012, { own: 0.002, seed: 3 }));
    expect(accuracyGain(large, lean, true)).toBeCloseTo(0.012, 9);
    expect(accuracyGain(lean, large, true)).toBeCloseTo(-0.012, 9);
    // On other images the same would be nothing to go by.
    const elsewhere = { ...large, accuracySampling: { ...large.accuracySampling, evaluated: 'other' } };
    expect(accuracyGain(elsewhere, lean, true)).toBeNull();
  });

  it('is not told where other images might turn it round', () => {
    const near = point('near', 2, sampledAccuracy(0.402, 0.012, { own: 0.004, seed: 4 }));
    expect(accuracyGain(near, lean, true)).toBeNull();
    expect(accuracyGain(lean, near, true)).toBeNull();
    expect(accuracyGain(near, { ...lean, accuracySampling: undefined }, true)).toBeNull();
  });

  it('is nothing at other batch sizes of a model, where accuracy does not count, and of models that find the same', () => {
    const sameModel = point('b8', 2, sampledAccuracy(0.5, 0.012, { own: 0.01, seed: 5 }), 'lean');
    const twin = point('twin', 2, { accuracy: lean.accuracy, accuracySampling: lean.accuracySampling });
    const near = point('near', 2, sampledAccuracy(0.402, 0.012, { own: 0.004, seed: 4 }));
    expect([accuracyGain(sameModel, lean, true), accuracyGain(twin, lean, true)]).toEqual([0, 0]);
    expect(accuracyGain(near, lean, false)).toBe(0);
  });
});

describe('the front of sampled accuracies', () => {
  it('keeps what might be more accurate, and leaves out what is surely not', () => {
    const lean = point('lean', 1, sampledAccuracy(0.4, 0.012, { own: 0.003, seed: 2 }));
    const perhaps = point('perhaps', 2, sampledAccuracy(0.396, 0.012, { own: 0.003, seed: 3 }));
    const worse = point('worse', 3, sampledAccuracy(0.37, 0.012, { own: 0.003, seed: 4 }));
    const better = point('better', 4, sampledAccuracy(0.45, 0.012, { own: 0.003, seed: 5 }));
    expect(paretoFront([worse, better, perhaps, lean], true)).toEqual(['lean', 'perhaps', 'better']);
    const exact = [lean, perhaps, worse, better].map((p) => ({ ...p, accuracySampling: undefined }));
    expect(paretoFront(exact, true)).toEqual(['lean', 'better']);
  });

  it('never grows smaller by a sampling error, and no two beat each other', () => {
    const points = fc.array(
      fc.record({
        ...{ energy: fc.integer({ min: 1, max: 5 }), latency: fc.integer({ min: 1, max: 5 }) },
        ...{ accuracy: fc.integer({ min: 1, max: 9 }), own: fc.integer({ min: 0, max: 3 }) },
        model: fc.constantFrom('a', 'b', 'c'),
      }),
      { minLength: 2, maxLength: 8 },
    );
    fc.assert(
      fc.property(points, (some) => {
        const named = some.map(({ accuracy, own, ...p }, i) => ({
          ...{ ...p, id: String(i), latency: p.latency },
          ...sampledAccuracy(accuracy / 10, 0.01, { own: own / 100, seed: i + 10 }),
        }));
        const exact = named.map((p) => ({ ...p, accuracySampling: undefined }));
        const front = new Set(paretoFront(named, true));
        for (const id of paretoFront(exact, true)) expect(front.has(id)).toBe(true);
        for (const a of named)
          for (const b of named) expect(dominates(a, b, true) && dominates(b, a, true)).toBe(false);
      }),
      { numRuns: 100 },
    );
  });
});

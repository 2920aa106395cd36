import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DetectionLimits, drawingLimits, evaluationLimits } from '../../../../../src/core/detection/detector';
import { type SortBuffers, sortDescending } from '../../../../../src/workloads/detection/postprocess/sortScores';
import { createSuppressor } from '../../../../../src/workloads/detection/postprocess/suppression';
import { naiveSuppression as naive, type NaiveDetection as Found } from '../../../../support/naiveSuppression';

const { fround } = Math;

function suppress(rows: Float32Array, classes: number, limits: DetectionLimits): Found[] {
  const kept = createSuppressor(limits)(rows, 0, rows.length / (5 + classes), classes);
  return Array.from({ length: kept.count }, (_, i) => ({
    corners: [...kept.corners.subarray(4 * i, 4 * i + 4)],
    score: kept.scores[i]!,
    class: kept.classes[i]!,
  }));
}

/** Few distinct values, so that ties of score and IoUs on the threshold are common. */
const scene = fc.integer({ min: 1, max: 4 }).chain((classes) =>
  fc.record({
    classes: fc.constant(classes),
    rows: fc
      .array(
        fc.tuple(
          ...[0, 1].map(() => fc.integer({ min: 0, max: 12 }).map((n) => 8 * n)),
          ...[2, 3].map(() => fc.integer({ min: 0, max: 5 }).map((n) => 8 * n)),
          ...Array.from({ length: 1 + classes }, () =>
            fc.oneof(
              fc.integer({ min: 0, max: 4 }).map((n) => n / 4),
              fc.float({ min: 0, max: 1, noNaN: true }),
            ),
          ),
        ),
        { maxLength: 60 },
      )
      .map((rows) => Float32Array.from(rows.flat())),
  }),
);
const someLimits = fc.record({
  confidence: fc.constantFrom(0, 0.001, 0.25, 0.5),
  iou: fc.constantFrom(0, 0.2, 0.5, 0.65, 1),
  multiLabel: fc.boolean(),
  maxCandidates: fc.constantFrom(3, 30_000),
  maxDetections: fc.constantFrom(1, 5, 300),
});

describe('non-maximum suppression', () => {
  it('equals the plain O(n²) form, ties and thresholds included', () => {
    fc.assert(
      fc.property(scene, someLimits, ({ rows, classes }, limits) => {
        expect(suppress(rows, classes, limits)).toEqual(naive(rows, classes, limits));
      }),
      { numRuns: 500 },
    );
  });

  it('gives the same again from the same memory, and reads rows from where they begin', () => {
    fc.assert(
      fc.property(scene, scene, (a, b) => {
        const run = createSuppressor(evaluationLimits);
        run(b.rows, 0, b.rows.length / (5 + b.classes), b.classes);
        const length = 5 + a.classes;
        const shifted = new Float32Array(a.rows.length + 7);
        shifted.set(a.rows, 7);
        const kept = run(shifted, 7, a.rows.length / length, a.classes);
        expect([...kept.scores.subarray(0, kept.count)]).toEqual(
          naive(a.rows, a.classes, evaluationLimits).map(({ score }) => score),
        );
      }),
    );
  });

  const box = (x: number, objectness: number, ...scores: number[]) => [x, 50, 20, 20, objectness, ...scores];

  it('keeps what equals a threshold out (confidence) and in (IoU)', () => {
    const half = { ...evaluationLimits, confidence: 0.5, iou: 1 / 3 };
    expect(suppress(Float32Array.from(box(50, 0.5, 1)), 1, half)).toEqual([]);
    // Moved by half its width: IoU ⅓, as float32 above ⅓ as double.
    const rows = Float32Array.from([...box(50, 0.9, 1), ...box(60, 0.8, 1)]);
    expect(suppress(rows, 1, { ...half, iou: fround(1 / 3) })).toHaveLength(2);
    expect(suppress(rows, 1, { ...half, iou: 0.33 })).toHaveLength(1);
  });

  it('takes objectness alone where there is one class', () => {
    expect(suppress(Float32Array.from(box(50, 0.9, 0.1)), 1, drawingLimits)[0]?.score).toBe(fround(0.9));
  });

  it('detects a box as several classes, or as its best', () => {
    const rows = Float32Array.from(box(50, 1, 0.6, 0.7));
    expect(suppress(rows, 2, evaluationLimits).map((d) => d.class)).toEqual([1, 0]);
    expect(suppress(rows, 2, drawingLimits).map((d) => d.class)).toEqual([1]);
  });

  it('finds nothing in nothing, nor in what is not a number', () => {
    expect(suppress(new Float32Array(0), 80, evaluationLimits)).toEqual([]);
    expect(suppress(new Float32Array(85).fill(Number.NaN), 80, evaluationLimits)).toEqual([]);
  });

  it('takes 30,000 of more candidates than its memory first held', () => {
    const rows = Float32Array.from({ length: 1000 * 85 }, (_, i) =>
      i % 85 < 4 ? (i % 7) * 50 + 1 : 0.5 + (i % 3) / 10,
    );
    expect(suppress(rows, 80, evaluationLimits)).toEqual(naive(rows, 80, evaluationLimits));
  });
});

describe('sortDescending', () => {
  it('sorts any float32 ≥ 0 from high to low, equal ones as they came', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.float({ min: 0, noNaN: true }), fc.constantFrom(0, 0.5, 1))), (list) => {
        const scores = Float32Array.from(list, Math.abs);
        const keys = new Uint32Array(scores.buffer.slice(0));
        const ids = Uint32Array.from(list.keys());
        const buffers: SortBuffers = {
          ...{ keys, ids },
          otherKeys: new Uint32Array(list.length),
          otherIds: new Uint32Array(list.length),
        };
        sortDescending(buffers, list.length);
        const expected = [...list.keys()].sort((a, b) => scores[b]! - scores[a]!);
        expect([...buffers.ids]).toEqual(expected);
      }),
    );
  });
});

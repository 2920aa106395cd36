import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packColumns, unpackColumns } from '../../../../../src/core/panel/protocol/columns';
import { columnsOf, decimate, extremes, type PlotPoint } from '../../../../../src/core/panel/series/decimate';
import { appendSamples, createSeries, indexAt, secondsAt, slotOf } from '../../../../../src/core/panel/series/series';
import {
  applyColumns,
  bandSpan,
  createTimeline,
  spanOf,
  wattsNow,
} from '../../../../../src/core/panel/series/timeline';

const watts = fc.oneof(
  { weight: 9, arbitrary: fc.float({ min: 0, max: 500, noNaN: true }) },
  { weight: 1, arbitrary: fc.constant(Number.NaN) },
);

function seriesOf(values: readonly number[], capacity = 128) {
  const series = createSeries(['a'], capacity);
  appendSamples(
    series,
    values.map((_, i) => i / 10),
    [values],
  );
  return series;
}

describe('series', () => {
  test('holds the newest samples in order, whatever the length', () => {
    fc.assert(
      fc.property(fc.array(watts, { maxLength: 600 }), fc.constantFrom(64, 128, 256), (values, capacity) => {
        const series = seriesOf(values, capacity);
        const kept = values.slice(-capacity);
        expect(series.length).toBe(kept.length);
        kept.forEach((value, i) => {
          expect(series.watts[0]![slotOf(series, i)]).toBe(value);
          expect(secondsAt(series, i)).toBe((values.length - kept.length + i) / 10);
        });
      }),
    );
  });

  test('the least and the most of any stretch are those of its samples', () => {
    fc.assert(
      fc.property(fc.array(watts, { minLength: 1, maxLength: 600 }), fc.nat(600), fc.nat(600), (values, a, b) => {
        const series = seriesOf(values, 256);
        const kept = values.slice(-256);
        const [start, end] = [Math.min(a, b) % kept.length, (Math.max(a, b) % kept.length) + 1].sort(
          (x, y) => x - y,
        ) as [number, number];
        const known = kept.slice(start, end).filter((v) => !Number.isNaN(v));
        const { least, most } = extremes(series, 0, start, end);
        expect(least).toBe(known.length > 0 ? Math.min(...known) : Number.NaN);
        expect(most).toBe(known.length > 0 ? Math.max(...known) : Number.NaN);
      }),
    );
  });

  test('leaves out samples that are not later than the one before', () => {
    const series = createSeries(['a'], 64);
    appendSamples(series, [0, 1, 1, 0.5, Number.NaN, 2], [[1, 2, 3, 4, 5, 6]]);
    expect([0, 1, 2].map((i) => secondsAt(series, i))).toEqual([0, 1, 2]);
    expect(indexAt(series, 1)).toBe(1);
    expect(indexAt(series, 9)).toBe(3);
    expect(() => createSeries(['a'], 100)).toThrow(/multiple of 64/);
  });
});

describe('decimate', () => {
  test('keeps every spike, in at most two points a column, and changes the pool in place', () => {
    const values = Array.from({ length: 100_000 }, (_, i) => 50 + (i % 7));
    values[31_415] = 400;
    values[92_653] = 1;
    const series = seriesOf(values, 2 ** 17);
    const pool: PlotPoint[] = [];
    const used = decimate(series, 0, columnsOf(series, 0, 9999.9, 900), pool);
    expect(used).toBeLessThanOrEqual(1800);
    const ys = pool.slice(0, used).map((p) => p.y);
    expect(Math.max(...ys)).toBe(400);
    expect(Math.min(...ys)).toBe(1);
    const [first] = pool;
    decimate(series, 0, columnsOf(series, 100, 200, 900), pool);
    expect(pool[0]).toBe(first);
    // One sample before the left edge, so that the line reaches it.
    expect(first!.x).toBeCloseTo(99.9);
  });

  test('keeps every spike also where its columns follow the summaries', () => {
    const values = Array.from({ length: 100_000 }, (_, i) => 50 + (i % 7));
    values[77_777] = 400;
    const series = seriesOf(values, 2 ** 16);
    const pool: PlotPoint[] = [];
    const used = decimate(series, 0, columnsOf(series, 0, 9999.9, 200), pool);
    const spike = pool.slice(0, used).find((p) => p.y === 400);
    expect(Math.abs(spike!.x - 7777.7)).toBeLessThan(9999.9 / 200);
    expect(used).toBeLessThanOrEqual(400);
  });

  test('time never runs backwards and a stretch of unknown samples is a gap', () => {
    fc.assert(
      fc.property(fc.array(watts, { maxLength: 2000 }), fc.integer({ min: 1, max: 200 }), (values, columns) => {
        const series = seriesOf(values, 1024);
        const pool: PlotPoint[] = [];
        const { from, to } = { from: 0, to: values.length / 10 };
        const used = decimate(series, 0, columnsOf(series, from, to, columns), pool);
        for (let i = 1; i < used; i++) expect(pool[i]!.x).toBeGreaterThanOrEqual(pool[i - 1]!.x);
        if (values.slice(-1024).every((v) => Number.isNaN(v)))
          expect(pool.slice(0, used).every((p) => Number.isNaN(p.y))).toBe(true);
      }),
    );
  });
});

describe('columns', () => {
  test('come back as they went, null as NaN', () => {
    const packed = packColumns({
      session: 2,
      startMs: 5,
      domains: ['a', 'b'],
      seconds: [0, 0.1],
      watts: [
        [1, null],
        [3, 4],
      ],
    });
    expect(packed.buffer.byteLength).toBe(2 * (8 + 2 * 4));
    const {
      seconds,
      watts: [a, b],
    } = unpackColumns(packed);
    expect([...seconds]).toEqual([0, 0.1]);
    expect([...a!]).toEqual([1, Number.NaN]);
    expect([...b!]).toEqual([3, 4]);
  });
});

describe('timeline', () => {
  const stretch = (session: number, startMs: number, from: number, domains = ['package-0']) =>
    packColumns({
      session,
      startMs,
      domains,
      seconds: [from, from + 1, from + 2],
      watts: domains.map(() => [10, 20, 30]),
    });

  test('puts sessions one after the other with a gap, and bands on the same axis', () => {
    const timeline = createTimeline();
    applyColumns(timeline, 'replace', [stretch(1, 1000, 0), stretch(2, 50_000, 0)]);
    expect(spanOf(timeline)).toEqual({ from: 0, to: 9 });
    expect(timeline.series.watts[0]![3]).toBeNaN();
    const band = { kind: 'window', configuration: 'b1', trial: 1 } as const;
    expect(bandSpan(timeline, { ...band, session: 2, fromMs: 50_500, toMs: 51_000 })).toEqual({ from: 7.5, to: 8 });
    expect(bandSpan(timeline, { ...band, session: 2, fromMs: 50_500, toMs: null })).toEqual({ from: 7.5, to: 9 });
    expect(bandSpan(timeline, { ...band, session: 3, fromMs: 0, toMs: 1 })).toBeNull();
  });

  test('a domain that comes later is unknown before, and one that is unknown leaves the sum open', () => {
    const timeline = createTimeline();
    applyColumns(timeline, 'replace', [stretch(1, 0, 0)]);
    expect(wattsNow(timeline, ['package-0'])).toBe(25);
    applyColumns(timeline, 'more', [stretch(1, 0, 3, ['package-0', 'dram-0'])]);
    expect(timeline.series.domains).toEqual(['package-0', 'dram-0']);
    expect([...timeline.series.watts[1]!.slice(0, 6)]).toEqual([Number.NaN, Number.NaN, Number.NaN, 10, 20, 30]);
    expect(wattsNow(timeline, ['package-0', 'dram-0'])).toBe(50);
    expect(wattsNow(timeline, ['package-0', 'dram-1'])).toBeNull();
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fitLatency, latencyAt, regressedPoints } from '../../../../src/core/ipa/regression';
import { readProfileTable } from '../../../../src/core/ipa/profileTable';
import { hasIpaData, ipaFile, valueOf } from '../../../support/ipaFiles';

const points = (batches: number[], seconds: (batch: number) => number) =>
  batches.map((batch) => ({ batch, latencySeconds: seconds(batch) }));

describe('latency by batch size', () => {
  it('is the quadratic that the points lie on, also over large batches', () => {
    const coefficient = fc.double({ min: -1, max: 1, noNaN: true });
    const batches = fc.uniqueArray(fc.integer({ min: 1, max: 4096 }), { minLength: 3, maxLength: 8 });
    fc.assert(
      fc.property(coefficient, coefficient, coefficient, batches, (k0, k1, k2, sizes) => {
        const at = (batch: number) => k0 + k1 * batch + k2 * batch * batch;
        const scale = Math.max(...sizes.map((batch) => Math.abs(at(batch))), 1);
        const fit = fitLatency(points(sizes, at), 2);
        for (const batch of sizes) expect(Math.abs(latencyAt(fit, batch) - at(batch)) / scale).toBeLessThan(1e-8);
      }),
      { numRuns: 200, seed: 7 },
    );
  });

  it('is the least of squares: residuals are orthogonal to 1, b and b²', () => {
    const measured = points([1, 2, 8, 32, 64], (batch) => 0.1 * batch + Math.sin(batch));
    const fit = fitLatency(measured, 2);
    for (const power of [0, 1, 2]) {
      const sum = measured.reduce(
        (s, p) => s + (p.latencySeconds - latencyAt(fit, p.batch)) * (p.batch / 64) ** power,
        0,
      );
      expect(Math.abs(sum)).toBeLessThan(1e-12);
    }
    expect(fitLatency(measured, 1).k2).toBe(0);
  });

  it('is taken at powers of two, with the straight line where the curve is below zero', () => {
    const found = regressedPoints(points([1, 4, 16], (batch) => 0.5 + 0.1 * batch))!;
    expect(found.map(({ batch }) => batch)).toEqual([1, 2, 4, 8, 16]);
    expect(found[1]).toEqual({
      batch: 2,
      latencySeconds: expect.closeTo(0.7, 9) as number,
      throughput: expect.closeTo(2 / 0.7, 6) as number,
    });
    // The curve through these dips below zero at 2; the line there is above it.
    const dips = points([1, 3, 8], (batch) => ({ 1: 0.2, 3: 0.01, 8: 5 })[batch]!);
    expect(latencyAt(fitLatency(dips, 2), 2)).toBeLessThan(0);
    expect(regressedPoints(dips)!.find(({ batch }) => batch === 2)!.latencySeconds).toBeCloseTo(
      latencyAt(fitLatency(dips, 1), 2),
      12,
    );
    expect(regressedPoints(points([1, 2], (b) => b))).toBeNull();
    expect(regressedPoints(points([1, 2, 100], () => 0))).toBeNull();
  });

  it.skipIf(!hasIpaData)('of series 73 is that of IPA (shared data, GREENBATCH_FIXTURES)', () => {
    const rows = valueOf(readProfileTable(ipaFile('profile-video-partial.csv'), 'video')).filter(
      (row) => row.series === 73 && row.variant === 'yolov5n',
    );
    const measured = rows.map((row) => ({ batch: row.batch, latencySeconds: row.latencySeconds.p99! }));
    const { k0, k1, k2 } = fitLatency(measured, 2);
    expect([k1.toFixed(7), k2.toExponential(4), k0.toFixed(7)]).toEqual(['0.0711272', '-1.6594e-4', '-0.0367971']);
    expect(regressedPoints(measured)!.map(({ latencySeconds }) => latencySeconds.toFixed(4))).toEqual([
      ...['0.0342', '0.1048', '0.2451', '0.5216', '1.0588', '2.0693', '3.8356'],
    ]);
  });
});

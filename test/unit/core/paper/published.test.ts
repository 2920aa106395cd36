import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { builtinModels } from '../../../../src/core/spec/builtinModels';
import { publishedPoints } from '../../../../src/core/paper/published';

const folder = resolve(
  process.env.GREENBATCH_FIXTURES ?? resolve(import.meta.dirname, '../../../../../shared/data'),
  'paper',
);

/** Rows of a digitised figure by their heads. */
function read(file: string): Record<string, string>[] {
  const [heads, ...rows] = readFileSync(resolve(folder, file), 'utf8').trim().split('\n');
  return rows.map((row) => Object.fromEntries(row.split(',').map((value, i) => [heads!.split(',')[i]!, value])));
}

describe('published points', () => {
  it('are of models that are built in, with both of the paper’s formulas', () => {
    const points = [...publishedPoints('exp1'), ...publishedPoints('exp2')];
    expect(points).toHaveLength(14 + 11);
    for (const point of points) {
      expect(builtinModels).toContain(point.builtinModel);
      expect(point.joulesPerImage * point.images).toBeCloseTo(point.runJoules, 6);
      expect(point.joulesPerBatchSlot * point.batchSize).toBeCloseTo(point.runJoules, 6);
    }
  });

  it('turn round with the denominator: more an image, less a batch slot', () => {
    const points = publishedPoints('exp2');
    const [first, last] = [points[0]!, points.at(-1)!];
    expect(first.joulesPerImage).toBeCloseTo(51.2, 1);
    expect(last.joulesPerImage).toBeCloseTo(65.9, 1);
    expect(last.joulesPerImage / first.joulesPerImage).toBeCloseTo(1.287, 3);
    expect(last.joulesPerBatchSlot / first.joulesPerBatchSlot).toBeCloseTo(0.0064, 4);
    expect(first.requestLatencyMs).toBeCloseTo(1118.5, 6);
  });

  describe.skipIf(!existsSync(folder))('as digitised (shared data, GREENBATCH_FIXTURES)', () => {
    it('are those of figures 1 and 2', () => {
      expect(
        publishedPoints('exp1').map((p) => [p.model, p.batchSize, p.runJoules, p.latencyMsPerImage, p.f1, p.images]),
      ).toEqual(
        read('paper-exp1.csv').map((r) => [
          r.model,
          ...[r.batch, r.energy_J, r.latency_ms, r.f1, r.images_assumed].map(Number),
        ]),
      );
    });

    it('are those of figures 3 and 4', () => {
      const rows = read('paper-exp2.csv');
      const points = publishedPoints('exp2');
      expect(points.map((p) => [p.batchSize, p.runJoules, p.latencyMsPerImage, p.images])).toEqual(
        rows.map((r) => [r.batch, r.energy_J, r.latency_ms_per_input, r.images_assumed].map(Number)),
      );
      // Figure 4, read by itself, is the energy of the run ÷ batch size.
      rows.forEach((row, i) => {
        const difference = Math.abs(Number(row.fig4_direct_reading_J) - points[i]!.joulesPerBatchSlot);
        expect(difference).toBeLessThanOrEqual(Number(row.fig4_reading_err_J));
      });
    });
  });
});

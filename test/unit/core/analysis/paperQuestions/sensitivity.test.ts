import { describe, expect, it } from 'vitest';
import { sensitivityAnalysis } from '../../../../../src/core/analysis/paperQuestions/sensitivity';
import { sensitivitySchema } from '../../../../../src/core/analysis/paperQuestions/sensitivitySchema';
import { runOfRows } from '../../../../support/paperRuns';

const of = (runs: Parameters<typeof sensitivityAnalysis.run>[0]) => {
  const result = sensitivityAnalysis.run(runs);
  expect(sensitivitySchema.safeParse(sensitivityAnalysis.json(result)).error).toBeUndefined();
  return result;
};

const rows = [
  { model: 'large', batchSize: 1, joules: 10, ms: 1, accuracy: [0.5, 0.7] as [number, number] },
  { model: 'large', batchSize: 8, joules: 12, ms: 1, accuracy: [0.5, 0.7] as [number, number] },
  { model: 'middle', batchSize: 1, joules: 6, ms: 1, accuracy: [0.496, 0.7] as [number, number] },
  { model: 'worse', batchSize: 1, joules: 7, ms: 1, accuracy: [0.45, 0.7] as [number, number] },
  { model: 'small', batchSize: 1, joules: 2, ms: 1, accuracy: [0.3, 0.6] as [number, number] },
];

describe('sensitivity', () => {
  it('walks the front of the published points, the knee first', () => {
    const [first, second] = of([]).sets;
    expect(first!.steps.map(({ from, to }) => [from.label, to.label])).toEqual([
      ['YOLOv7-E6 at batch 10', 'YOLOv7 at batch 10'],
      ['YOLOv7-X at batch 10', 'YOLOv7-E6 at batch 10'],
      ['YOLOv7 at batch 10', 'YOLOv7-W6 at batch 10'],
      ['YOLOv7-W6 at batch 10', 'YOLOv7-tiny at batch 10'],
    ]);
    // By hand: (48.372 − 40.214)/48.372, and .06 points of F1.
    expect(first!.steps[0]!.energyPercent.saved).toBeCloseTo(16.865, 2);
    expect(first!.steps[0]!.accuracyPoints.given).toBeCloseTo(0.06, 9);
    expect(second!).toMatchObject({ steps: [], missing: 'no accuracy is known' });
  });

  it('leaves out what another beats in both, and ranks steps by energy for a point', () => {
    const [set] = of([runOfRows(rows)]).sets;
    expect(set!.steps.map(({ from, to }) => `${from.model} ${to.model}`)).toEqual(['large middle', 'middle small']);
    const [knee] = set!.steps;
    expect(knee!.accuracyPoints.given).toBeCloseTo(0.4, 9);
    expect(knee!.joulesPerPoint).toBeCloseTo(knee!.joulesSaved / 0.4, 9);
  });

  it('has the interval of energy within blocks, where there are five', () => {
    const { saved, low, high } = of([runOfRows(rows)]).sets[0]!.steps[0]!.energyPercent;
    expect(low!).toBeLessThan(saved);
    expect(high!).toBeGreaterThan(saved);
    expect(of([runOfRows(rows, { blocks: 4 })]).sets[0]!.steps[0]!.energyPercent.low).toBeNull();
  });

  it('says so where one is both the most accurate and the lowest', () => {
    const result = of([runOfRows(rows.slice(2, 3))]);
    expect(result.sets[0]!.missing).toContain('nothing to give up');
    expect(sensitivityAnalysis.sentence(result)).toContain('nothing to give up');
  });
});

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

  it('tells no step apart where nothing is known of other images, and says so in its sentence', () => {
    const result = of([]);
    expect(result.sets[0]!.steps.every(({ told }) => !told)).toBe(true);
    const sentence = sensitivityAnalysis.sentence(result);
    expect(sentence).toContain('no step is told apart');
    expect(sentence).toContain('−0.06 F1 points (sampling not known)');
    const notes = sensitivityAnalysis.notes(of([runOfRows(rows)])).join(' ');
    expect(notes).toContain('Sampling not known:');
    expect(notes).not.toContain('Not told apart:');
  });

  it('ranks a step that is told apart before one that saves more for a point', () => {
    // Resamples move all models alike, and the middle one by up to a point more or less.
    const replicates = (accuracy: number, own: number) =>
      Array.from({ length: 100 }, (_, i) => accuracy + 0.01 * Math.sin(i) + own * Math.cos(3 * i));
    const run = runOfRows(rows);
    const results = run.results.map((r) => ({
      ...r,
      accuracySampling: {
        ...{ images: 500, evaluated: 'same', widening: 1 },
        replicates: replicates(r.accuracy!, r.model === 'middle' ? 0.01 : 0),
      },
    }));
    const result = of([{ ...run, results }]);
    const { steps } = result.sets[0]!;
    expect(steps.map(({ told }) => told)).toEqual([true, false]);
    expect(steps[0]!.joulesPerPoint).toBeLessThan(steps[1]!.joulesPerPoint);
    expect(sensitivityAnalysis.sentence(result)).not.toContain('not told apart');
  });

  it('has value and interval of the same blocks, as wide as the run’s other intervals', () => {
    const same = runOfRows(
      rows.filter(({ batchSize }) => batchSize === 1),
      { blocks: 6 },
    );
    // Each scatters in its own way.
    const run = {
      ...same,
      results: same.results.map((r, i) => ({
        ...r,
        trials: r.trials.map((t) => ({
          ...t,
          joulesPerUnit: t.joulesPerUnit * (1 + 0.01 * Math.sin(t.block * (i + 1))),
        })),
      })),
    };
    // The first configuration has a block more than the others, which strays far.
    const results = run.results.map((r, i) => ({
      ...r,
      trials: i === 0 ? r.trials.map((t) => (t.block === 6 ? { ...t, joulesPerUnit: 60 } : t)) : r.trials.slice(0, 5),
    }));
    const of1 = of([{ ...run, results }]).sets[0]!.steps.find(({ from }) => from.model === 'large')!;
    const { saved, low, high } = of1.energyPercent;
    expect(low! < saved && saved < high!).toBe(true);
    expect(saved).toBeCloseTo(40, -1);
    expect(of1.joulesSaved).toBeCloseTo((of1.from.joulesPerUnit * saved) / 100, 9);
    const fixed = of([run]).sets[0]!.steps[0]!.energyPercent;
    const { measure } = run.terms;
    const adaptive = { ...run.terms, measure: { ...measure, repeats: { ...measure.repeats, min: 5, max: 20 } } };
    const wider = of([{ ...run, terms: adaptive }]).sets[0]!.steps[0]!.energyPercent;
    expect(wider.high! - wider.low!).toBeGreaterThan(fixed.high! - fixed.low!);
  });

  it('says of joules that are estimated that they are', () => {
    const run = runOfRows(rows, { name: 'mine' });
    const result = of([{ ...run, terms: { ...run.terms, estimated: true } }]);
    expect(sensitivityAnalysis.sentence(result)).toMatch(/^mine \(ESTIMATED joules\): /);
  });
});

import { describe, expect, it } from 'vitest';
import { redundancyAnalysis } from '../../../../../src/core/analysis/paperQuestions/redundancy';
import { redundancySchema } from '../../../../../src/core/analysis/paperQuestions/redundancySchema';
import { runOfRows } from '../../../../support/paperRuns';

const of = (runs: Parameters<typeof redundancyAnalysis.run>[0]) => {
  const result = redundancyAnalysis.run(runs);
  expect(redundancySchema.safeParse(redundancyAnalysis.json(result)).error).toBeUndefined();
  return result.sets;
};
const named = (set: ReturnType<typeof of>[number], quantity: string) =>
  set.beside.find((each) => each.quantity === quantity)!;

describe('redundancy', () => {
  it('of the published points: nearly redundant beside latency, open beside accuracy', () => {
    const [all, withoutTiny, second] = of([]);
    expect([all!.points, withoutTiny!.points, second!.points]).toEqual([14, 12, 11]);
    expect(named(all!, 'latency')).toMatchObject({ tells: 'redundant', pairs: 91, discordantPairs: 3 });
    expect(named(all!, 'latency').pearson!.coefficient).toBeCloseTo(0.993, 3);
    // Seven models: of two batch sizes a model no more is known than that.
    expect(named(all!, 'latency').pearson!.n).toBe(7);
    expect(named(all!, 'accuracy').tells).toBe('open');
    expect(named(withoutTiny!, 'accuracy').pearson!.coefficient).toBeCloseTo(0.7983, 4);
    expect(named(all!, 'cost').pearson!.coefficient).toBeCloseTo(named(all!, 'latency').pearson!.coefficient, 12);
    expect(named(second!, 'accuracy').missing).toBe('no accuracy is known');
    expect(named(second!, 'latency').pearson!.n).toBe(11);
    expect(all!.line!.joulesPerMs * 500).toBeCloseTo(97.7, 1);
  });

  it('of a run, each for itself, with its own cost', () => {
    const rows = [1, 2, 3, 4, 5, 6].map((i) => ({
      ...{ model: i === 1 ? 'yolov7-tiny' : `m${i}`, batchSize: 8, joules: i, ms: 10 * (7 - i) },
      accuracy: [0.3 + 0.05 * i, 0.6] as [number, number],
    }));
    const [all, withoutTiny] = of([runOfRows(rows)]);
    expect(named(all!, 'latency').pearson!.coefficient).toBeLessThan(-0.99);
    expect(named(all!, 'accuracy').pearson!.coefficient).toBeGreaterThan(0.99);
    expect(withoutTiny).toMatchObject({ withoutTiny: true, points: 5 });
    expect(of([runOfRows(rows), runOfRows(rows.slice(1))])).toHaveLength(3);
  });

  it('says of too few what is missing, and claims nothing', () => {
    const run = runOfRows([{ batchSize: 1, joules: 1, ms: 1 }]);
    const [set] = of([run]);
    expect(set!.beside.every(({ pearson, tells }) => pearson === null && tells === 'open')).toBe(true);
    expect(redundancyAnalysis.sentence({ sets: [set!] })).toContain('cannot tell');
    expect(of([{ ...run, results: [] }])[0]!.points).toBe(0);
  });
});

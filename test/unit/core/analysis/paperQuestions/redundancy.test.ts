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

  it('tells nothing by joules that are estimated: they are made of CPU time and time', () => {
    const rows = [1, 2, 3, 4, 5, 6].map((i) => ({ batchSize: i, joules: i, ms: 10 * i + (i % 2) }));
    const run = runOfRows(rows, { name: 'mine' });
    const estimated = { ...run, terms: { ...run.terms, estimated: true } };
    expect(named(of([run])[0]!, 'latency').tells).toBe('redundant');
    const result = redundancyAnalysis.run([estimated]);
    expect(result.sets[0]!.estimated).toBe(true);
    expect(result.sets[0]!.beside.every(({ tells }) => tells === 'open')).toBe(true);
    expect(redundancyAnalysis.sentence(result)).toMatch(/^mine \(ESTIMATED joules\): whether/);
    expect(redundancyAnalysis.notes(result).join(' ')).toContain('made by the estimate');
  });

  it('has what the quicker of two costs at most, not what a line misses', () => {
    const [first, , second] = of([]);
    // By hand: 24,186 against 22,237 J, and 316,469 against 312,573 J.
    expect(first!.dearestQuicker).toMatchObject({ quicker: 'YOLOv7-E6 at batch 10', other: 'YOLOv7 at batch 32' });
    expect(first!.dearestQuicker!.percent).toBeCloseTo(8.765, 2);
    expect(second!.dearestQuicker!.percent).toBeCloseTo(1.247, 2);
    const alike = [1, 2, 3].map((i) => ({ batchSize: i, joules: i, ms: 10 * i }));
    const result = redundancyAnalysis.run([runOfRows(alike)]);
    expect(result.sets[0]!.dearestQuicker).toBeNull();
    expect(redundancyAnalysis.notes(result)[0]).toContain('Of no two of them');
  });

  it('prints points and the n that intervals count, and what so many are worth', () => {
    const result = redundancyAnalysis.run([]);
    const { columns, rows } = redundancyAnalysis.table(result);
    expect(columns.slice(2, 4)).toEqual(['points', 'n']);
    expect(rows[0]!.slice(2, 4)).toEqual(['14', '7']);
    expect(redundancyAnalysis.notes(result).join(' ')).toContain('Of 6 a coefficient of .8 reaches from');
    const many = Array.from({ length: 30 }, (_, i) => ({ batchSize: i + 1, joules: i + 1, ms: 10 * i + 5 + (i % 2) }));
    const notes = redundancyAnalysis.notes(redundancyAnalysis.run([runOfRows(many)])).join(' ');
    expect(notes).toContain('Of 30 a coefficient of .8 reaches from 0.62 to 0.901.');
  });

  it('says of three that do not vary so, not that they are too few', () => {
    const flat = [1, 2, 3].map((batchSize) => ({ batchSize, joules: batchSize, ms: 10 }));
    const run = runOfRows(flat);
    const results = run.results.map((r) => ({
      ...r,
      trials: r.trials.map((t) => ({ ...t, batchMs: [10 * r.batchSize] })),
    }));
    expect(named(of([{ ...run, results }])[0]!, 'latency').missing).toBe('one of them does not vary');
    expect(named(of([{ ...run, results: results.slice(1) }])[0]!, 'latency').missing).toBe(
      '2 configurations are too few',
    );
  });
});

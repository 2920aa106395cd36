import { expect, it } from 'vitest';
import { seededNormal } from '../../../../../src/core/statistics/random';
import { compareRuns } from '../../../../../src/core/analysis/comparison/compareRuns';
import { comparisonAnalysis } from '../../../../../src/core/analysis/comparison/comparisonAnalysis';
import { comparisonSchema } from '../../../../../src/core/analysis/comparison/comparisonSchema';
import { isInterleaved } from '../../../../../src/core/analysis/comparison/interleaved';
import { simulatedPair } from '../../../../support/simulatedPairs';

const pairOf = (changePercent: number) => {
  const normal = seededNormal(5);
  let state = 7;
  const uniform = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  return simulatedPair(
    {
      ...{ configurations: 2, blocks: 8, blockPercent: 5, cvPercent: 0.3, driftPercent: 3, outliers: 0 },
      changePercent,
    },
    normal,
    uniform,
  );
};

it('judges joules themselves by the blocks of both, and relates nothing', () => {
  const [a, b] = pairOf(-5);
  const comparison = compareRuns({ first: [a], second: [b] });
  expect(comparison).toMatchObject({ refused: null, reference: null, notJudged: null, isAbsoluteJudged: true });
  expect(comparison.interleaved).toEqual({ blocks: 8, differing: [] });
  const [same, less] = comparison.configurations;
  expect(same!.absolute).not.toBe('less');
  expect(less).toMatchObject({ absolute: 'less', verdict: null, ratio: null });
  // Blocks scatter by 5 %: what they do to both is not in the interval.
  const { percent, low, high } = less!.joulesPerUnit.difference;
  expect(percent).toBeCloseTo(-5, 0);
  expect(high! - low!).toBeLessThan(2.5);
  expect(comparison.sentence).toMatch(
    /takes less energy per image: 5\.\d %.* at batch 2.*, measured in turns within the same 8 blocks\.$/,
  );
  const json = comparisonAnalysis.json(comparison);
  expect(comparisonSchema.parse(json)).toEqual(json);
  expect(comparisonAnalysis.notes(comparison)[0]).toMatch(/^nothing differs between the two/);
});

it('is the same from the other side, with the sign turned', () => {
  const [a, b] = pairOf(-5);
  const there = compareRuns({ first: [a], second: [b] }).configurations[1]!.joulesPerUnit.difference;
  const back = compareRuns({ first: [b], second: [a] }).configurations[1]!.joulesPerUnit.difference;
  expect(1 / (1 + back.high! / 100)).toBeCloseTo(1 + there.low! / 100, 9);
});

it('pairs blocks by their number: of one that only one side has nothing is told', () => {
  const [a, b] = pairOf(-5);
  const results = b.results.map((r) => ({ ...r, trials: r.trials.filter(({ block }) => block !== 3) }));
  expect(compareRuns({ first: [a], second: [{ ...b, results }] }).interleaved!.blocks).toBe(7);
  const few = b.results.map((r) => ({ ...r, trials: r.trials.slice(0, 4) }));
  const comparison = compareRuns({ first: [a], second: [{ ...b, results: few }] });
  expect(comparison.configurations.map(({ absolute }) => absolute)).toEqual(['unresolved', 'unresolved']);
});

it('are two that name each other alone', () => {
  const [a, b] = pairOf(0);
  const [other] = pairOf(0);
  expect(isInterleaved({ first: [a], second: [b] })).toBe(true);
  expect(isInterleaved({ first: [b], second: [a] })).toBe(true);
  expect(isInterleaved({ first: [a], second: [a] })).toBe(false);
  expect(isInterleaved({ first: [a], second: [other] })).toBe(false);
  expect(isInterleaved({ first: [a, other], second: [b] })).toBe(false);
  const { interleaved: _, ...facts } = b.report.run;
  expect(isInterleaved({ first: [a], second: [{ ...b, report: { ...b.report, run: facts } }] })).toBe(false);
});

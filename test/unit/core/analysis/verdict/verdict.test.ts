import { describe, expect, it } from 'vitest';
import { judge } from '../../../../../src/core/analysis/verdict/judge';
import { comparisonTails } from '../../../../../src/core/statistics/confidence';
import { emptyResult, termsOf, trialOf } from '../../../../support/simulatedSweep';

function measured(batchSize: number, joules: number, blocks: number, spreadPercent: number) {
  const trials = Array.from({ length: blocks }, (_, i) =>
    trialOf(i + 1, joules * (1 + (spreadPercent / 100) * Math.sin(2.4 * (i + 1) + batchSize))),
  );
  return emptyResult(batchSize, { trials });
}

describe('blocks beyond repeats.max', () => {
  const repeats = { min: 5, max: 12, intervalPercent: 2 };
  const verdictAfter = (blocks: number) =>
    judge([measured(4, 2.31, blocks, 1.5), measured(8, 2.345, blocks, 1.5)], termsOf(repeats)).verdict;

  it('decide what was open at the maximum, and foretell it there', () => {
    const open = verdictAfter(12);
    expect(open).toMatchObject({ kind: 'unresolved', openBecause: 'comparison' });
    const more = open.moreBlocks!;
    expect(more).toBeGreaterThan(1);
    expect(verdictAfter(12 + more)).toMatchObject({ kind: 'greenest', winner: 'b4', blocks: 12 + more });
  });

  it('are looked at with what was kept of the error, and that is less than the last planned look had', () => {
    const at = (blocks: number) => comparisonTails(2, repeats, blocks).verdict;
    expect(at(13)).toBeGreaterThan(0);
    expect(at(13)).toBeLessThan(at(12));
  });
});

describe('one trial far off', () => {
  const results = (percent: number) => {
    const [a, b, c] = [measured(4, 2.31, 6, 0.2), measured(8, 2.35, 6, 0.2), measured(16, 2.9, 6, 0.2)];
    const trials = b.trials.map((t) =>
      t.block === 3 ? { ...t, joulesPerUnit: t.joulesPerUnit * (1 + percent / 100) } : t,
    );
    return [a, { ...b, trials }, c];
  };
  const verdictOf = (percent: number) => judge(results(percent), termsOf({ min: 5, max: 6 })).verdict;

  it('is told, and moves the verdict no more the further off it is', () => {
    const [near, far] = [verdictOf(5), verdictOf(30)];
    expect(far).toMatchObject({ kind: 'greenest', winner: 'b4', decisiveTrial: null });
    expect(far.outliers).toEqual([{ configuration: 'b8', block: 3, trial: 3, percent: expect.closeTo(30, 0) }]);
    expect(far.comparisons[0]!.differencePercent).toBeCloseTo(near.comparisons[0]!.differencePercent!, 6);
    expect(verdictOf(0).outliers).toEqual([]);
  });
});

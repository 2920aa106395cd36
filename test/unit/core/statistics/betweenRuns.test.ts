import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { betweenRuns, daysFrom, type EqualRuns, takeTurns } from '../../../../src/core/statistics/betweenRuns';
import { standardDeviation } from '../../../../src/core/statistics/statistics';

const runsOf = (values: number[][], days = values.map((_, i) => i), isAligned = true): EqualRuns => ({
  runs: values.map((list, i) => ({ day: days[i]!, values: list, withinVariances: list.map(() => 1e-6) })),
  isAligned,
});

describe('what lies between runs', () => {
  it('is the sample variance where each run has its day', () => {
    const values = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 3, maxLength: 12 });
    fc.assert(
      fc.property(values, (list) => {
        const found = betweenRuns([runsOf(list.map((v) => [v]))], 1)!;
        expect(found.variances[0]).toBeCloseTo(standardDeviation(list) ** 2, 9);
        expect(found).toMatchObject({ degreesOfFreedom: list.length - 1, runs: list.length, days: list.length });
      }),
    );
  });

  it('is not made smaller by runs of one day, which are alike', () => {
    const found = betweenRuns([runsOf([[0], [0], [0], [1], [1]], [0, 0, 0, 1, 1])], 1)!;
    // Two days, a difference of 1: as two runs would have it.
    expect(found).toMatchObject({ variances: [0.5], degreesOfFreedom: 1, runs: 5, days: 2 });
  });

  it('takes the larger one of a quantity’s own and the mean of all', () => {
    const found = betweenRuns([runsOf([0, 1, 2].map((i) => [i, 0, 0]))], 3)!;
    expect(found.variances[0]).toBeCloseTo(1, 12);
    expect(found.variances.slice(1)).toEqual([1 / 3, 1 / 3]);
    // Of three contrasts to one reference: 2 / (1/3 + 2/12).
    expect(found.degreesOfFreedom).toBeCloseTo(4, 12);
  });

  it('pools groups, each about its own mean, and of other quantities takes the mean alone', () => {
    const groups = [runsOf([[0], [2]]), runsOf([[10], [11], [12]])];
    expect(betweenRuns(groups, 1)).toMatchObject({ variances: [(2 + 2 * 1) / 3], degreesOfFreedom: 3, runs: 5 });
    const other = runsOf(
      [
        [0, 0],
        [1, 2],
        [2, 4],
      ],
      [0, 1, 2],
      false,
    );
    expect(betweenRuns([other], 3)!.variances).toEqual([2.5, 2.5, 2.5]);
  });

  it('is not known of fewer than three runs, or of one day', () => {
    expect(betweenRuns([runsOf([[0], [1]])], 1)).toBeNull();
    expect(betweenRuns([runsOf([[0], [1], [2]], [4, 4, 4])], 1)).toBeNull();
    expect(betweenRuns([runsOf([[0]]), runsOf([[1]]), runsOf([[2]])], 1)).toBeNull();
    expect(betweenRuns([runsOf([[], [], []])], 0)).toBeNull();
  });
});

describe('days', () => {
  const hours = (...list: number[]) => list.map((h) => h * 3_600_000);

  it('begin with the first run that is twelve hours from the first of the day before', () => {
    expect(daysFrom(hours(9, 17, 33, 20, 57))).toEqual([0, 0, 1, 0, 2]);
    expect(daysFrom([])).toEqual([]);
  });

  it('are shared where sides take turns', () => {
    expect(takeTurns([1, 3, 5], [2, 4, 6])).toBe(true);
    expect(takeTurns([1, 4, 5], [2, 3, 6])).toBe(true);
    expect(takeTurns([1, 2, 3], [4, 5, 6])).toBe(false);
    expect(takeTurns([1, 3, 5], [2, 4])).toBe(false);
  });
});

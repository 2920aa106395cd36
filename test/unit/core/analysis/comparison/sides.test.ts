import { describe, expect, it } from 'vitest';
import { daysOfSides, pairsOf, referenceOf } from '../../../../../src/core/analysis/comparison/sides';
import { runOfDay } from '../../../../support/simulatedRuns';
import { emptyResult, trialOf } from '../../../../support/simulatedSweep';

const measured = (batchSize: number, blocks = 5, rest = {}) =>
  emptyResult(batchSize, { trials: Array.from({ length: blocks }, (_, i) => trialOf(i + 1, 2)), ...rest });
const run = (day: number, ...results: ReturnType<typeof measured>[]) => runOfDay(day, results);
const using = (batchSize: number, of: ReturnType<typeof run>) => ({
  ...of,
  terms: { ...of.terms, current: { batchSize } },
});

describe('the configurations that are compared', () => {
  it('are those that every run of both sides has', () => {
    const first = [run(0, measured(1), measured(2), measured(4)), run(1, measured(1), measured(2))];
    const second = [run(2, measured(1), measured(2, 0), measured(4)), run(3, measured(1), measured(2))];
    expect(pairsOf({ first, second }).map((p) => p.first[0]!.id)).toEqual(['b1']);
    expect(pairsOf({ first, second: second.slice(1) }).map((p) => p.second.length)).toEqual([1, 1]);
  });
});

describe('the reference', () => {
  const chosen = (first: ReturnType<typeof run>, second: ReturnType<typeof run>, named?: string) => {
    const sides = { first: [first], second: [second] };
    const found = referenceOf(pairsOf(sides), sides, named);
    return found && [found.pair.first[0]!.id, found.chosen];
  };
  const [one, two] = [run(0, measured(1, 5), measured(2, 8)), run(1, measured(1, 9), measured(2, 9))];

  it('is what runs today, on the first side or else on the second', () => {
    expect(chosen(one, two)).toEqual(['b1', 'in-use']);
    expect(chosen(using(2, one), using(1, two))).toEqual(['b2', 'in-use']);
    expect(chosen(using(16, one), using(2, two))).toEqual(['b2', 'in-use']);
  });

  it('is else what has the most blocks in all runs, or what is named', () => {
    expect(chosen(using(16, one), using(16, two))).toEqual(['b2', 'most-blocks']);
    expect(chosen(one, two, 'b2')).toEqual(['b2', 'named']);
    expect(chosen(one, two, 'b4')).toBeNull();
  });

  it('is the same configuration in all runs, or none', () => {
    const other = run(1, measured(1, 9, { threads: 8 }), measured(2, 9, { threads: 8 }));
    expect(chosen(one, other)).toBeNull();
  });
});

it('each run counts for itself where the sides took turns on one day, and a day for one where they did not', () => {
  const at = (...days: number[]) => days.map((day) => run(day, measured(1)));
  expect(daysOfSides({ first: at(0, 0.1, 0.2), second: at(0.05, 0.15, 0.25) })).toEqual({
    first: [0, 1, 2],
    second: [0, 1, 2],
  });
  expect(daysOfSides({ first: at(0, 0.1, 0.2), second: at(1, 1.1, 1.2) })).toEqual({
    first: [0, 0, 0],
    second: [0, 0, 0],
  });
});

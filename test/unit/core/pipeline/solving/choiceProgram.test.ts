import { describe, expect, it } from 'vitest';
import { choiceProgram } from '../../../../../src/core/pipeline/solving/choiceProgram';
import type { LinearProgram } from '../../../../../src/core/pipeline/solving/linearProgram';
import type { Candidate, Space } from '../../../../../src/core/pipeline/solving/space';
import { seededRandom } from '../../../../../src/core/statistics/random';

const random = seededRandom(11);
const one = (accuracy: number): Candidate => ({
  ...{
    option: 0,
    replicas: 1,
    value: -random(),
    accuracy,
    seconds: random(),
    netJoules: random(),
    idleJoules: random(),
  },
});

/** Accuracies of each stage, the largest 1. */
const spaceOf = (accuracies: readonly (readonly number[])[]): Space => ({
  stages: accuracies.map((stage) => stage.map(one)),
  productWeight: 7,
  mostSeconds: accuracies.length,
  mostJoules: Infinity,
});

const goalOf = (program: LinearProgram, x: readonly number[]) =>
  program.columns.reduce((sum, { cost }, c) => sum + cost * x[c]!, 0);

/** Gives the continuous columns, which stand behind the x, the values that the rows leave them; x of a choice are given. */
function completed(program: LinearProgram, x: number[]): number[] {
  const values = [...x, ...program.columns.slice(x.length).map(() => NaN)];
  for (let known = -1; known !== values.filter((v) => !Number.isNaN(v)).length;) {
    known = values.filter((v) => !Number.isNaN(v)).length;
    for (const { lower, upper, columns, values: factors } of program.rows) {
      const open = columns.filter((c) => Number.isNaN(values[c]!));
      const sum = columns.reduce((total, c, i) => total + (Number.isNaN(values[c]!) ? 0 : factors[i]! * values[c]!), 0);
      // Factors of open columns are above 0 in both kinds of product: a sum at its upper end leaves them nought.
      const areAllPositive = open.every((c) => factors[columns.indexOf(c)]! > 0);
      if (open.length > 0 && areAllPositive && Math.abs(sum - upper) < 1e-12) for (const c of open) values[c] = 0;
      else if (open.length === 1 && lower === upper)
        values[open[0]!] = (upper - sum) / factors[columns.indexOf(open[0]!)]!;
    }
  }
  return values;
}

describe('choiceProgram', () => {
  it.each([
    [
      'combinations',
      [
        [1, 0.5, 0.2],
        [0.3, 1],
        [1, 0.9],
      ],
    ],
    [
      'a chain',
      [
        [1, 0.5, 0.2],
        [0.3, 1],
        [1, 0.9],
        [0.8, 1],
        [0.1, 0.5, 1],
      ],
    ],
    [
      'a chain with accuracies of nought',
      [
        [1, 0],
        [0.3, 1],
        [1, 0.9],
        [0.8, 1],
        [0, 0.5, 1],
      ],
    ],
  ])('has the product of accuracies by %s, exactly: of any choice nothing else is left', (_, accuracies) => {
    const space = spaceOf(accuracies);
    const { program, columns } = choiceProgram(space, []);
    const goals: [number, number][] = [];
    for (let i = 0; i < 40; i++) {
      const picked = accuracies.map(({ length }) => Math.floor(random() * length));
      const x = columns.flatMap((stage, s) => stage.map((_column, c) => (c === picked[s] ? 1 : 0)));
      const values = completed(program, x);
      expect(values.every((value, c) => value >= 0 && value <= program.columns[c]!.upper + 1e-12)).toBe(true);
      const own = picked.reduce((sum, c, s) => sum + space.stages[s]![c]!.value, 0);
      const product = picked.reduce((so, c, s) => so * accuracies[s]![c]!, space.productWeight);
      goals.push([own + product, goalOf(program, values)]);
    }
    const [[first, goal]] = goals as [[number, number]];
    const scale = goals.map(([value, other]) => (other - goal) / (value - first)).find(Number.isFinite)!;
    expect(scale).toBeGreaterThan(0);
    for (const [value, other] of goals) expect(other - goal).toBeCloseTo((value - first) * scale, 6);
  });

  it('cuts off choices that are no solutions, and no others', () => {
    const { program, columns } = choiceProgram(
      {
        ...spaceOf([
          [1, 1],
          [1, 1],
        ]),
        productWeight: 0,
      },
      [[0, 1]],
    );
    const cut = program.rows.at(-1)!;
    expect(cut.columns).toEqual([columns[0]![0], columns[1]![1]]);
    expect(cut).toMatchObject({ upper: 1, values: [1, 1] });
  });
});

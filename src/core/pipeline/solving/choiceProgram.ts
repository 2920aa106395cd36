import { accuracyGroups } from './accuracyGroups';
import { addChainedProduct } from './chainedProduct';
import { addCombinations, combinationsOf } from './combinations';
import { addBinary, addRow, type LinearProgram } from './linearProgram';
import { type Candidate, joulesOf, type Space, spreadOf } from './space';

/** Goals of the best and the worst choice lie so far apart in a program: the solver's absolute tolerances (1e-9) are then 1e-12 of it. */
const programSpread = 1000;
/** Beyond so many stages, or products, the product is chained. */
const mostStagesCombined = 4;
const mostCombinations = 10_000;

/**
 * The question as a program: a binary x for each candidate, one of a stage 1, and one row for each limit, scaled to 1. Of the product of
 * accuracies one continuous variable for each combination of them, or a chain. Costs are told from the best of their stage, which adds a
 * constant.
 *
 * @param cuts choices (index of the candidate of each stage) that are no solutions
 * @returns the program, and the column of each candidate
 */
export function choiceProgram(
  space: Space,
  cuts: readonly (readonly number[])[],
): { program: LinearProgram; columns: number[][] } {
  const program: LinearProgram = { columns: [], rows: [] };
  const spread = spreadOf(space);
  const scale = spread > 0 ? programSpread / spread : 1;
  const columns = space.stages.map((stage) => {
    const best = stage.reduce((most, { value }) => Math.max(most, value), -Infinity);
    return stage.map(({ value }) => addBinary(program, (value - best) * scale));
  });
  for (const stage of columns)
    addRow(
      program,
      1,
      1,
      stage.map((column) => [column, 1]),
    );
  const limited = (most: number, of: (one: Candidate) => number) => {
    if (most === Infinity) return;
    const entries = space.stages.flatMap((stage, s) =>
      stage.map((one, c) => [columns[s]![c]!, of(one) / most] as const),
    );
    addRow(
      program,
      -Infinity,
      1,
      entries.filter(([, value]) => value !== 0),
    );
  };
  limited(space.mostSeconds, ({ seconds }) => seconds);
  limited(space.mostJoules, joulesOf);
  if (space.productWeight > 0) addProduct(program, space, columns, space.productWeight * scale);
  for (const cut of cuts)
    addRow(
      program,
      -Infinity,
      cut.length - 1,
      cut.map((c, s) => [columns[s]![c]!, 1]),
    );
  return { program, columns };
}

function addProduct(program: LinearProgram, space: Space, columns: readonly number[][], weight: number): void {
  const factors = accuracyGroups(space, columns);
  if (factors.length === 0) return;
  if (factors.length <= mostStagesCombined && combinationsOf(factors) <= mostCombinations)
    addCombinations(program, factors, weight);
  else addChainedProduct(program, factors, weight);
}

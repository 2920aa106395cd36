import { ExpectedError } from '../../failure/expectedError';
import type { Choice } from '../evaluate';
import { boundOf } from './bound';
import { choiceProgram } from './choiceProgram';
import type { RunProgram } from './linearProgram';
import { goalValue, keeps, type Question } from './question';
import { search } from './search';
import { choiceOf, type Space, spaceOf, spreadOf, withoutDominated } from './space';

/** Solutions that break a limit in doubles, before the rest is gone through without the solver. */
const mostCuts = 12;
/** Candidates looked at beside a solution; where the solver gave none, and nothing else says what is best. */
const stepsBeside = 200_000;
const stepsAlone = 30_000_000;

/**
 * The best choice by the question's goal that keeps its limits in doubles; null: none does. The solver works with tolerances, so
 *
 * - a solution that breaks a limit when it is evaluated again is cut off, and the program solved anew (where many miss a limit by the last
 *   bit of a sum, all choices that may be as good are gone through in doubles instead);
 * - what may be better than a solution by less than the solver sees is gone through in doubles, too. That is given up after `stepsBeside`:
 *   then the solution stands, optimal to the solver's tolerance, which is about 1e-12 of what choices can differ by.
 */
export function bestChoice(question: Question, run: RunProgram): Choice | null {
  const all = spaceOf(question);
  if (all === null) return null;
  const space = withoutDominated(all);
  const cuts: number[][] = [];
  while (cuts.length < mostCuts) {
    const { program, columns } = choiceProgram(space, cuts);
    const values = run(program);
    if (values === null) return null;
    const picked = columns.map((stage) =>
      stage.reduce((most, x, c) => (values[x]! > values[stage[most]!]! ? c : most), 0),
    );
    const choice = choiceOf(picked.map((c, s) => space.stages[s]![c]!));
    if (keeps(question, choice)) return betterThan(choice, question, space, stepsBeside).choice;
    cuts.push(picked);
  }
  const { choice, isComplete } = betterThan(null, question, space, stepsAlone);
  if (!isComplete)
    throw new ExpectedError(
      'usage',
      'so many choices miss a limit of this pipeline by the last bit of a sum that they cannot be gone through: raise slaSeconds, or the limit on energy, by a millionth of it',
    );
  return choice;
}

function betterThan(
  found: Choice | null,
  question: Question,
  space: Space,
  mostSteps: number,
): { choice: Choice | null; isComplete: boolean } {
  let choice = found;
  let best = found === null ? -Infinity : goalValue(question, found);
  const spread = spreadOf(space);
  // Below what doubles can tell apart.
  const next = () => (choice === null ? -Infinity : best + 1e-12 * (spread + Math.abs(best)));
  const isComplete = search(
    space,
    boundOf(space),
    next(),
    (candidates) => {
      const other = choiceOf(candidates);
      const value = goalValue(question, other);
      if (value > best && keeps(question, other)) {
        choice = other;
        best = value;
      }
      return next();
    },
    mostSteps,
  );
  return { choice, isComplete };
}

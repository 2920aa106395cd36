import { ExpectedError } from '../../failure/expectedError';
import type { Choice } from '../evaluate';
import { type Band, bandsOf } from './bands';
import { type Bound, boundOf } from './bound';
import { choiceProgram } from './choiceProgram';
import type { RunProgram } from './linearProgram';
import { goalValue, keeps, type Question } from './question';
import { search } from './search';
import { choiceOf, type Space, spaceOf, spreadOf, withoutDominated } from './space';

/** Solutions that break a limit in doubles, before the rest is gone through without the solver. */
const mostCuts = 12;
/**
 * Candidates looked at before the solver is asked; of a product, before it is cut into bands; and in each part of a band that the first look
 * left open.
 */
type StepsBefore = { whole: number; product: number; part: number };
const usualSteps: StepsBefore = { whole: 200_000, product: 50_000, part: 2_000_000 };
/** Beside the solver's solution; where it gave none, and nothing else says what is best. */
const stepsBeside = 300_000;
const stepsAlone = 30_000_000;

/** A choice that keeps the limits, and its goal. */
type Found = { choice: Choice; value: number };

/**
 * The best choice by the question's goal that keeps its limits in doubles; null: none does.
 *
 * First choices are gone through in doubles, those left out that Lagrange's bound shows to be worse. Where that comes to its end, its best is the
 * optimum, and no solver is asked. Else candidates are left out that no better choice than the best so far can hold, and what is left is solved
 * as a program. The solver works with tolerances, so
 *
 * - a solution that breaks a limit when it is evaluated again is cut off, and the program solved anew (where many miss a limit by the last
 *   bit of a sum, all choices that may be as good are gone through in doubles instead);
 * - what may be better than a solution by less than the solver sees is gone through in doubles, too. That is given up after `stepsBeside`:
 *   then the solution stands, optimal to the solver's tolerance, which is about 1e-12 of what choices can differ by.
 */
export function bestChoice(question: Question, run: RunProgram, steps = usualSteps): Choice | null {
  const all = spaceOf(question);
  if (all === null) return null;
  const whole = withoutDominated(all);
  const bound = boundOf(whole);
  const { space, ...before } = narrowed(question, whole, bound, steps, run);
  if (before.isComplete) return before.found && before.found.choice;
  const solved = solutionOf(question, space, run);
  if (solved === 'too many cuts') {
    const { found, isComplete } = betterThan(before.found, question, whole, bound, stepsAlone, run);
    if (isComplete) return found && found.choice;
    throw new ExpectedError(
      'usage',
      'so many choices miss a limit of this pipeline by the last bit of a sum that they cannot be gone through: raise slaSeconds, or the limit on energy, by a millionth of it',
    );
  }
  const best = solved !== null && (before.found === null || solved.value > before.found.value) ? solved : before.found;
  return best && betterThan(best, question, space, bound, stepsBeside, run).found!.choice;
}

const byTotal = (a: Band, b: Band) => b.total - a.total;

type Looked = { found: Found | null; isComplete: boolean };

/** A good choice, and the space without the candidates that only worse ones have; of a product, where that takes long, by bands of it. */
function narrowed(
  question: Question,
  whole: Space,
  bound: Bound,
  steps: StepsBefore,
  run: RunProgram,
): Looked & { space: Space } {
  let looked = betterThan(null, question, whole, bound, bound.isByProduct ? steps.product : steps.whole, run);
  if (looked.isComplete || !bound.isByProduct)
    return { ...looked, space: looked.found === null ? whole : thatCanReach(looked.found.value, whole, [bound]) };
  const open: Band[] = [];
  const canReach = ({ total }: Band) => looked.found === null || total >= looked.found.value;
  const look = (band: Band, isPart: boolean) => {
    if (!canReach(band)) return;
    looked = betterThan(looked.found, question, whole, band.bound, isPart ? steps.part : steps.whole, run);
    if (looked.isComplete) return;
    if (isPart) open.push(band);
    else for (const part of band.parts().sort(byTotal)) look(part, true);
  };
  for (const band of bandsOf(whole).sort(byTotal)) if (canReach(band)) look(band.tightened(), false);
  const { found } = looked;
  // What a later band found may be more than an earlier one comes to.
  const left = open.filter(canReach).map((band) => band.bound);
  return {
    found,
    isComplete: left.length === 0,
    space: found === null ? whole : thatCanReach(found.value, whole, left),
  };
}

/** The solver's solution of a space that stands in doubles; null: nothing is feasible. */
export function solutionOf(question: Question, space: Space, run: RunProgram): Found | null | 'too many cuts' {
  const cuts: number[][] = [];
  while (cuts.length < mostCuts) {
    const { program, columns } = choiceProgram(space, cuts);
    const values = run(program);
    if (values === null) return null;
    const picked = columns.map((stage) =>
      stage.reduce((most, x, c) => (values[x]! > values[stage[most]!]! ? c : most), 0),
    );
    const choice = choiceOf(picked.map((c, s) => space.stages[s]![c]!));
    if (keeps(question, choice)) return { choice, value: goalValue(question, choice) };
    cuts.push(picked);
  }
  return 'too many cuts';
}

/** Without the candidates with which no choice is as good as one that is known. */
function thatCanReach(value: number, space: Space, bounds: readonly Bound[]): Space {
  const least = value - 1e-9 * (spreadOf(space) + Math.abs(value));
  return {
    ...space,
    stages: space.stages.map((stage, s) =>
      stage.filter((one) => bounds.some((bound) => bound.through(s, one) >= least)),
    ),
  };
}

function betterThan(
  start: Found | null,
  question: Question,
  space: Space,
  bound: Bound,
  mostSteps: number,
  { checkTime }: RunProgram,
): Looked {
  checkTime?.();
  let found = start;
  const spread = spreadOf(space);
  // Below what doubles can tell apart.
  const next = () => (found === null ? -Infinity : found.value + 1e-12 * (spread + Math.abs(found.value)));
  const isComplete = search(
    space,
    bound,
    next(),
    (candidates) => {
      checkTime?.();
      const choice = choiceOf(candidates);
      const value = goalValue(question, choice);
      if ((found === null || value > found.value) && keeps(question, choice)) found = { choice, value };
      return next();
    },
    mostSteps,
  );
  return { found, isComplete };
}

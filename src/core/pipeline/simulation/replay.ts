import type { ChosenStage, PipelineAnswer, SolvePipeline } from '../answer';
import { choiceOf } from '../choice';
import type { PipelineProblem } from '../problem';
import { largestLoad, type LoadCurve } from './loadCurve';
import { policyOf, type PolicyWeights } from './policy';
import { predictorOf } from './predictor';
import { type Configuration, simulatePipeline, type SimulationInput } from './simulatePipeline';
import type { PolicyName, PolicyReplay, PredictorName } from './simulationSchema';

export type ReplayTerms = Pick<
  SimulationInput,
  'seconds' | 'seed' | 'arrivals' | 'intervalSeconds' | 'dropSeconds' | 'startSeconds'
> & {
  predictor: PredictorName;
  /** How far `max` looks back. */
  lookBackSeconds: number;
  /** null: the time to fill a batch at the load that was decided for, (batch − 1) ÷ load. */
  timeoutSeconds: number | null;
  /** Loads are rounded up to a multiple of it, so that decisions can be kept; none up to the pattern's largest beyond that. */
  loadStep: number;
};

export type Replayed = {
  problem: PipelineProblem;
  load: LoadCurve;
  terms: ReplayTerms;
  /** Made at the largest load of the pattern. */
  weights: PolicyWeights | null;
  solve: SolvePipeline;
  /** Milliseconds of a clock, to time the solver by. */
  clock: () => number;
};

/** A twentieth of the largest load, rounded to 1, 2 or 5 times a power of ten: 1 at 20 requests per second. */
export function usualLoadStep(largest: number): number {
  const wanted = largest / 20;
  const power = 10 ** Math.floor(Math.log10(wanted) + 1e-9);
  const nice = [5, 2, 1].find((one) => one * power <= beyondRounding(wanted))!;
  return Number((nice * power).toPrecision(1));
}
const beyondRounding = (value: number) => value * (1 + 1e-9);

type Decision = { chosen: ChosenStage[]; configuration: Configuration } | { answer: PipelineAnswer };

/**
 * Replays a load pattern under one policy: at the end of each interval a load is predicted, rounded up, and decided for; the pipeline is
 * simulated with what was decided. Where nothing is feasible the configuration stays (IPA's rule). Each rounded load is solved once.
 */
export function replay(name: PolicyName, { problem, load, terms, weights, solve, clock }: Replayed): PolicyReplay {
  let solved = 0;
  let solveMs = 0;
  const timed: SolvePipeline = (asked) => {
    const before = clock();
    const answer = solve(asked);
    solveMs += clock() - before;
    solved++;
    return answer;
  };
  const largest = largestLoad(load, 0, terms.seconds);
  const rounded = (value: number) => {
    const steps = Math.max(1, Math.ceil(value / terms.loadStep - 1e-9));
    const up = Number((steps * terms.loadStep).toPrecision(12));
    // What is solved for the pattern's largest load is feasible here as well: it is not asked for more than arrives.
    return value <= largest ? Math.min(up, largest) : up;
  };
  const policy = policyOf(name, {
    problem,
    largestLoad: largest,
    weights,
    solve: timed,
  });
  const decisions = () => ({ intervals: intervals.length, solved, kept, changed, solveSeconds: solveMs / 1000 });
  const intervals: { predictedLoad: number; configuration: number; isKept: boolean }[] = [];
  const configurations: ChosenStage[][] = [];
  let kept = 0;
  let changed = 0;
  const without = (answer: PipelineAnswer, at: number): PolicyReplay => ({
    policy: name,
    decisions: decisions(),
    infeasible: {
      load: at,
      ...(answer.binding && { binding: answer.binding }),
      ...(answer.relaxation && { relaxation: answer.relaxation }),
    },
    all: null,
    configurations: [],
    intervals: [],
  });
  if ('infeasible' in policy) return without(policy.infeasible, policy.load);

  const known = new Map<number, Decision>();
  const decideFor = (at: number): Decision => {
    let decision = known.get(at);
    if (!decision) {
      const answer = timed(policy.problemAt(at));
      decision =
        answer.status === 'infeasible'
          ? { answer }
          : { chosen: answer.stages, configuration: configurationOf(problem, answer.stages, at, terms.timeoutSeconds) };
      known.set(at, decision);
    }
    return decision;
  };
  const indices = new Map<string, number>();
  const note = (chosen: ChosenStage[]): number => {
    const key = JSON.stringify(chosen);
    const index = indices.get(key) ?? configurations.push(chosen) - 1;
    indices.set(key, index);
    return index;
  };
  const predict = predictorOf(terms.predictor, load, terms);
  const predicted = (arrived: readonly number[]) => policy.once ?? rounded(predict(arrived));
  const begin = predicted([]);
  const first = decideFor(begin);
  if ('answer' in first) return without(first.answer, begin);
  intervals.push({ predictedLoad: begin, configuration: note(first.chosen), isKept: false });

  const result = simulatePipeline({
    ...terms,
    problem,
    load,
    service: 'profile',
    first: first.configuration,
    decide(arrived) {
      const at = predicted(arrived);
      const before = intervals.at(-1)!;
      const decision = decideFor(at);
      if ('answer' in decision) {
        kept++;
        intervals.push({ predictedLoad: at, configuration: before.configuration, isKept: true });
        return null;
      }
      const configuration = note(decision.chosen);
      if (configuration !== before.configuration) changed++;
      intervals.push({ predictedLoad: at, configuration, isKept: false });
      return decision.configuration;
    },
  });
  return {
    policy: name,
    decisions: decisions(),
    all: result.all,
    configurations,
    intervals: result.intervals.map((interval, i) => ({ ...interval, ...intervals[i]! })),
  };
}

function configurationOf(
  problem: PipelineProblem,
  chosen: readonly ChosenStage[],
  load: number,
  timeoutSeconds: number | null,
): Configuration {
  const choice = choiceOf(problem, chosen);
  if (choice === null) throw new Error('the solver chose what the problem does not have');
  return { choice, timeoutSeconds: chosen.map(({ batch }) => timeoutSeconds ?? (batch - 1) / load) };
}

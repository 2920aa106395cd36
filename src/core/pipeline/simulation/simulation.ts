import { ExpectedError } from '../../failure/expectedError';
import type { SolvePipeline } from '../answer';
import type { LoadPattern } from '../loaded';
import type { PipelineProblem } from '../problem';
import { solveWays, wayNames } from '../weightings';
import { largestLoad, loadCurve, meanLoad, periodOf } from './loadCurve';
import type { PolicyWeights } from './policy';
import { replay, type ReplayTerms, usualLoadStep } from './replay';
import type { PolicyName, Simulation } from './simulationSchema';

/** What is asked of a simulation; what is left out is as `simulatePolicies` says. */
export type SimulationTerms = { [K in keyof ReplayTerms]?: ReplayTerms[K] | undefined };

const mostRequests = 100_000_000;
/** Of all policies together: more of them do not fit into one text. */
const mostIntervals = 250_000;
/** For a constant load, which has no end of its own. */
const usualSeconds = 3600;

/**
 * Replays a pipeline's load under several policies, all with the same arrivals. Left out: `seconds` the pattern's length (3600 of a constant
 * load), `seed` 1, Poisson arrivals, a decision every 10 s (as IPA) by the `reactive` predictor, 120 s for `max` to look back, `dropSeconds`
 * the latency limit, replicas that start at once, batches that wait for the time to fill, and the load rounded up to a twentieth of the largest.
 *
 * @throws ExpectedError `usage` where nothing arrives, or more than can be simulated
 */
export function simulatePolicies({
  name,
  problem,
  pattern,
  policies,
  asked,
  solve,
  clock,
}: {
  name: string;
  problem: PipelineProblem;
  pattern: LoadPattern;
  policies: readonly PolicyName[];
  asked: SimulationTerms;
  solve: SolvePipeline;
  /** Milliseconds of a clock, to time the solver by. */
  clock: () => number;
}): Simulation {
  const load = loadCurve(pattern);
  const period = periodOf(load);
  const seconds = asked.seconds ?? (Number.isFinite(period) ? period : usualSeconds);
  const intervalSeconds = asked.intervalSeconds ?? 10;
  if ((seconds / intervalSeconds) * policies.length > mostIntervals)
    throw new ExpectedError(
      'usage',
      `${seconds} s under ${policies.length} policies are more than ${mostIntervals} intervals of ${intervalSeconds} s: name fewer seconds or policies, or a longer interval`,
    );
  const largest = largestLoad(load, 0, seconds);
  if (!(largest > 0)) throw new ExpectedError('usage', `in the first ${seconds} s of the load no request arrives`);
  const mean = meanLoad(load, seconds);
  if (mean * seconds > mostRequests)
    throw new ExpectedError(
      'usage',
      `${Math.round(mean * seconds)} requests are to arrive, ${mostRequests} at most are simulated: name fewer seconds`,
    );
  const terms: ReplayTerms = {
    seconds,
    intervalSeconds,
    seed: asked.seed ?? 1,
    arrivals: asked.arrivals ?? 'poisson',
    predictor: asked.predictor ?? 'reactive',
    lookBackSeconds: asked.lookBackSeconds ?? 120,
    dropSeconds: asked.dropSeconds ?? problem.slaSeconds,
    startSeconds: asked.startSeconds ?? 0,
    timeoutSeconds: asked.timeoutSeconds ?? null,
    loadStep: asked.loadStep ?? usualLoadStep(largest),
  };
  const weights = weightsFor(policies, { ...problem, load: largest }, solve);
  return {
    version: 1,
    simulated: true,
    name,
    load: { kind: pattern.kind, mean, largest },
    slaSeconds: problem.slaSeconds,
    ...terms,
    policies: policies.map((policy) => replay(policy, { problem, load, terms, weights, solve, clock })),
  };
}

/** Those of the named ways; null where none is asked for, or nothing is feasible. */
function weightsFor(
  policies: readonly PolicyName[],
  problem: PipelineProblem,
  solve: SolvePipeline,
): PolicyWeights | null {
  if (!policies.some((policy) => wayNames.some((name) => name === policy))) return null;
  const ways = solveWays(problem, solve);
  return ways.length === 0
    ? null
    : (Object.fromEntries(ways.map(({ name, weights }) => [name, weights])) as PolicyWeights);
}

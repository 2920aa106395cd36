import { describeGiven, listed } from '../statistics/wording';
import { roundToHold } from '../words/units';
import type { PipelineAnswer, Relaxation } from './answer';
import { loadHolds } from './answerWords';
import type { PipelineProblem } from './problem';

/** Why a problem has no solution, and the nearest one that has: two sentences. */
export function infeasibleSentences(
  { binding = [], relaxation = {} }: Pick<PipelineAnswer, 'binding' | 'relaxation'>,
  problem: PipelineProblem,
): string[] {
  const names = binding.map((limit) => limitNames[limit]?.(problem) ?? limit);
  const together = names.length > 1 ? ' together' : '';
  const why = names.length === 0 ? 'No choice keeps all limits.' : `No choice keeps ${listed(names)}${together}.`;
  const ways = (Object.keys(relaxed) as (keyof Relaxation)[])
    .flatMap((limit) => {
      const [now, then] = [relaxed[limit].now(problem), relaxation[limit]];
      return now === undefined || then === undefined ? [] : [{ limit, change: Math.abs(Math.log(then / now)) }];
    })
    .sort((a, b) => a.change - b.change)
    .map(({ limit }) => wayText(limit, problem, relaxation[limit]!));
  if (ways.length === 0) return [why, 'No limit that is moved alone would help.'];
  return [why, `Nearest: ${ways[0]}${ways.length > 1 ? `; else ${ways.slice(1).join(', or ')}` : ''}.`];
}

const milliseconds = (seconds: number) => `${describeGiven(seconds * 1000)} ms`;

const limitNames: Record<string, (problem: PipelineProblem) => string> = {
  latency: ({ slaSeconds }) => `the latency limit of ${milliseconds(slaSeconds)}`,
  throughput: ({ load }) => `the load of ${describeGiven(load)} requests/s`,
  scalingCap: ({ scalingCap }) => `the limit of ${scalingCap} replicas of a stage`,
  joulesPerRequest: ({ limits }) => `the limit of ${describeGiven(limits?.joulesPerRequest ?? Infinity)} J/request`,
  watts: ({ limits }) => `the limit of ${describeGiven(limits?.watts ?? Infinity)} W`,
  variant: () => 'the variants that are fixed',
  replicas: () => 'the replicas that are fixed',
};

type Relaxed = { now(problem: PipelineProblem): number | undefined; text(shown: number): string };

const relaxed: Record<keyof Relaxation, Relaxed> = {
  slaSeconds: {
    now: ({ slaSeconds }) => slaSeconds,
    text: (seconds) => `a latency limit of ${milliseconds(seconds)}`,
  },
  load: { now: ({ load }) => load, text: (load) => `a load of ${describeGiven(load)} requests/s` },
  scalingCap: { now: ({ scalingCap }) => scalingCap, text: (cap) => `up to ${cap} replicas of a stage` },
  joulesPerRequest: {
    now: ({ limits }) => limits?.joulesPerRequest,
    text: (joules) => `a limit of ${describeGiven(joules)} J/request`,
  },
  watts: { now: ({ limits }) => limits?.watts, text: (watts) => `a limit of ${describeGiven(watts)} W` },
};

/** Shown to three digits, to the side on which there is a solution. */
function wayText(limit: keyof Relaxation, problem: PipelineProblem, then: number): string {
  const { now, text } = relaxed[limit];
  const way = limit === 'load' ? loadHolds(then, problem.load) : 'up';
  // A count is exact as it is.
  const shown = limit === 'scalingCap' ? then : roundToHold(then, way);
  const percent = (100 * (then - now(problem)!)) / now(problem)!;
  const size = Math.abs(percent);
  return `${text(shown)} (${percent < 0 ? '−' : '+'}${size < 10 ? size.toFixed(1) : Math.round(size)} %)`;
}

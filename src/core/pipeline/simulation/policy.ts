import type { PipelineAnswer, SolvePipeline } from '../answer';
import type { PipelineProblem, PipelineWeights } from '../problem';
import { type Way, wayNames } from '../weightings';
import type { PolicyName } from './simulationSchema';

/** The weights of the policies that do not take those of the file. */
export type PolicyWeights = Record<Way['name'], PipelineWeights>;

/** How a policy decides: anew at each interval, or once at the start. */
export type Policy = {
  name: PolicyName;
  problemAt: (load: number) => PipelineProblem;
  /** Requests per second at which all is decided; null: anew at each interval, for what is predicted. */
  once: number | null;
};

/**
 * What a policy is. Those of the baselines come from the file's weights: `fixed` keeps what they choose at the largest load of the
 * pattern; `fixed-replicas` (as RIM) keeps the replicas of that and chooses variants and batches anew; `fixed-variant` (as FA2)
 * keeps the variants of that and chooses batches and replicas anew. What a stage of the file fixes itself stays fixed in all.
 *
 * @param weights made at the largest load; null where nothing is feasible there, so that named ways have none
 * @returns the answer at the largest load where a policy needs one and there is none
 */
export function policyOf(
  name: PolicyName,
  {
    problem,
    largestLoad,
    weights,
    solve,
  }: { problem: PipelineProblem; largestLoad: number; weights: PolicyWeights | null; solve: SolvePipeline },
): Policy | { infeasible: PipelineAnswer; load: number } {
  const adapting = (changed: Partial<PipelineProblem>): Policy => ({
    name,
    problemAt: (load) => ({ ...problem, ...changed, load }),
    once: null,
  });
  if (name === 'energy-aware') return adapting({});
  if (name === 'fixed') return { ...adapting({}), once: largestLoad };
  const way = wayNames.find((one) => one === name);
  if (way && weights) return adapting({ weights: weights[way] });
  const answer = solve({ ...problem, load: largestLoad });
  if (way || answer.status === 'infeasible') return { infeasible: answer, load: largestLoad };
  return adapting({
    stages: problem.stages.map((stage, s) => {
      const { variant, replicas } = answer.stages[s]!;
      return name === 'fixed-replicas' ? { ...stage, replicas } : { ...stage, variant };
    }),
  });
}

import { beforeAll, describe, expect, it } from 'vitest';
import type { PipelineAnswer, SolvePipeline } from '../../../../../src/core/pipeline/answer';
import { type BrokenLimit, brokenLimits, evaluate, replicasFor } from '../../../../../src/core/pipeline/evaluate';
import {
  type PipelineProblem,
  type PipelineProblemInput,
  problemSchema,
} from '../../../../../src/core/pipeline/problem';
import { limits } from '../../../../../src/core/pipeline/solving/question';
import { seededRandom } from '../../../../../src/core/statistics/random';
import { loadSolver } from '../../../../../src/solver/solver';
import { bestOfAll, everyChoice, fewest, type Replicas, upTo } from '../../../../support/everyChoice';
import { randomPipeline } from '../../../../support/randomPipelines';
import { repeats } from '../../../../support/repeats';

let solve: SolvePipeline;
beforeAll(async () => {
  solve = await loadSolver();
});

/** Whether a choice keeps these limits, and fixed variants and replicas; without the load's limits as few replicas as there can be. */
function canKeep(problem: PipelineProblem, kept: readonly BrokenLimit[]): boolean {
  const replicasOf: Replicas = kept.includes('throughput')
    ? fewest(problem.load)
    : (_, { replicas }) => [replicas ?? 1];
  const judged = [...kept, 'variant', 'replicas'];
  for (const choice of everyChoice(problem, replicasOf))
    if (!brokenLimits(problem, choice).some((limit) => judged.includes(limit))) return true;
  return false;
}

const askedLimits = ({ limits: own }: PipelineProblem) =>
  limits.filter((limit) => (limit !== 'joulesPerRequest' && limit !== 'watts') || own?.[limit] !== undefined);

function smallestConflict(problem: PipelineProblem): number {
  const asked = askedLimits(problem);
  let smallest = Infinity;
  for (let mask = 1; mask < 2 ** asked.length; mask++) {
    const some = asked.filter((_, i) => mask & (2 ** i));
    if (some.length < smallest && !canKeep(problem, some)) smallest = some.length;
  }
  return smallest;
}

/** Loads at which something about a choice changes, and a little to both sides of each: the nearest is among them. */
function loadsToTry(problem: PipelineProblem): number[] {
  const places = new Set<number>();
  for (const { options } of problem.stages)
    for (const { throughput } of options) for (let n = 1; n <= problem.scalingCap; n++) places.add(n * throughput);
  for (const choice of everyChoice(problem, upTo(problem.scalingCap))) {
    const chosen = choice.map(({ option }, s) => problem.stages[s]!.options[option]!);
    const seconds = chosen.reduce((sum, one) => sum + one.latencySeconds, 0);
    const net = chosen.reduce((sum, one) => sum + one.joulesPerRequest, 0);
    const idleWatts = evaluate(problem, choice).idleJoulesPerRequest * problem.load;
    const queued = (evaluate(problem, choice).chargedSeconds - seconds) * problem.load;
    places.add(queued / (problem.slaSeconds - seconds));
    if (problem.limits?.watts) places.add((problem.limits.watts - idleWatts) / net);
    if (problem.limits?.joulesPerRequest) places.add(idleWatts / (problem.limits.joulesPerRequest - net));
  }
  return [...places]
    .filter((load) => Number.isFinite(load) && load > 0)
    .flatMap((load) => [load, load * (1 - 1e-12), load * (1 + 1e-12)]);
}

function nearestByTrying(problem: PipelineProblem): number | undefined {
  const loads = loadsToTry(problem).sort((a, b) => a - b);
  const isFeasible = (load: number) => canKeep({ ...problem, load }, limits);
  const below = loads.filter((load) => load < problem.load).findLast(isFeasible);
  const above = loads.filter((load) => load > problem.load).find(isFeasible);
  if (below === undefined || above === undefined) return below ?? above;
  return above / problem.load < problem.load / below ? above : below;
}

const near = (found: number | undefined, expected: number | undefined, what: string) => {
  if (found === undefined || expected === undefined) expect(found, what).toBe(expected);
  else expect(Math.abs(found / expected - 1), `${what}: ${found} for ${expected}`).toBeLessThanOrEqual(1e-9);
};

/** With each relaxation as its limit there is a solution. */
function isSolvedAt(problem: PipelineProblem, { relaxation }: PipelineAnswer): boolean[] {
  const { slaSeconds, load, scalingCap, ...energy } = relaxation!;
  const changes: Partial<PipelineProblem>[] = [
    ...(slaSeconds === undefined ? [] : [{ slaSeconds }]),
    ...(load === undefined ? [] : [{ load }]),
    ...(scalingCap === undefined ? [] : [{ scalingCap }]),
    ...Object.entries(energy).map(([name, value]) => ({ limits: { ...problem.limits, [name]: value } })),
  ];
  return changes.map((change) => solve({ ...problem, ...change }).status === 'optimal');
}

describe('an infeasible pipeline', () => {
  it('is told with the fewest limits that no choice keeps together, and the nearest value of each that helps', () => {
    const random = seededRandom(7);
    let infeasible = 0;
    const helped = { slaSeconds: 0, load: 0, scalingCap: 0, joulesPerRequest: 0, watts: 0 };
    for (let i = 0; infeasible < repeats(40, 600); i++) {
      const size = { stages: 1 + (i % 3), options: 4, mostReplicas: 2 };
      const problem = randomPipeline(random, size);
      const answer = solve(problem);
      if (answer.status === 'optimal') continue;
      infeasible++;
      const what = `pipeline ${i}`;
      const binding = answer.binding as BrokenLimit[];
      expect(canKeep(problem, binding), what).toBe(false);
      expect(binding.length, what).toBe(smallestConflict(problem));

      const least = (of: 'chargedSeconds' | 'joulesPerRequest' | 'watts', without: BrokenLimit) => {
        const kept = [...limits, 'variant', 'replicas'].filter((limit) => limit !== without) as BrokenLimit[];
        const found = bestOfAll(problem, fewest(problem.load), (choice) => -evaluate(problem, choice)[of], kept);
        return found === null ? undefined : -found.value;
      };
      const { relaxation } = answer;
      near(relaxation!.slaSeconds, least('chargedSeconds', 'latency'), `${what} slaSeconds`);
      if (problem.limits?.joulesPerRequest !== undefined)
        near(relaxation!.joulesPerRequest, least('joulesPerRequest', 'joulesPerRequest'), `${what} joulesPerRequest`);
      if (problem.limits?.watts !== undefined) near(relaxation!.watts, least('watts', 'watts'), `${what} watts`);
      const caps = problem.stages.flatMap(({ options, replicas }) =>
        options.map(({ throughput }) => replicas ?? replicasFor(throughput, problem.load)),
      );
      const cap = [...new Set(caps)]
        .sort((a, b) => a - b)
        .find((scalingCap) => canKeep({ ...problem, scalingCap }, limits));
      near(relaxation!.scalingCap, cap, `${what} scalingCap`);
      near(relaxation!.load, nearestByTrying(problem), `${what} load`);
      expect(isSolvedAt(problem, answer), what).not.toContain(false);
      for (const name of Object.keys(relaxation!)) helped[name as keyof typeof helped]++;
    }
    for (const [name, count] of Object.entries(helped)) expect(count, name).toBeGreaterThan(0);
  });

  const slow: PipelineProblemInput = {
    load: 10,
    slaSeconds: 1,
    scalingCap: 2,
    stages: [
      {
        name: 'detect',
        options: [
          { variant: 'n', batch: 1, accuracy: 0.4, cores: 2, latencySeconds: 0.2, throughput: 3, joulesPerRequest: 1 },
          {
            variant: 'n',
            batch: 8,
            accuracy: 0.4,
            cores: 2,
            latencySeconds: 0.8,
            throughput: 6,
            joulesPerRequest: 0.5,
          },
        ],
      },
    ],
  };

  it('of a load that few replicas cannot take tells the load, the replicas and the latency that would do', () => {
    const answer = solve(problemSchema.parse(slow));
    // Batch 8 keeps up with two replicas, but waits 0.7 s to be filled.
    expect(answer.binding).toEqual(['latency', 'throughput', 'scalingCap']);
    expect(answer.relaxation).toEqual({ slaSeconds: 1.5, load: 6, scalingCap: 4 });
  });

  it('of a service that batches make too slow tells no other load', () => {
    const answer = solve(problemSchema.parse({ ...slow, load: 1, slaSeconds: 0.1 }));
    expect(answer.binding).toEqual(['latency']);
    expect(answer.relaxation).toEqual({ slaSeconds: 0.2 });
  });

  it('of batches that do not fill in time tells the smallest load at which they do', () => {
    const [stage] = slow.stages;
    const batched = { ...slow, load: 5, stages: [{ ...stage!, options: [stage!.options[1]!] }] };
    // (8 − 1) ÷ load ≤ 1.4 − 0.8.
    expect(solve(problemSchema.parse({ ...batched, slaSeconds: 1.4 })).relaxation!.load).toBeCloseTo(7 / 0.6, 9);
  });

  it('tells of a smaller and a larger load the one that is nearer', () => {
    const option = { accuracy: 1, cores: 1, joulesPerRequest: 1 };
    const problem = problemSchema.parse({
      ...{ load: 19.9, slaSeconds: 0.85, scalingCap: 1 },
      stages: [
        {
          name: 'one',
          options: [
            { ...option, variant: 'fast', batch: 8, latencySeconds: 0.5, throughput: 100 },
            { ...option, variant: 'slow', batch: 1, latencySeconds: 0.1, throughput: 2 },
          ],
        },
      ],
    });
    // The batch of 8 fills in time from 20 requests/s on; without it no more than 2 are possible.
    expect(solve(problem).relaxation!.load).toBeCloseTo(20, 9);
    expect(solve({ ...problem, load: 2.1 }).relaxation!.load).toBeCloseTo(2, 9);
  });
});

/**
 * A day at 20 requests per second through three stages, replayed with a decision every 10 s: seconds of the simulation over the limit of
 * 10 s, and apart from it those of the solver. `npx tsx test/bench/simulatePipeline.ts [hours]` prints one JSON object.
 */
import type { PipelineOption } from '../../src/core/pipeline/problem';
import { simulatePolicies } from '../../src/core/pipeline/simulation/simulation';
import { loadSolver } from '../../src/solver/solver';
import { optionOf, problemOf } from '../support/pipelines';

const limitSeconds = 10;
const requestsPerSecond = 20;

/** Five variants at seven batch sizes: each more accurate than the one before, at half as many cores again. */
const options = Array.from({ length: 5 }, (_, v) =>
  [1, 2, 4, 8, 16, 32, 64].map((batch): PipelineOption => {
    const work = 1.5 ** v;
    const latencySeconds = 0.03 * work * (0.3 + 0.7 * batch ** 0.9);
    return optionOf({
      ...{ variant: `variant ${v}`, batch, accuracy: 0.5 + 0.08 * v, cores: 1 + v, latencySeconds },
      ...{ joulesPerRequest: (2 * work * latencySeconds) / batch + 0.5, idleWattsPerCore: 1.5 },
    });
  }),
).flat();

/** Seconds of a day, its load rising and falling around the mean. */
const day = (seconds: number) =>
  Array.from({ length: seconds }, (_, t) => requestsPerSecond * (1 - 0.7 * Math.cos((2 * Math.PI * t) / seconds)));

async function main(hours: number): Promise<void> {
  const loading = performance.now();
  const solve = await loadSolver();
  const loadSeconds = (performance.now() - loading) / 1000;
  const problem = problemOf([options, options, options], {
    ...{ load: 1.7 * requestsPerSecond, slaSeconds: 2, accuracyMethod: 'average' },
    weights: { alpha: 10, beta: 0.02, delta: 0.05 },
  });
  const results = (['energy-aware', 'fixed'] as const).map((policy) => {
    const before = performance.now();
    const simulation = simulatePolicies({
      ...{ name: 'bench', problem, policies: [policy], asked: {}, solve },
      pattern: { kind: 'trace', requestsPerSecond: day(3600 * hours), file: 'made up' },
      clock: () => performance.now(),
    });
    const { all, decisions } = simulation.policies[0]!;
    const seconds = (performance.now() - before) / 1000 - decisions.solveSeconds;
    return {
      policy,
      requests: all!.arrived,
      seconds: rounded(seconds),
      overLimit: rounded(seconds / ((limitSeconds * hours) / 24)),
      solved: decisions.solved,
      decisionSeconds: rounded(decisions.solveSeconds),
      violations: rounded(all!.violationShareOfArrived!),
      changed: decisions.changed,
    };
  });
  const residentMegabytes = Math.round(process.resourceUsage().maxRSS / 1000);
  console.log(JSON.stringify({ hours, loadSeconds: rounded(loadSeconds), results, residentMegabytes }, null, 2));
}

const rounded = (value: number) => Number(value.toPrecision(3));

void main(Number(process.argv[2] ?? 24));

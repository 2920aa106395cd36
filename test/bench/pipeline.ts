import { performance } from 'node:perf_hooks';
import type { SolvePipeline } from '../../src/core/pipeline/answer';
import {
  type AccuracyMethod,
  accuracyMethods,
  type PipelineProblem,
  problemSchema,
} from '../../src/core/pipeline/problem';
import { type Random, seededRandom } from '../../src/core/statistics/random';

/**
 * Decisions on pipelines of 9 stages × 9 variants × 7 batch sizes, with energy as a term and as a limit: seconds of the first with the
 * load of HiGHS' WebAssembly, and of those after it, by how accuracies are joined; over the limits that they are to keep. And what of memory the
 * process holds more than before. Prints one JSON object. Usage: tsx test/bench/pipeline.ts [pipelines of each method]
 */

const limits = { firstSeconds: 1.5, decisionSeconds: 0.5 };

/** Larger variants are more accurate, slower and take more cores and joules, each by a power of its own; batches save some of both. */
function pipeline(random: Random, accuracyMethod: AccuracyMethod, stages: number): PipelineProblem {
  const load = 5 + 35 * random();
  const between = (low: number, high: number) => low + (high - low) * random();
  return problemSchema.parse({
    load,
    slaSeconds: stages * between(0.35, 0.8),
    // So that terms weigh about as much: a product of nine accuracies is small.
    weights: {
      alpha: accuracyMethod === 'multiply' ? between(50, 400) : between(5, 60),
      beta: between(0.05, 0.5),
      gamma: 1e-6,
      delta: between(0.05, 0.5),
    },
    accuracyMethod,
    limits: { joulesPerRequest: stages * between(2, 8) },
    stages: Array.from({ length: stages }, (_, s) => {
      const base = between(0.01, 0.04);
      return {
        name: `stage ${s}`,
        options: Array.from({ length: 9 }, (_variant, v) => {
          const size = 1.35 ** v * between(0.9, 1.1);
          const accuracy = 0.45 + 0.05 * v + between(0, 0.04);
          return [1, 2, 4, 8, 16, 32, 64].map((batch) => {
            const latencySeconds = base * size * (0.4 + 0.6 * batch * between(0.9, 1.05));
            return {
              ...{ variant: `v${v}`, batch, accuracy, cores: 2 ** Math.floor(v / 3), latencySeconds },
              throughput: (batch / latencySeconds) * between(0.85, 1),
              joulesPerRequest: 0.5 * size * (0.6 + 0.4 / batch) * between(0.95, 1.05),
              idleWattsPerCore: 1.5,
            };
          });
        }).flat(),
      };
    }),
  });
}

const rounded = (value: number) => Number(value.toPrecision(3));
const quantile = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!;
/** On a machine that others share, what a decision takes of it alone. */
function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}
const megabytes = () => process.memoryUsage().rss / 1e6;

function decisions(solve: SolvePipeline, problems: readonly PipelineProblem[]) {
  const seconds: number[] = [];
  const cpuSeconds: number[] = [];
  let feasible = 0;
  for (const problem of problems) {
    const start = performance.now();
    const cpu = process.cpuUsage();
    if (solve(problem).status === 'optimal') feasible++;
    seconds.push((performance.now() - start) / 1000);
    cpuSeconds.push(cpuSince(cpu));
  }
  cpuSeconds.sort((a, b) => a - b);
  seconds.sort((a, b) => a - b);
  const of = (value: number) => ({ seconds: rounded(value), ofLimit: rounded(value / limits.decisionSeconds) });
  return {
    pipelines: problems.length,
    feasible,
    median: of(quantile(seconds, 0.5)),
    p95: of(quantile(seconds, 0.95)),
    longest: of(seconds.at(-1)!),
    ofCpu: { median: of(quantile(cpuSeconds, 0.5)), longest: of(cpuSeconds.at(-1)!) },
  };
}

async function main(count: number): Promise<void> {
  const random = seededRandom(9);
  const problems = Object.fromEntries(
    accuracyMethods.map((method) => [method, Array.from({ length: count }, () => pipeline(random, method, 9))]),
  ) as Record<AccuracyMethod, PipelineProblem[]>;
  const fourStages = Array.from({ length: count }, () => pipeline(random, 'multiply', 4));
  const before = megabytes();
  const start = performance.now();
  const cpu = process.cpuUsage();
  const { loadSolver } = await import('../../src/solver/solver');
  const solve = await loadSolver();
  solve(problems.sum[0]!);
  const first = (performance.now() - start) / 1000;
  const firstCpu = cpuSince(cpu);
  const report: Record<string, unknown> = {
    first: { seconds: rounded(first), ofLimit: rounded(first / limits.firstSeconds), cpuSeconds: rounded(firstCpu) },
  };
  for (const method of accuracyMethods) {
    report[method] = decisions(solve, problems[method]);
    report[`${method}MemoryMegabytes`] = rounded(megabytes() - before);
  }
  report.multiplyFourStages = decisions(solve, fourStages);
  console.log(JSON.stringify(report, null, 2));
}

void main(Number(process.argv[2] ?? 20));

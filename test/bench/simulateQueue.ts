/**
 * Sampling error of request latency, and what its simulation costs: `npx tsx test/bench/simulateQueue.ts [repetitions]` prints the table
 * of docs/statistics.md.
 */
import { simulateQueue, simulateRequests } from '../../src/core/latency/queue';
import { requestsOfTrials } from '../../src/core/latency/requestLatency';
import { percentilesInPlace } from '../../src/core/statistics/quickselect';
import { mean, spreadPercent } from '../../src/core/statistics/statistics';
import { serviceTimes } from '../support/serviceTimes';
import { emptyResult, trialOf } from '../support/simulatedSweep';

const repetitions = Number(process.argv[2] ?? 200);
const meanMs = 50;
const kinds = {
  // A measured batch: within some per cent of the others.
  'CV 5 %': Array.from({ length: 200 }, (_, i) => meanMs * (1 + 0.0866 * (i / 100 - 0.995))),
  exponential: serviceTimes.exponential.batchMs(meanMs),
};
const loads = [0.5, 0.8, 0.9, 0.95];

console.log(`| batch times | servers | batch | ${loads.map((load) => `load ${load}`).join(' | ')} |`);
console.log(`| --- | --- | --- | ${loads.map(() => '---').join(' | ')} |`);
for (const [kind, batchMs] of Object.entries(kinds))
  for (const servers of [1, 4, 16])
    for (const batchSize of [1, 8]) {
      const cells = loads.map((load) => {
        const input = {
          ...{ servers, batchSize, batchMs, timeoutMs: null, timeRatio: null, energyRatio: null },
          arrivalRate: (load * servers * batchSize * 1000) / meanMs,
        };
        const error = (simulate: (stream: number) => Float64Array) => {
          const values = Array.from({ length: repetitions }, (_, i) => percentilesInPlace(simulate(i + 1), [95])[0]!);
          return { one: spreadPercent(values)!, five: spreadPercent(values)! / Math.sqrt(5) };
        };
        const few = error((stream) => simulateQueue({ ...input, stream }, 22_223).latencyMs);
        const now = error((stream) => simulateRequests({ ...input, stream }).latencyMs);
        const text = (e: typeof few) => `${e.one.toFixed(1)} / ${e.five.toFixed(1)} %`;
        return load > 0.8 ? `${text(now)} (${text(few)})` : text(now);
      });
      console.log(`| ${kind} | ${servers} | ${batchSize} | ${cells.join(' | ')} |`);
    }

console.log('\nCPU time of twelve configurations × 12 blocks:');
for (const load of [0.5, 0.9])
  for (const sizes of [[1], [1, 2, 4, 8, 16, 32]]) {
    const results = Array.from({ length: 12 }, (_, i) => {
      const batchSize = sizes[i % sizes.length]!;
      const trials = Array.from({ length: 12 }, (_, block) =>
        trialOf(block + 1, 2, {
          batchMs: kinds['CV 5 %'].map((ms) => ms * batchSize),
          unitsPerSecond: 1000 / meanMs,
        }),
      );
      return emptyResult(batchSize, { trials });
    });
    const costs = [0, 1, 2, 3, 4].map((round) => {
      const before = process.cpuUsage();
      for (const result of results)
        requestsOfTrials(result, results, { arrivalRate: ((load + round / 1000) * 1000) / meanMs, percentile: 95 });
      const used = process.cpuUsage(before);
      return (used.user + used.system) / 1000;
    });
    console.log(
      `load ${load}, batches ${sizes.join(' ')}: ${Math.min(...costs).toFixed(0)} ms, mean ${mean(costs).toFixed(0)} ms`,
    );
  }

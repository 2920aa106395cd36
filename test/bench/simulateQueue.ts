/**
 * What chance in the simulation leaves of request latency, and what it costs: `npx tsx test/bench/simulateQueue.ts [repetitions]` prints the
 * table of docs/statistics.md; with `look` what a block's look takes.
 */
import { mixturePercentile } from '../../src/core/latency/latencyDistribution';
import { requestsOfTrials } from '../../src/core/latency/requestLatency';
import { simulateRequests } from '../../src/core/latency/simulation';
import { mean, spreadPercent } from '../../src/core/statistics/statistics';
import { waitsForFull } from '../support/queueInput';
import { serviceTimes } from '../support/serviceTimes';
import { emptyResult, trialOf } from '../support/simulatedSweep';

const meanMs = 50;
const kinds = {
  // A measured batch: within some per cent of the others.
  'CV 5 %': Array.from({ length: 200 }, (_, i) => meanMs * (1 + 0.0866 * (i / 100 - 0.995))),
  exponential: serviceTimes.exponential.batchMs(meanMs),
};
const cpuMs = (work: () => void) => {
  const before = process.cpuUsage();
  work();
  const used = process.cpuUsage(before);
  return (used.user + used.system) / 1000;
};

if (process.argv[2] === 'look') looks();
else table(Number(process.argv[2] ?? 40));

/** Error of p95 as the simulation says it, its spread over streams, thousands of requests that it took, and milliseconds. */
function table(repetitions: number): void {
  const loads = [0.3, 0.5, 0.8, 0.9, 0.95];
  console.log(`| batch times | servers | batch | ${loads.map((load) => `load ${load}`).join(' | ')} |`);
  console.log(`| --- | --- | --- | ${loads.map(() => '---').join(' | ')} |`);
  for (const [kind, batchMs] of Object.entries(kinds))
    for (const servers of [1, 4, 16])
      for (const batchSize of [1, 8]) {
        const cells = loads.map((load) => {
          const arrivalRate = (load * servers * batchSize * 1000) / meanMs;
          const input = { servers, batchSize, batchMs, policy: waitsForFull, timeRatio: null, arrivalRate };
          const p95: number[] = [];
          const said: number[] = [];
          const counted: number[] = [];
          const ms = cpuMs(() => {
            for (let stream = 1; stream <= repetitions; stream++) {
              const { distribution, standardError } = simulateRequests({ ...input, stream }, 95);
              p95.push(mixturePercentile([distribution], 95));
              said.push(100 * standardError);
              counted.push(distribution.total / 1000);
            }
          });
          const cost = `${mean(counted).toFixed(0)}k, ${(ms / repetitions).toFixed(0)} ms`;
          return `${mean(said).toFixed(1)} (${spreadPercent(p95)!.toFixed(1)}) %, ${cost}`;
        });
        console.log(`| ${kind} | ${servers} | ${batchSize} | ${cells.join(' | ')} |`);
      }
}

/** CPU time of the looks of a run of eleven configurations, 40 blocks: each at the trials so far, of which the last block's are new. */
function looks(): void {
  for (const [name, batchTimeoutMs] of [
    ['full batches', undefined],
    ['timeout 100 ms', 100],
  ] as const) {
    const results = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48].map((batchSize) => {
      const trials = Array.from({ length: 40 }, (_, i) => {
        // 20 to 38 units a second: a part of each batch does not grow with it.
        const batchMs = kinds['CV 5 %'].map(
          (ms) => (25 + 25 * batchSize) * (ms / meanMs) * (1 + 0.005 * Math.sin(7 * i + batchSize)),
        );
        return trialOf(i + 1, 2, { batchMs, unitsPerSecond: (batchSize * 1000) / mean(batchMs) });
      });
      return emptyResult(batchSize, { trials });
    });
    for (const arrivalRate of [5, 10, 15, 18]) {
      const costs = Array.from({ length: 40 }, (_, block) => {
        const some = results.map((r) => ({ ...r, trials: r.trials.slice(0, block + 1) }));
        const terms = { arrivalRate, percentile: 95, ...(batchTimeoutMs !== undefined && { batchTimeoutMs }) };
        return cpuMs(() => some.forEach((result) => requestsOfTrials(result, some, terms)));
      });
      const of = (from: number, to: number) => mean(costs.slice(from, to)).toFixed(0);
      console.log(
        `${name}, ${arrivalRate}/s: look 1 ${of(0, 1)} ms, 2–10 ${of(1, 10)} ms, 11–40 ${of(10, 40)} ms, longest ${Math.max(...costs).toFixed(0)} ms`,
      );
    }
  }
}

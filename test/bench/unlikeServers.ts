/**
 * Request latency takes a configuration's servers as alike: what is its error where they are not? `npx tsx test/bench/unlikeServers.ts`
 * prints p95 and p99 as the program has them over those of servers with a speed each, for docs/statistics.md.
 */
import { percentilesInPlace } from '../support/quickselect';
import { mean } from '../../src/core/statistics/statistics';
import { waitsForFull } from '../support/queueInput';
import { simulateQueue } from '../support/queueRun';
import { xoshiro } from '../support/eventQueue';

const requests = 200_000;
const streams = [1, 2, 3, 4, 5, 6, 7, 8];
const spreadPercent = 20;
/** Of a process's own times, evenly over the range; their mean is 1. */
const times = {
  constant: [1],
  'CV 5 %': Array.from({ length: 101 }, (_, i) => 1 + 0.0866 * ((2 * i) / 100 - 1)),
};

type Queue = { serverMs: number[]; factors: number[]; arrivalRate: number; batchSize: number };
/** Which of the servers that are free takes the next batch. */
type Taker = 'longest idle' | 'any';

/** Each batch has the time of the server that takes it. */
function truth({ serverMs, factors, arrivalRate, batchSize }: Queue, taker: Taker, seed: number): Float64Array {
  const random = xoshiro(seed);
  const pick = (count: number) => Math.floor(random() * count);
  const free = serverMs.map(() => 0);
  const latencyMs: number[] = [];
  let now = 0;
  let batch: number[] = [];
  for (let request = 0; request < requests; request++) {
    now -= (1000 / arrivalRate) * Math.log(random());
    batch.push(now);
    if (batch.length < batchSize) continue;
    const idle = [...free.keys()].filter((server) => free[server]! <= now);
    const isAny = taker === 'any' && idle.length > 0;
    const server = isAny ? idle[pick(idle.length)]! : free.indexOf(Math.min(...free));
    free[server] = Math.max(now, free[server]!) + serverMs[server]! * factors[pick(factors.length)]!;
    if (request > requests / 10) for (const at of batch) latencyMs.push(free[server] - at);
    batch = [];
  }
  return Float64Array.from(latencyMs);
}

/** As the program does it: from the times of all, each with as many as it ends under full load. */
function pooled({ serverMs, factors, ...rest }: Queue, stream: number): Float64Array {
  const batchMs = serverMs.flatMap((ms) =>
    Array.from({ length: Math.round((2000 * serverMs[0]!) / ms) }, (_, i) => ms * factors[i % factors.length]!),
  );
  const input = { ...rest, servers: serverMs.length, batchMs, policy: waitsForFull, timeRatio: null };
  return simulateQueue({ ...input, stream }, requests).latencyMs;
}

const loads = [0.3, 0.5, 0.8, 0.9];
console.log(`| batch times | servers | batch | ${loads.map((load) => `load ${load}: p95, p99`).join(' | ')} |`);
for (const [name, factors] of Object.entries(times))
  for (const servers of [2, 4, 16])
    for (const batchSize of [1, 8]) {
      const step = spreadPercent / 100 / (servers - 1);
      const serverMs = Array.from({ length: servers }, (_, i) => 100 * (1 - spreadPercent / 200 + step * i));
      const perSecond = serverMs.reduce((sum, ms) => sum + 1000 / ms, 0) * batchSize;
      const cells = loads.map((load) => {
        const queue = { serverMs, factors, batchSize, arrivalRate: load * perSecond };
        const at = (percent: number, simulate: (stream: number) => Float64Array) =>
          mean(streams.map((stream) => percentilesInPlace(simulate(stream), [percent])[0]!));
        const errors = [95, 99].map((percent) => {
          const ours = at(percent, (stream) => pooled(queue, stream));
          return (['longest idle', 'any'] as const)
            .map((taker) => (100 * (ours / at(percent, (stream) => truth(queue, taker, 31 * stream)) - 1)).toFixed(1))
            .join(' / ');
        });
        return `${errors.join(', ')} %`;
      });
      console.log(`| ${name} | ${servers} | ${batchSize} | ${cells.join(' | ')} |`);
    }

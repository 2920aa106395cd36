import { seededRandom } from '../statistics/random';
import { mean } from '../statistics/statistics';
import { unitArrivals } from './arrivals';

/**
 * Requests that arrive one by one, gather into batches and are served by one server or several alike, simulated batch by batch.
 * A batch closes when it is full or when its first request has waited `timeoutMs`; closed batches wait in one line, and the
 * first server that is free takes the next one.
 */
export type QueueInput = {
  /** How many batches are served at once; at least 1. */
  servers: number;
  /** Requests per second, Poisson. */
  arrivalRate: number;
  batchSize: number;
  /** null: a batch always waits until it is full. */
  timeoutMs: number | null;
  /** Measured wall times of full batches on one server, milliseconds; drawn from at random for every batch. */
  batchMs: readonly number[];
  /** Time of a batch of k requests over that of a full one, for k = 0…batchSize; not needed without a timeout. */
  timeRatio: Float64Array | null;
  /** The same for joules; null where not known. */
  energyRatio: Float64Array | null;
  /** Which stream of random numbers: the same stream gives the same requests. */
  stream: number;
};

export type QueueOutcome = {
  /** Milliseconds from arrival to answer of every request after the warm-up. */
  latencyMs: Float64Array;
  /** The longest of them. */
  maxMs: number;
  /** Work that arrives over what all servers can do: the share of the time they are busy; at 1 or above the queue grows without end. */
  load: number;
  /** Batches simulated. */
  batches: number;
  /** Energy of the batches in units of a full batch, per request; 1/batchSize when all are full. null without `energyRatio` while some were not full. */
  batchEnergyPerRequest: number | null;
};

/** The first part of the simulation, while the queue still fills from empty, is not counted. */
const warmUpShare = 0.1;

/** The least that is counted; above the high load one long wait makes many more, and percentiles need more for the same error (docs/statistics.md). */
const fewRequests = 20_000;
const manyRequests = 80_000;
const highLoad = 0.8;

/** At least so many are counted, and 200 full batches, and 30 for each server, the warm-up has 3, so that all have been busy; within a bound. */
function requestsToSimulate(least: number, { servers, batchSize }: QueueInput): number {
  // More than a million would take longer than anybody waits.
  const forBatches = Math.min(Math.max(200, 30 * servers) * batchSize, 1_000_000);
  return Math.ceil(Math.max(least, forBatches) / (1 - warmUpShare));
}

/** As many requests as the load that they make asks for. */
export function simulateRequests(input: QueueInput): QueueOutcome {
  const { servers, batchSize, timeoutMs, batchMs, arrivalRate } = input;
  const simulate = (least: number) => simulateQueue(input, requestsToSimulate(least, input));
  const isAlwaysFull = timeoutMs === null || batchSize === 1;
  // What partial batches add to the load only a simulation tells.
  const few = isAlwaysFull ? null : simulate(fewRequests);
  const load = few?.load ?? (arrivalRate * mean(batchMs)) / (1000 * servers * batchSize);
  if (load > highLoad && load < 1) return simulate(manyRequests);
  return few ?? simulate(fewRequests);
}

/** @param requests how many arrive, the warm-up among them */
export function simulateQueue(input: QueueInput, requests: number): QueueOutcome {
  const { servers, batchSize, batchMs, timeRatio, energyRatio } = input;
  const unit = unitArrivals(input.stream, requests);
  const scale = 1000 / input.arrivalRate;
  const timeout = input.timeoutMs ?? Number.POSITIVE_INFINITY;
  const random = seededRandom(input.stream * 104_729 + 1);
  const firstCounted = Math.floor(requests * warmUpShare);
  const latencyMs = new Float64Array(requests - firstCounted);
  let counted = 0;
  let maxMs = 0;
  // When each server is free, ascending from `head` round the ring. More than there are batches are never needed.
  const needed = Math.min(servers, requests);
  const free = new Float64Array(needed);
  let head = 0;
  let busy = 0;
  let batches = 0;
  let energy = 0;
  let served = 0;
  let next = 0;
  while (next < requests) {
    const first = next;
    const deadline = unit[first]! * scale + timeout;
    const full = Math.min(first + batchSize, requests);
    next++;
    while (next < full && unit[next]! * scale <= deadline) next++;
    const size = next - first;
    // The last requests stay without companions only because the simulation ends.
    if (next === requests && size < batchSize) break;
    const closed = size === batchSize ? unit[next - 1]! * scale : deadline;
    const drawn = batchMs[Math.floor(random() * batchMs.length)]!;
    const service = size === batchSize || !timeRatio ? drawn : drawn * timeRatio[size]!;
    const answered = Math.max(closed, free[head]!) + service;
    // The place of the one that was free first is the end of the ring now; those that are free later than this one move up.
    let place = head;
    head = head + 1 === needed ? 0 : head + 1;
    while (place !== head) {
      const before = (place === 0 ? needed : place) - 1;
      if (free[before]! <= answered) break;
      free[place] = free[before]!;
      place = before;
    }
    free[place] = answered;
    busy += service;
    batches++;
    served += size;
    energy += size === batchSize ? 1 : (energyRatio?.[size] ?? Number.NaN);
    // The first of a batch waits longest.
    if (first >= firstCounted) maxMs = Math.max(maxMs, answered - unit[first]! * scale);
    for (let i = Math.max(first, firstCounted); i < next; i++) latencyMs[counted++] = answered - unit[i]! * scale;
  }
  const energyPerRequest = energy / served;
  return {
    latencyMs: latencyMs.subarray(0, counted),
    maxMs,
    load: busy / (servers * unit[served - 1]! * scale),
    batches,
    batchEnergyPerRequest: Number.isNaN(energyPerRequest) ? null : energyPerRequest,
  };
}

import { seededRandom } from '../statistics/random';
import { unitArrivals } from './arrivals';

/**
 * Requests that arrive one by one, gather into batches and are served by one server, simulated event
 * by event. A batch closes when it is full or when its first request has waited `timeoutMs`; closed
 * batches are served in order.
 */
export type QueueInput = {
  /** Requests per second, Poisson. */
  arrivalRate: number;
  batchSize: number;
  /** null: a batch always waits until it is full. */
  timeoutMs: number | null;
  /** Measured wall times of full batches, milliseconds; drawn from at random for every batch. */
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
  /** Share of the time the server is busy; at 1 or above the queue grows without end. */
  load: number;
  /** Batches simulated. */
  batches: number;
  /** Energy of the batches in units of a full batch, per request; 1/batchSize when all are full. null without `energyRatio` while some were not full. */
  batchEnergyPerRequest: number | null;
};

/** The first part of the simulation, while the queue still fills from empty, is not counted. */
const warmUpShare = 0.1;

/** At least 20,000 requests and 200 full batches after the warm-up. */
function requestsToSimulate(batchSize: number): number {
  return Math.ceil(Math.max(20_000, 200 * batchSize) / (1 - warmUpShare));
}

export function simulateQueue(input: QueueInput, requests = requestsToSimulate(input.batchSize)): QueueOutcome {
  const { batchSize, batchMs, timeRatio, energyRatio } = input;
  const unit = unitArrivals(input.stream, requests);
  const scale = 1000 / input.arrivalRate;
  const timeout = input.timeoutMs ?? Number.POSITIVE_INFINITY;
  const random = seededRandom(input.stream * 104_729 + 1);
  const firstCounted = Math.floor(requests * warmUpShare);
  const latencyMs = new Float64Array(requests - firstCounted);
  let counted = 0;
  let maxMs = 0;
  let freeAt = 0;
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
    freeAt = Math.max(closed, freeAt) + service;
    busy += service;
    batches++;
    served += size;
    energy += size === batchSize ? 1 : (energyRatio?.[size] ?? Number.NaN);
    // The first of a batch waits longest.
    if (first >= firstCounted) maxMs = Math.max(maxMs, freeAt - unit[first]! * scale);
    for (let i = Math.max(first, firstCounted); i < next; i++) latencyMs[counted++] = freeAt - unit[i]! * scale;
  }
  const energyPerRequest = energy / served;
  return {
    latencyMs: latencyMs.subarray(0, counted),
    maxMs,
    load: busy / (unit[served - 1]! * scale),
    batches,
    batchEnergyPerRequest: Number.isNaN(energyPerRequest) ? null : energyPerRequest,
  };
}

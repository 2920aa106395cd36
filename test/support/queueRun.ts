import { gapsInChunk, unitGaps } from '../../src/core/latency/arrivals';
import { createQueue, type QueueInput } from '../../src/core/latency/queue';

/** Arrival times of the first requests of a stream at one a second, seconds, as the program draws them. */
export function unitArrivals(stream: number, count: number): Float64Array {
  let now = 0;
  return Float64Array.from(
    { length: count },
    (_, i) => (now += unitGaps(stream, Math.floor(i / gapsInChunk))[i % gapsInChunk]!),
  );
}

/** The first `requests` of a queue, of which the first tenth is not looked at, with what each took. */
export function simulateQueue(input: QueueInput, requests: number) {
  const queue = createQueue(input);
  const latencyMs = new Float64Array(requests + input.batchSize);
  queue.serve(latencyMs, requests);
  return { ...queue.state(), latencyMs: latencyMs.subarray(Math.floor(requests / 10), requests) };
}

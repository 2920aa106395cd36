/**
 * The queue of src/core/latency/queue.ts a second time, from its description alone and built otherwise: a clock that jumps from event
 * to event (an arrival, a batch's deadline, a server done), instead of a recursion from batch to batch.
 */
export type EventQueue = {
  servers: number;
  batchSize: number;
  policy: { batching: 'full' | 'timeout' | 'when-free'; timeoutMs: number | null };
  /** Requests that arrive. */
  requests: number;
  /** Milliseconds at which the request of this number arrives; asked in order. */
  arrivesAt: (request: number) => number;
  /** Milliseconds that the next batch takes, which has so many requests; asked as batches are begun. */
  serviceMs: (size: number) => number;
};

type Event = { at: number; happens: () => void };

/** Milliseconds from arrival to answer of each request, in the order of arrival; not of the last ones, whose batch others might still join. */
export function latenciesByEvents(queue: EventQueue): Float64Array {
  return queue.policy.batching === 'when-free' ? whenServersAreFree(queue) : asBatchesClose(queue);
}

/** Batches close by themselves, and wait for a server. */
function asBatchesClose(queue: EventQueue): Float64Array {
  const { servers, batchSize, requests } = queue;
  const { timeoutMs } = queue.policy;
  const arrivedAt = new Float64Array(requests);
  const latencyMs = new Float64Array(requests);
  const events: Event[] = [];
  const line: { first: number; size: number }[] = [];
  let lineStart = 0;
  let idle = servers;
  let open: { first: number; size: number } | null = null;
  let answered = 0;

  const begin = (now: number) => {
    while (idle > 0 && lineStart < line.length) {
      const batch = line[lineStart++]!;
      if (lineStart === 10_000) {
        line.splice(0, lineStart);
        lineStart = 0;
      }
      idle--;
      const at = now + queue.serviceMs(batch.size);
      events.push({ at, happens: () => finish(batch, at) });
    }
  };
  const finish = (batch: { first: number; size: number }, now: number) => {
    for (let i = batch.first; i < batch.first + batch.size; i++) latencyMs[i] = now - arrivedAt[i]!;
    answered += batch.size;
    idle++;
    begin(now);
  };
  const close = (now: number) => {
    line.push(open!);
    open = null;
    begin(now);
  };
  const arrive = (request: number, now: number) => {
    arrivedAt[request] = now;
    if (request + 1 < requests) {
      const at = queue.arrivesAt(request + 1);
      events.push({ at, happens: () => arrive(request + 1, at) });
    }
    if (open) open.size++;
    else {
      const mine = (open = { first: request, size: 1 });
      if (timeoutMs !== null && batchSize > 1) {
        const at = now + timeoutMs;
        // Not those that wait for companions when the arrivals end.
        const isLast = () => mine.first + mine.size === requests;
        events.push({ at, happens: () => open === mine && !isLast() && close(at) });
      }
    }
    if (open.size === batchSize) close(now);
  };

  const firstAt = queue.arrivesAt(0);
  events.push({ at: firstAt, happens: () => arrive(0, firstAt) });
  runAll(events);
  return latencyMs.subarray(0, answered);
}

/** Nothing is a batch before a server takes it: each time one is free, a request comes or one has waited long enough, they look. */
function whenServersAreFree(queue: EventQueue): Float64Array {
  const { servers, batchSize, requests } = queue;
  const delayMs = queue.policy.timeoutMs ?? 0;
  const arrivedAt = new Float64Array(requests);
  const latencyMs = new Float64Array(requests);
  const events: Event[] = [];
  let [arrived, begun, idle] = [0, 0, servers];

  const look = (now: number) => {
    // What comes after the last arrival is not known, so neither who would be in a batch from then on.
    while (idle > 0 && arrived > begun && arrived < requests) {
      const isEnough = arrived - begun >= batchSize || now >= arrivedAt[begun]! + delayMs;
      if (!isEnough) return;
      const size = Math.min(batchSize, arrived - begun);
      const at = now + queue.serviceMs(size);
      for (let i = begun; i < begun + size; i++) latencyMs[i] = at - arrivedAt[i]!;
      begun += size;
      idle--;
      events.push({
        at,
        happens: () => {
          idle++;
          look(at);
        },
      });
    }
  };
  const arrive = (now: number) => {
    const request = arrived++;
    arrivedAt[request] = now;
    if (arrived < requests) {
      const at = queue.arrivesAt(arrived);
      events.push({ at, happens: () => arrive(at) });
    }
    if (delayMs > 0 && batchSize > 1) {
      const at = now + delayMs;
      events.push({ at, happens: () => request >= begun && look(at) });
    }
    look(now);
  };

  const firstAt = queue.arrivesAt(0);
  events.push({ at: firstAt, happens: () => arrive(firstAt) });
  runAll(events);
  return latencyMs.subarray(0, begun);
}

/** What happens first, until nothing is left to happen. */
function runAll(events: Event[]): void {
  while (events.length > 0) {
    let next = 0;
    for (let i = 1; i < events.length; i++) if (events[i]!.at < events[next]!.at) next = i;
    const event = events[next]!;
    events[next] = events[events.length - 1]!;
    events.pop();
    event.happens();
  }
}

/** xoshiro128** (Blackman & Vigna 2018, public domain), a generator that the program does not use: numbers in (0, 1). */
export function xoshiro(seed: number): () => number {
  // Four words that differ, and none of them all zero.
  let [a, b, c, d] = [seed ^ 0x9e3779b9, Math.imul(seed, 0x85ebca6b) ^ 0xc2b2ae35, seed ^ 0x27d4eb2f, 0x165667b1];
  const rotated = (x: number, k: number) => (x << k) | (x >>> (32 - k));
  const next = () => {
    const result = Math.imul(rotated(Math.imul(b, 5), 7), 9);
    const t = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= t;
    d = rotated(d, 11);
    return ((result >>> 0) + 0.5) / 0x1_0000_0000;
  };
  for (let i = 0; i < 20; i++) next();
  return next;
}

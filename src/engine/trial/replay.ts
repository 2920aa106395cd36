import { type Batch, createBatcher } from '../../core/latency/batcher';
import type { BatchingPolicy } from '../../core/latency/batchingPolicy';
import { arrivalMs, firstArrival, type ReplayedArrivals } from '../../core/latency/replayedArrivals';
import { mostBatchTimes } from '../../core/run/batchTimes';
import type { PacedWindow } from '../../core/run/events';
import { monotonicMs } from '../../machine/clock';
import type { TrialEnd } from './host';

/** What requests are replayed, and how they are served. */
export type ReplayTerms = {
  policy: BatchingPolicy;
  batchSize: number;
  /** Processes that serve. */
  instances: number;
  arrivals: ReplayedArrivals;
  /** So long requests come before the window, so that it begins as busy as the server stays. */
  leadInMs: number;
};

/** A batch as the process says that answered it; `units`: run, more than were asked for where it was filled up. */
type Served = { units: number; startMs: number; endMs: number };

/** Hands requests out as they are due, and counts what they meet. Times are milliseconds from the window's beginning. */
export type Replay = {
  /** Hands out what is due by now. @returns why it cannot go on; null: it can */
  advance(): TrialEnd | null;
  served(batch: Served, server: number): void;
  /** The window begins, or ends: how many requests are under way is compared. */
  edge(): void;
  /** Waits until something is due, a batch is answered, or this moment has come. */
  rest(untilMs: number): Promise<void>;
  wake(): void;
  /** Whether each request that is due in the window has been answered. */
  isAnswered(): boolean;
  /** Of the window between these readings (CLOCK_MONOTONIC); `before`: batches that began earlier. */
  told(fromMs: number, toMs: number): PacedWindow & { before: number };
};

/** More requests under way at the window's end than at its beginning are a queue that grows: beyond what batches and chance make of it. */
const grownShare = 0.05;

/**
 * @param zeroMs when the window begins (CLOCK_MONOTONIC)
 * @param serve tells a process that waits to answer so many requests
 */
export function createReplay(
  { policy, batchSize, instances, arrivals, leadInMs }: ReplayTerms,
  zeroMs: number,
  serve: (units: number, server: number) => void,
): Replay {
  const requests = arrivals.atMs.length;
  const first = firstArrival(arrivals, -leadInMs);
  const dueMs = (request: number) => arrivalMs(arrivals, request);
  const batcher = createBatcher(policy, batchSize, instances, { first, arrivedMs: dueMs });
  const running: (Batch | undefined)[] = new Array<undefined>(instances);
  const batches: (Served & { size: number })[] = [];
  const latencyMs = new Float64Array(requests);
  /** All that are due before it have come. */
  let upcoming = first;
  let underWay = 0;
  let unanswered = requests;
  const atEdges: number[] = [];
  /** What batches alone may differ by: all that run, and one that fills. */
  const inBatches = batchSize * (instances + 1);
  let timer: NodeJS.Timeout | undefined;
  let wake: () => void = () => undefined;

  const outrun = (what: string): TrialEnd => ({
    ...{ kind: 'failed', reason: 'error', code: 'outrun', fix: null, signal: null, exitCode: null },
    message: `requests came faster than they were answered: ${what}. A lower sla.arrivalRate, or more processes, can be measured`,
  });

  return {
    advance() {
      const nowMs = monotonicMs() - zeroMs;
      for (; dueMs(upcoming) <= nowMs; upcoming++, underWay++) batcher.arrive();
      for (let batch = batcher.begin(nowMs); batch !== null; batch = batcher.begin(nowMs)) {
        running[batch.server] = batch;
        serve(batch.size, batch.server);
      }
      if (underWay > requests + inBatches) return outrun(`${underWay} were under way, more than arrive in the window`);
      const [begin, end] = atEdges;
      if (begin === undefined || end === undefined) return null;
      const most = begin + Math.max(inBatches, grownShare * requests);
      return end > most ? outrun(`${begin} were under way when the window began, ${end} when it ended`) : null;
    },
    served(batch, server) {
      const { first, size } = running[server]!;
      running[server] = undefined;
      batches.push({ ...batch, size });
      const nowMs = monotonicMs() - zeroMs;
      for (let request = first; request < first + size; request++) {
        if (request < 0 || request >= requests) continue;
        latencyMs[request] = nowMs - dueMs(request);
        unanswered--;
      }
      underWay -= size;
      batcher.free(server);
      wake();
    },
    edge: () => void atEdges.push(underWay),
    async rest(untilMs) {
      const nextMs = Math.min(untilMs, dueMs(upcoming), batcher.askAgainMs() ?? Infinity);
      const leftMs = zeroMs + nextMs - monotonicMs();
      if (leftMs <= 0) return;
      await new Promise<void>((done) => {
        wake = done;
        timer = setTimeout(done, leftMs);
      });
      clearTimeout(timer);
      wake = () => undefined;
    },
    wake: () => wake(),
    isAnswered: () => unanswered === 0,
    told(fromMs, toMs) {
      const inside = batches.filter(({ startMs }) => startMs >= fromMs && startMs < toMs);
      const sizes = new Map<number, number>();
      for (const { size } of inside) sizes.set(size, (sizes.get(size) ?? 0) + 1);
      const busyMs = batches.reduce(
        (sum, { startMs, endMs }) => sum + Math.max(0, Math.min(endMs, toMs) - Math.max(startMs, fromMs)),
        0,
      );
      const stride = Math.ceil(requests / mostBatchTimes);
      const kept = latencyMs.filter((_, i) => i % stride === 0);
      return {
        ...{ requests, stride, latencyMs: Array.from(kept, (ms) => Math.round(ms * 1000) / 1000) },
        batchesOfSize: [...sizes].sort(([a], [b]) => a - b),
        padded: inside.some(({ size, units }) => units > size),
        load: busyMs / (instances * (toMs - fromMs)),
        before: batches.filter(({ startMs }) => startMs < fromMs).length,
      };
    },
  };
}

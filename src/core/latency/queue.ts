import { seededRandom } from '../statistics/random';
import { mean } from '../statistics/statistics';
import { gapsInChunk, unitGaps } from './arrivals';
import type { BatchingPolicy } from './batchingPolicy';

/**
 * Requests that arrive one by one, gather into batches and are served by one server or several alike, simulated batch by batch.
 * With `full` and `timeout` a batch closes whether a server is free or not; closed batches wait in one line, and the first server that
 * is free takes the next one. With `when-free` nothing closes while all servers are busy: what waits goes on growing.
 */
export type QueueInput = {
  /** How many batches are served at once; at least 1. */
  servers: number;
  /** Requests per second, Poisson. */
  arrivalRate: number;
  batchSize: number;
  policy: BatchingPolicy;
  /** Measured wall times of full batches on one server, milliseconds; drawn from at random for every batch. */
  batchMs: readonly number[];
  /** Time of a batch of k requests over that of a full one, for k = 0…batchSize; not needed where all are full. */
  timeRatio: Float64Array | null;
  /** Which stream of random numbers: the same stream gives the same requests. */
  stream: number;
};

export type Queue = {
  /**
   * Serves batches until at least `least` more requests are answered, and writes how long each took, milliseconds from its arrival
   * to its answer, into `latencyMs`, which has room for `least + batchSize`.
   *
   * @returns how many were answered
   */
  serve(latencyMs: Float64Array, least: number): number;
  /** Of all that was served so far. */
  state(): QueueState;
};

export type QueueState = {
  /**
   * Work that arrived over what all servers can do; at 1 or above the queue grows without end. With `full` and `timeout` that is the share
   * of the time they are busy. With `when-free` batches grow with what waits, up to full ones, so a server that is nearly always busy with
   * small ones can do more: there it is the work of full batches.
   */
  load: number;
  /** How many batches of 0…batchSize requests were served. */
  batchesOfSize: Float64Array;
};

/** A queue that is empty before the first request. */
export function createQueue(input: QueueInput): Queue {
  const { servers, batchSize, batchMs, timeRatio, stream, policy } = input;
  const scale = 1000 / input.arrivalRate;
  const timeout = policy.timeoutMs ?? Number.POSITIVE_INFINITY;
  const waitsForServer = policy.batching === 'when-free';
  const random = seededRandom(stream * 104_729 + 1);

  let gaps = unitGaps(stream, 0);
  let [chunk, place] = [0, 1];
  let unitTime = gaps[0]!;
  /** When the first request arrives that is in no batch yet. */
  let upcoming = unitTime * scale;
  const arrive = () => {
    if (place === gapsInChunk) {
      gaps = unitGaps(stream, ++chunk);
      place = 0;
    }
    unitTime += gaps[place++]!;
    upcoming = unitTime * scale;
  };

  // When each server is free, ascending from `head` round the ring. A server more than are asked for soon changes nothing.
  const ring = new Ring(servers);
  const arrivedAt = new Float64Array(batchSize);
  let lastAt = 0;
  let busy = 0;
  const batchesOfSize = new Float64Array(batchSize + 1);

  return {
    serve(latencyMs, least) {
      let count = 0;
      while (count < least) {
        // While all are busy those that come still join: they are asked again when one is free.
        const deadline = waitsForServer ? ring.freeFrom(upcoming + timeout) : upcoming + timeout;
        let size = 0;
        do {
          lastAt = upcoming;
          arrivedAt[size++] = lastAt;
          arrive();
        } while (size < batchSize && upcoming <= deadline);
        const closed = size === batchSize ? lastAt : deadline;
        const drawn = batchMs[Math.floor(random() * batchMs.length)]!;
        const service = size === batchSize || !timeRatio ? drawn : drawn * timeRatio[size]!;
        const answered = ring.freeFrom(closed) + service;
        ring.take(answered);
        busy += service;
        batchesOfSize[size]!++;
        for (let i = 0; i < size; i++) latencyMs[count++] = answered - arrivedAt[i]!;
      }
      return count;
    },
    state: () => ({
      load: waitsForServer ? mean(batchMs) / (servers * batchSize * scale) : busy / (servers * lastAt),
      batchesOfSize: batchesOfSize.slice(),
    }),
  };
}

/** Servers by when they are free. */
class Ring {
  /** Ascending from `head` round the ring. */
  private free: Float64Array;
  private head = 0;
  /** Servers that have had nothing yet and have no place in the ring: a log may name more of them than there are requests. */
  private unused: number;

  constructor(servers: number) {
    const now = Math.min(servers, 4096);
    this.free = new Float64Array(now);
    this.unused = servers - now;
  }

  /** The first moment from this one on at which a server is free. */
  freeFrom(moment: number): number {
    if (this.unused > 0 && this.free[this.head]! > moment) this.grow();
    return Math.max(moment, this.free[this.head]!);
  }

  /** The one that is free first works until then. */
  take(answered: number): void {
    const { free } = this;
    // The place of the one that was free first is the end of the ring now; those that are free later than this one move up.
    let place = this.head;
    this.head = this.head + 1 === free.length ? 0 : this.head + 1;
    while (place !== this.head) {
      const before = (place === 0 ? free.length : place) - 1;
      if (free[before]! <= answered) break;
      free[place] = free[before]!;
      place = before;
    }
    free[place] = answered;
  }

  /** All in it are busy, and some outside have had nothing: twice as many, the new ones free from the start. */
  private grow(): void {
    const more = Math.min(this.unused, this.free.length);
    const next = new Float64Array(more + this.free.length);
    next.set(this.free.subarray(this.head), more);
    next.set(this.free.subarray(0, this.head), more + this.free.length - this.head);
    this.free = next;
    this.head = 0;
    this.unused -= more;
  }
}

import { seededRandom } from '../statistics/random';
import { gapsInChunk, unitGaps } from './arrivals';

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
  /** Work that arrived over what all servers can do: the share of the time they are busy; at 1 or above the queue grows without end. */
  load: number;
  /** How many batches of 0…batchSize requests were served. */
  batchesOfSize: Float64Array;
};

/** A queue that is empty before the first request. */
export function createQueue(input: QueueInput): Queue {
  const { servers, batchSize, batchMs, timeRatio, stream } = input;
  const scale = 1000 / input.arrivalRate;
  const timeout = input.timeoutMs ?? Number.POSITIVE_INFINITY;
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
        const deadline = upcoming + timeout;
        let size = 0;
        do {
          lastAt = upcoming;
          arrivedAt[size++] = lastAt;
          arrive();
        } while (size < batchSize && upcoming <= deadline);
        const closed = size === batchSize ? lastAt : deadline;
        const drawn = batchMs[Math.floor(random() * batchMs.length)]!;
        const service = size === batchSize || !timeRatio ? drawn : drawn * timeRatio[size]!;
        const answered = ring.take(closed, service);
        busy += service;
        batchesOfSize[size]!++;
        for (let i = 0; i < size; i++) latencyMs[count++] = answered - arrivedAt[i]!;
      }
      return count;
    },
    state: () => ({
      load: busy / (servers * lastAt),
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

  /** The one that is free first does what is there from `from` on, for `ms`. @returns when it is done */
  take(from: number, ms: number): number {
    if (this.unused > 0 && this.free[this.head]! > from) this.grow();
    const { free } = this;
    const answered = Math.max(from, free[this.head]!) + ms;
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
    return answered;
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

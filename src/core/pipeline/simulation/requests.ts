import { ExpectedError } from '../../failure/expectedError';

/** No request. */
export const none = -1;

/** At once in a pipeline: what has so many is not served, and takes all memory. */
const mostInFlight = 2 ** 23;

/** The requests that are in the pipeline, in flat arrays by number; a number is given again once its request has left. */
export class Requests {
  /** When each came into the pipeline, seconds. */
  entered = new Float64Array(1024);
  /** When it came into the queue of the stage that it is in. */
  queued = new Float64Array(1024);
  /** What its stages so far make of accuracy. */
  accuracy = new Float64Array(1024);
  /** Number of the interval in which it arrived. */
  interval = new Int32Array(1024);
  /** The one behind it in its queue or batch; of a free number the next free one. */
  next = new Int32Array(1024);
  private free = none;
  private used = 0;

  /** A number whose values are still those of an earlier request. */
  take(): number {
    if (this.free === none) {
      if (this.used === this.next.length) this.grow();
      return this.used++;
    }
    const id = this.free;
    this.free = this.next[id]!;
    return id;
  }

  release(id: number): void {
    this.next[id] = this.free;
    this.free = id;
  }

  private grow(): void {
    const doubled = <T extends Float64Array | Int32Array>(old: T, fresh: T): T => {
      fresh.set(old);
      return fresh;
    };
    if (this.next.length >= mostInFlight)
      throw new ExpectedError(
        'usage',
        `more than ${mostInFlight} requests wait in the pipeline at once: simulate fewer seconds, or drop requests sooner (--drop)`,
      );
    const length = 2 * this.next.length;
    this.entered = doubled(this.entered, new Float64Array(length));
    this.queued = doubled(this.queued, new Float64Array(length));
    this.accuracy = doubled(this.accuracy, new Float64Array(length));
    this.interval = doubled(this.interval, new Int32Array(length));
    this.next = doubled(this.next, new Int32Array(length));
  }
}

/** Requests in the order in which they came, chained by `next`. */
export class RequestQueue {
  first = none;
  length = 0;
  private last = none;

  constructor(private readonly requests: Requests) {}

  push(id: number): void {
    this.requests.next[id] = none;
    if (this.length === 0) this.first = id;
    else this.requests.next[this.last] = id;
    this.last = id;
    this.length++;
  }

  /** The first, which is taken out; there has to be one. */
  shift(): number {
    const id = this.first;
    this.first = this.requests.next[id]!;
    this.length--;
    return id;
  }
}

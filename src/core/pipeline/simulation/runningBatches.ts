/** The batches that are being worked on, in flat arrays by number; a number is given again once its batch is over. */
export class RunningBatches {
  stage = new Int32Array(64);
  /** Its first request; the others are chained behind it. */
  first = new Int32Array(64);
  /** Its option, an index of the stage's. */
  option = new Int32Array(64);
  /** That of the replicas when it started. */
  generation = new Int32Array(64);
  /** -1: its replica is free before it is answered; 0: then; 1: after that. */
  lag = new Int8Array(64);
  private readonly free: number[] = [];
  private used = 0;

  add(stage: number, first: number, option: number, generation: number, lag: number): number {
    const id = this.free.pop() ?? this.used++;
    if (id === this.stage.length) this.grow();
    this.stage[id] = stage;
    this.first[id] = first;
    this.option[id] = option;
    this.generation[id] = generation;
    this.lag[id] = lag;
    return id;
  }

  release(id: number): void {
    this.free.push(id);
  }

  private grow(): void {
    this.stage = doubled(this.stage);
    this.first = doubled(this.first);
    this.option = doubled(this.option);
    this.generation = doubled(this.generation);
    const lags = new Int8Array(2 * this.lag.length);
    lags.set(this.lag);
    this.lag = lags;
  }
}

function doubled(old: Int32Array): Int32Array<ArrayBuffer> {
  const fresh = new Int32Array(2 * old.length);
  fresh.set(old);
  return fresh;
}

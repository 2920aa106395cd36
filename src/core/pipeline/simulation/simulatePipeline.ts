import { seededRandom } from '../../statistics/random';
import type { Choice } from '../evaluate';
import type { PipelineProblem } from '../problem';
import { EventHeap } from './eventHeap';
import { HeldCores } from './heldCores';
import type { LoadCurve } from './loadCurve';
import { type ArrivalKind, createArrivals } from './patternArrivals';
import { none, Requests } from './requests';
import { RunningBatches } from './runningBatches';
import type { SimulatedAll, SimulatedInterval } from './simulationSchema';
import { StageServer } from './stageServer';
import { beyond, Tally } from './tally';

/** How the stages are set up from a moment on. */
export type Configuration = {
  choice: Choice;
  /** For each stage: a batch that is not full starts once its first request has waited for so long. */
  timeoutSeconds: readonly number[];
};

export type SimulationInput = {
  /** Its stages and their options, how accuracies are joined, and the latency limit; neither its load nor its weights. */
  problem: PipelineProblem;
  load: LoadCurve;
  arrivals: ArrivalKind;
  /** `profile`: as batchCostsOf says. `exponential`: times so distributed, with that mean, to be held against theory. */
  service: 'profile' | 'exponential';
  seconds: number;
  seed: number;
  intervalSeconds: number;
  /** A request that is older when its batch would start is dropped. */
  dropSeconds: number;
  /** From the order of a replica until it can start a batch; the first ones are there from the start. */
  startSeconds: number;
  first: Configuration;
  /** What is to be from the end of an interval on; null: what is. @param arrived requests per second in each interval so far */
  decide: (arrived: readonly number[]) => Configuration | null;
};

/**
 * Simulates a pipeline event by event. Each stage has one queue, in the order of arrival there. A free replica takes a batch as soon as
 * the queue holds a full one, or its first request has waited for the timeout: so what comes while all replicas work still joins the batch
 * (as with `sla.batching: when-free` in `core/latency/queue.ts`). Requests older than `dropSeconds` are dropped when their batch would start. All of a batch go on together.
 *
 * At the end of an interval a decision takes hold: running batches are finished, nobody in a queue is lost. Where moments are equal, the
 * order is: the end of an interval, replicas that become ready, batches, arrivals, timeouts.
 */
export function simulatePipeline(input: SimulationInput): { all: SimulatedAll; intervals: SimulatedInterval[] } {
  return new PipelineSimulation(input).run();
}

class PipelineSimulation {
  private readonly requests = new Requests();
  private readonly batches = new RunningBatches();
  /** Of batch b: 2b its answers, 2b + 1 the moment at which its replica is free, where that is another one. */
  private readonly heap = new EventHeap();
  private readonly held = new HeldCores();
  private readonly stages: StageServer[];
  private readonly tally: Tally;
  private readonly arrive: () => number;
  /** Factor of a batch's times. */
  private readonly draw: (() => number) | null;
  private readonly tooOld: number;
  private now = 0;

  constructor(private readonly input: SimulationInput) {
    const { problem, seed } = input;
    this.stages = problem.stages.map(
      (stage) => new StageServer(stage, problem.normalizeAccuracy, this.requests, this.held),
    );
    // A request's share of a full batch is the least that a batch of one takes.
    const least = problem.stages.map(({ options }) =>
      options.reduce((a, o) => Math.min(a, o.latencySeconds / o.batch), Infinity),
    );
    this.tally = new Tally(
      problem.slaSeconds,
      least.reduce((a, b) => a + b, 0),
    );
    this.arrive = createArrivals(input.load, input.arrivals, seed);
    const random = seededRandom(seed * 104_729 + 1);
    this.draw = input.service === 'exponential' ? () => -Math.log(1 - random()) : null;
    this.tooOld = beyond(input.dropSeconds);
  }

  run() {
    const { stages, heap, input } = this;
    const arrived: number[] = [];
    let arrival = this.arrive();
    let end = this.endOf(0);
    this.configure(input.first);
    for (;;) {
      let ready = Number.POSITIVE_INFINITY;
      let timer = Number.POSITIVE_INFINITY;
      for (const stage of stages) {
        if (stage.replicas.nextReady < ready) ready = stage.replicas.nextReady;
        if (stage.timer < timer) timer = stage.timer;
      }
      const others = Math.min(heap.next, arrival, timer);
      if (end <= ready && end <= others) {
        this.now = end;
        arrived.push(this.tally.end(end, this.held.take(end)));
        if (end === input.seconds) break;
        this.tally.begin(end);
        end = this.endOf(arrived.length);
        const next = input.decide(arrived);
        if (next) this.configure(next);
      } else if (ready <= others) {
        this.now = ready;
        stages.forEach((stage, s) => {
          if (stage.replicas.nextReady > ready) return;
          stage.makeReady(ready);
          this.look(s);
        });
      } else if (heap.next <= others) {
        this.now = heap.next;
        this.moveBatch(heap.pop());
      } else if (arrival <= others) {
        this.now = arrival;
        this.enter();
        arrival = this.arrive();
      } else {
        this.now = timer;
        for (let s = 0; s < stages.length; s++) if (stages[s]!.timer === timer) this.look(s);
      }
    }
    this.countThoseLeft();
    return { all: this.tally.all(), intervals: this.tally.intervals() };
  }

  private endOf(interval: number): number {
    const { seconds, intervalSeconds } = this.input;
    const end = (interval + 1) * intervalSeconds;
    // What rounding would leave over is no interval.
    return beyond(end) >= seconds ? seconds : end;
  }

  private configure({ choice, timeoutSeconds }: Configuration): void {
    this.stages.forEach((stage, s) => {
      stage.configure(this.now, choice[s]!, beyond(timeoutSeconds[s]!), this.input.startSeconds);
      this.look(s);
    });
  }

  private enter(): void {
    const { requests } = this;
    const id = requests.take();
    requests.entered[id] = this.now;
    requests.queued[id] = this.now;
    requests.accuracy[id] = this.input.problem.accuracyMethod === 'multiply' ? 1 : 0;
    requests.interval[id] = this.tally.arrive();
    this.stages[0]!.queue.push(id);
    this.look(0);
  }

  /** Starts what can start in a stage, and sets its timer. */
  private look(s: number): void {
    const stage = this.stages[s]!;
    const { queue, replicas } = stage;
    stage.timer = Number.POSITIVE_INFINITY;
    while (replicas.free > 0 && queue.length > 0) {
      const due = stage.dueAt();
      if (queue.length < stage.batch && this.now < due) {
        stage.timer = due;
        return;
      }
      this.startBatch(s, stage);
    }
  }

  private startBatch(s: number, stage: StageServer): void {
    const { requests, now } = this;
    const { queue, batch, option } = stage;
    let size = 0;
    let first = none;
    let last = none;
    while (size < batch && queue.length > 0) {
      const id = queue.shift();
      if (now - requests.entered[id]! > this.tooOld) {
        this.tally.drop(requests.interval[id]!);
        requests.release(id);
        continue;
      }
      if (size++ === 0) first = id;
      else requests.next[last] = id;
      requests.next[id] = none;
      last = id;
    }
    if (size === 0) return;
    if (size < batch && now < requests.queued[first]! + stage.timeoutSeconds) {
      // Without those that were too old it is neither full nor due: it goes on waiting.
      for (let id = first; id !== none;) {
        const next = requests.next[id]!;
        queue.push(id);
        id = next;
      }
      return;
    }
    const costs = stage.costs();
    const factor = this.draw?.() ?? 1;
    const answered = now + costs.latencySeconds[size]! * factor;
    const free = now + costs.busySeconds[size]! * factor;
    stage.replicas.free--;
    this.tally.startBatch(costs.joules[size]!);
    const lag = Math.sign(free - answered);
    const id = this.batches.add(s, first, option, stage.replicas.generation, lag);
    if (lag !== 0) this.heap.push(free, 2 * id + 1);
    this.heap.push(answered, 2 * id);
  }

  private moveBatch(event: number): void {
    const { batches, now } = this;
    const id = event >> 1;
    const s = batches.stage[id]!;
    const stage = this.stages[s]!;
    const isAnswer = (event & 1) === 0;
    const lag = batches.lag[id]!;
    if (!isAnswer || lag === 0) stage.replicas.end(now, batches.generation[id]!, stage.kinds[batches.option[id]!]!);
    if (isAnswer) {
      this.handOn(s, stage.accuracies[batches.option[id]!]!, batches.first[id]!);
      if (s + 1 < this.stages.length) this.look(s + 1);
    }
    if (isAnswer ? lag <= 0 : lag > 0) batches.release(id);
    this.look(s);
  }

  /** A batch's requests go into the next queue, or out. */
  private handOn(s: number, stageAccuracy: number, first: number): void {
    const { requests, now, tally, stages } = this;
    const { accuracyMethod } = this.input.problem;
    const queue = stages[s + 1]?.queue;
    for (let id = first; id !== none;) {
      const next = requests.next[id]!;
      const before = requests.accuracy[id]!;
      const accuracy = accuracyMethod === 'multiply' ? before * stageAccuracy : before + stageAccuracy;
      if (queue) {
        requests.accuracy[id] = accuracy;
        requests.queued[id] = now;
        queue.push(id);
      } else {
        const joined = accuracyMethod === 'average' ? accuracy / stages.length : accuracy;
        tally.serve(requests.interval[id]!, now - requests.entered[id]!, joined);
        requests.release(id);
      }
      id = next;
    }
  }

  /** Those that are in the pipeline at the end, each with the time that it has been there. */
  private countThoseLeft(): void {
    const { requests, heap, batches, now } = this;
    const leave = (first: number) => {
      for (let id = first; id !== none; id = requests.next[id]!)
        this.tally.leave(requests.interval[id]!, now - requests.entered[id]!);
    };
    for (const { queue } of this.stages) if (queue.length > 0) leave(queue.first);
    while (heap.next < Number.POSITIVE_INFINITY) {
      const event = heap.pop();
      if ((event & 1) === 0) leave(batches.first[event >> 1]!);
    }
  }
}

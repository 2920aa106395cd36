import { type Choice, idleWattsPerCore, stageAccuracies } from '../evaluate';
import type { PipelineStage } from '../problem';
import { type BatchCosts, batchCostsOf } from './batchCosts';
import type { HeldCores } from './heldCores';
import { type ReplicaKind, Replicas } from './replicas';
import { RequestQueue, type Requests } from './requests';

/** One stage: its queue, its replicas, and what it is set to. */
export class StageServer {
  readonly queue: RequestQueue;
  readonly replicas: Replicas;
  /** By option: those of one variant on as many cores share theirs. */
  readonly kinds: readonly ReplicaKind[];
  readonly accuracies: readonly number[];
  /** Index of the option by which batches are formed now. */
  option = 0;
  batch = 1;
  timeoutSeconds = 0;
  /** When the first request will have waited for the timeout, while a replica is free; else infinite. */
  timer = Number.POSITIVE_INFINITY;
  private readonly known: (BatchCosts | undefined)[] = [];
  /** What was ordered; it takes hold once replicas of its kind serve. */
  private ordered = { option: 0, timeoutSeconds: 0 };

  constructor(
    private readonly stage: PipelineStage,
    normalizeAccuracy: boolean,
    private readonly requests: Requests,
    private readonly held: HeldCores,
  ) {
    this.queue = new RequestQueue(requests);
    this.replicas = new Replicas(held);
    this.accuracies = stageAccuracies(stage, normalizeAccuracy);
    const kinds = new Map<string, ReplicaKind>();
    this.kinds = stage.options.map(({ variant, cores }) => {
      const key = JSON.stringify([variant, cores]);
      const kind = kinds.get(key) ?? { id: kinds.size, cores, idleWatts: 0 };
      kinds.set(key, kind);
      return kind;
    });
  }

  configure(now: number, chosen: Choice[number], timeoutSeconds: number, startSeconds: number): void {
    this.ordered = { option: chosen.option, timeoutSeconds };
    const kind = this.kinds[chosen.option]!;
    const option = this.stage.options[chosen.option]!;
    this.held.charge(now, kind, idleWattsPerCore(option) * option.cores);
    this.replicas.order(now, kind, chosen.replicas, startSeconds);
    this.adopt();
  }

  makeReady(now: number): void {
    this.replicas.makeReady(now);
    this.adopt();
  }

  private adopt(): void {
    const { option, timeoutSeconds } = this.ordered;
    if (!this.replicas.serve(this.kinds[option]!)) return;
    this.option = option;
    this.batch = this.stage.options[option]!.batch;
    this.timeoutSeconds = timeoutSeconds;
  }

  /** When the first of the queue, which is not empty, will have waited for the timeout. */
  dueAt(): number {
    return this.requests.queued[this.queue.first]! + this.timeoutSeconds;
  }

  costs(): BatchCosts {
    return (this.known[this.option] ??= batchCostsOf(this.stage, this.option));
  }
}

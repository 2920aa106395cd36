import type { HeldCores, HeldKind } from './heldCores';

/** What a replica holds while it is there. Replicas of one kind do for each other: the same variant on as many cores. */
export type ReplicaKind = HeldKind & { id: number };

/**
 * The replicas of one stage. They all serve the same kind. Of another kind new ones are started first, and the old ones serve until the
 * first of them is ready; then those that rest are released at once, those that work when their batch is done. Fewer of the same kind:
 * the same. Cores are held from the order to the release.
 */
export class Replicas {
  /** Grows with each change of kind: batches of an earlier generation are those of replicas that leave. */
  generation = 0;
  /** How many could start a batch; whoever starts one takes one away. */
  free = 0;
  /** When the next of those that are being started are ready; infinite where none are. */
  nextReady = Number.POSITIVE_INFINITY;
  private kind: ReplicaKind | null = null;
  private ready = 0;
  /** More than so many do not stay. */
  private wanted = 0;
  private ordered = 0;
  private starting: { at: number; kind: ReplicaKind; count: number }[] = [];

  constructor(private readonly held: HeldCores) {}

  /** From now on `count` of this kind. The first order of all is ready at once: a pipeline begins started. */
  order(now: number, kind: ReplicaKind, count: number, startSeconds: number): void {
    const isSame = this.serve(kind);
    this.drop(now, (one) => one.kind.id !== kind.id);
    const serving = isSame ? this.ready : 0;
    const started = () => this.starting.reduce((sum, one) => sum + one.count, 0);
    for (let surplus = serving + started() - count; surplus > 0 && this.starting.length > 0;) {
      const newest = this.starting.at(-1)!;
      const less = Math.min(surplus, newest.count);
      this.held.add(now, -less, kind);
      newest.count -= less;
      surplus -= less;
      if (newest.count === 0) this.starting.pop();
    }
    const missing = count - serving - started();
    // While the others are being started the old ones stay, however many.
    this.wanted = isSame ? count : Number.POSITIVE_INFINITY;
    if (missing > 0) {
      this.held.add(now, missing, kind);
      this.starting.push({ at: this.kind === null ? now : now + startSeconds, kind, count: missing });
    }
    this.ordered = count;
    this.releaseSurplus(now);
    this.findNext();
    this.makeReady(now);
  }

  /** Those that are ready by now join in. */
  makeReady(now: number): void {
    while (this.nextReady <= now) {
      const { kind, count } = this.starting.shift()!;
      if (!this.serve(kind)) {
        if (this.kind) this.held.add(now, -this.free, this.kind);
        this.kind = kind;
        this.generation++;
        this.ready = 0;
        this.free = 0;
      }
      this.wanted = this.ordered;
      this.ready += count;
      this.free += count;
      this.findNext();
    }
  }

  /** Whether it is this kind that serves. */
  serve(kind: ReplicaKind): boolean {
    return kind.id === this.kind?.id;
  }

  /** A replica has done its batch, and can take the next one, or leaves. */
  end(now: number, generation: number, kind: ReplicaKind): void {
    if (generation !== this.generation) this.held.add(now, -1, kind);
    else {
      this.free++;
      this.releaseSurplus(now);
    }
  }

  private releaseSurplus(now: number): void {
    const leaving = Math.min(this.free, this.ready - this.wanted);
    if (!(leaving > 0)) return;
    this.held.add(now, -leaving, this.kind!);
    this.free -= leaving;
    this.ready -= leaving;
  }

  private drop(now: number, which: (one: { kind: ReplicaKind }) => boolean): void {
    for (const one of this.starting) if (which(one)) this.held.add(now, -one.count, one.kind);
    this.starting = this.starting.filter((one) => !which(one));
  }

  private findNext(): void {
    this.nextReady = this.starting[0]?.at ?? Number.POSITIVE_INFINITY;
  }
}

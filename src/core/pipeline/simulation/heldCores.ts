/** What one replica holds; `idleWatts` is changed by `HeldCores.charge` alone. */
export type HeldKind = { readonly cores: number; idleWatts: number };

/** Cores that replicas hold, and the idle power that they are charged for, integrated over time. */
export class HeldCores {
  private readonly counts = new Map<HeldKind, number>();
  private cores = 0;
  private idleWatts = 0;
  private since = 0;
  private coreSeconds = 0;
  private idleJoules = 0;

  /** @param count of replicas; below 0 where they are released */
  add(now: number, count: number, kind: HeldKind): void {
    this.advance(now);
    this.counts.set(kind, this.countOf(kind) + count);
    this.cores += count * kind.cores;
    this.idleWatts += count * kind.idleWatts;
  }

  /** From now on each of a kind is charged for so much: profiles may give batch sizes of one variant other idle power. */
  charge(now: number, kind: HeldKind, idleWatts: number): void {
    this.advance(now);
    this.idleWatts += this.countOf(kind) * (idleWatts - kind.idleWatts);
    kind.idleWatts = idleWatts;
  }

  /** Since it was last taken. */
  take(now: number): { coreSeconds: number; idleJoules: number } {
    this.advance(now);
    const { coreSeconds, idleJoules } = this;
    this.coreSeconds = 0;
    this.idleJoules = 0;
    return { coreSeconds, idleJoules };
  }

  private countOf(kind: HeldKind): number {
    return this.counts.get(kind) ?? 0;
  }

  private advance(now: number): void {
    this.coreSeconds += this.cores * (now - this.since);
    this.idleJoules += this.idleWatts * (now - this.since);
    this.since = now;
  }
}

/** Cores that replicas hold, and the idle power that they are charged for, integrated over time. */
export class HeldCores {
  private cores = 0;
  private idleWatts = 0;
  private since = 0;
  private coreSeconds = 0;
  private idleJoules = 0;

  /** @param count of replicas; below 0 where they are released */
  add(now: number, count: number, replica: { cores: number; idleWatts: number }): void {
    this.advance(now);
    this.cores += count * replica.cores;
    this.idleWatts += count * replica.idleWatts;
  }

  /** Since it was last taken. */
  take(now: number): { coreSeconds: number; idleJoules: number } {
    this.advance(now);
    const { coreSeconds, idleJoules } = this;
    this.coreSeconds = 0;
    this.idleJoules = 0;
    return { coreSeconds, idleJoules };
  }

  private advance(now: number): void {
    this.coreSeconds += this.cores * (now - this.since);
    this.idleJoules += this.idleWatts * (now - this.since);
    this.since = now;
  }
}

/** Memory that works share: each waits until its part is free, in their order. */
export class Budget {
  private free: number;
  private readonly waiting: { bytes: number; start: () => void }[] = [];

  constructor(private readonly total: number) {
    this.free = total;
  }

  /** Who wants more than all waits until nobody else has any. */
  async with<T>(wanted: number, work: () => Promise<T>): Promise<T> {
    const bytes = Math.min(wanted, this.total);
    if (this.waiting.length > 0 || bytes > this.free)
      await new Promise<void>((start) => this.waiting.push({ bytes, start }));
    else this.free -= bytes;
    try {
      return await work();
    } finally {
      this.free += bytes;
      while (this.waiting[0] !== undefined && this.waiting[0].bytes <= this.free) {
        const { bytes: next, start } = this.waiting.shift()!;
        this.free -= next;
        start();
      }
    }
  }
}

/**
 * Numbers that wait for their moment, the earliest first; of those of one moment the one that was put in first. A binary heap (Williams
 * 1964) in flat arrays that grow by doubling.
 */
export class EventHeap {
  private moments = new Float64Array(64);
  private turns = new Float64Array(64);
  private ids = new Int32Array(64);
  private size = 0;
  private turn = 0;

  /** Seconds; infinite where nothing waits. */
  get next(): number {
    return this.size === 0 ? Number.POSITIVE_INFINITY : this.moments[0]!;
  }

  push(moment: number, id: number): void {
    if (this.size === this.ids.length) this.grow();
    const { moments } = this;
    let place = this.size++;
    while (place > 0) {
      const above = (place - 1) >> 1;
      // A new one comes after all of its moment.
      if (moments[above]! <= moment) break;
      this.move(above, place);
      place = above;
    }
    this.set(place, moment, this.turn++, id);
  }

  /** The id of the earliest, which is taken out; there has to be one. */
  pop(): number {
    const first = this.ids[0]!;
    const last = --this.size;
    const { moments, turns } = this;
    const moment = moments[last]!;
    const turn = turns[last]!;
    const id = this.ids[last]!;
    let place = 0;
    for (let below = 1; below < last; below = 2 * place + 1) {
      if (below + 1 < last && this.isBefore(below + 1, moments[below]!, turns[below]!)) below++;
      if (!this.isBefore(below, moment, turn)) break;
      this.move(below, place);
      place = below;
    }
    this.set(place, moment, turn, id);
    return first;
  }

  private isBefore(place: number, moment: number, turn: number): boolean {
    const own = this.moments[place]!;
    return own < moment || (own === moment && this.turns[place]! < turn);
  }

  private move(from: number, to: number): void {
    this.set(to, this.moments[from]!, this.turns[from]!, this.ids[from]!);
  }

  private set(place: number, moment: number, turn: number, id: number): void {
    this.moments[place] = moment;
    this.turns[place] = turn;
    this.ids[place] = id;
  }

  private grow(): void {
    const [moments, turns, ids] = [this.moments, this.turns, this.ids];
    this.moments = new Float64Array(2 * ids.length);
    this.turns = new Float64Array(2 * ids.length);
    this.ids = new Int32Array(2 * ids.length);
    this.moments.set(moments);
    this.turns.set(turns);
    this.ids.set(ids);
  }
}

import { expect, it } from 'vitest';
import { EventHeap } from '../../../../../src/core/pipeline/simulation/eventHeap';
import { seededRandom } from '../../../../../src/core/statistics/random';

it('gives the earliest first, and of one moment what was put in first', () => {
  const random = seededRandom(1);
  const heap = new EventHeap();
  const waiting: { moment: number; id: number }[] = [];
  let id = 0;
  for (let i = 0; i < 5000; i++) {
    if (random() < 0.55 || waiting.length === 0) {
      const moment = Math.floor(random() * 50);
      heap.push(moment, id);
      waiting.push({ moment, id: id++ });
    } else {
      const first = waiting.reduce((a, b) => (b.moment < a.moment ? b : a));
      expect(heap.next).toBe(first.moment);
      expect(heap.pop()).toBe(first.id);
      waiting.splice(waiting.indexOf(first), 1);
    }
  }
  while (heap.next < Infinity) heap.pop();
  expect(heap.next).toBe(Infinity);
});

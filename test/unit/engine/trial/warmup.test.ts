import { expect, it } from 'vitest';
import { isSteady, isWarm, warmUp } from '../../../../src/engine/trial/warmup';

const steady = [100, 100, 101, 100, 99, 100];
/** Each batch is faster than the one before it. */
const falling = [200, 190, 150, 140, 100, 90];

it('ends a warm-up once batch times have settled, not before the time asked for', () => {
  expect(isWarm(steady, 2, 2)).toEqual({ warm: true, steady: true });
  expect(isWarm(steady, 1.9, 2)).toEqual({ warm: false, steady: true });
  expect(isWarm(falling, 2, 2)).toEqual({ warm: false, steady: false });
});

it('ends it after three times the time asked for, and says that nothing settled', () => {
  expect(isWarm(falling, 5.9, 2).warm).toBe(false);
  expect(isWarm(falling, 6, 2)).toEqual({ warm: true, steady: false });
});

it('wants two batches at least', () => {
  expect(isWarm([100], 60, 2).warm).toBe(false);
  expect(isWarm([100, 300], 60, 2).warm).toBe(true);
});

it('is steady within 5 % of the third before, either way', () => {
  const thirds = (before: number, last: number) => [1, 1, 1, before, before, before, last, last, last];
  expect([104, 96, 100].map((last) => isSteady(thirds(100, last)))).toEqual([true, true, true]);
  expect([106, 94].map((last) => isSteady(thirds(100, last)))).toEqual([false, false]);
});

it('waits until the batch times settle', () => {
  expect(isSteady([100])).toBe(false);
  expect(isSteady([100, 80])).toBe(true);
  expect(isSteady([300, 200, 150, 110, 100, 100])).toBe(false);
  expect(isSteady([300, 200, 101, 100, 100, 101])).toBe(true);
});

it('ends with the step in which it became warm', async () => {
  let steps = 0;
  let alive = 0;
  const step = async (watch: { ran(ms: number, isWhole: boolean): void }) => {
    steps++;
    watch.ran(10, true);
    // Of a smaller batch too: a pass over few images may have no other.
    watch.ran(10, false);
    return 1;
  };
  expect(await warmUp({ step }, 0, () => alive++)).toEqual({ batches: 2, steady: true });
  expect([steps, alive]).toEqual([1, 2]);
});

it('takes the shorter steps that a work has for it, which see that it is over', async () => {
  const seen: boolean[] = [];
  const work = {
    step: () => Promise.reject(new Error('this would be a whole pass')),
    async warmUp(watch: { ran(ms: number, isWhole: boolean): void; isWarm(): boolean }) {
      watch.ran(10, true);
      seen.push(watch.isWarm());
    },
  };
  expect((await warmUp(work, 0, () => undefined)).batches).toBe(2);
  expect(seen).toEqual([false, true]);
});

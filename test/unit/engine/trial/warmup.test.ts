import { expect, it } from 'vitest';
import { isSteady, isWarm, warmUp } from '../../../../src/engine/trial/warmup';

const steady = [100, 100, 101, 100, 99, 100];
/** Each batch is faster than the one before it. */
const falling = [200, 190, 150, 140, 100, 90];

it('lasts as long as asked for, whether batch times have settled or not: all configurations the same', () => {
  for (const times of [steady, falling]) expect([1.9, 2].map((s) => isWarm(times, s, 2))).toEqual([false, true]);
});

it('wants one batch at least', () => {
  expect(isWarm([], 60, 2)).toBe(false);
  expect(isWarm([100], 60, 2)).toBe(true);
});

it('is steady within 5 % of the third before, either way', () => {
  const thirds = (before: number, last: number) => [1, 1, 1, before, before, before, last, last, last];
  expect([104, 96, 100].map((last) => isSteady(thirds(100, last)))).toEqual([true, true, true]);
  expect([106, 94].map((last) => isSteady(thirds(100, last)))).toEqual([false, false]);
});

it('has no doubt where there are too few to tell', () => {
  expect(isSteady([])).toBe(true);
  expect(isSteady([100])).toBe(true);
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
  expect((await warmUp(work, 0.02, () => undefined)).batches).toBeGreaterThan(1);
  expect([seen[0], seen.at(-1)]).toEqual([false, true]);
});

it('goes on until the power limits are held, but no longer than asked for', async () => {
  const step = async (watch: { ran(ms: number, isWhole: boolean): void }) => (watch.ran(10, true), 1);
  let asked = 0;
  const third = { areHeld: () => ++asked >= 3, mostSeconds: 60 };
  expect((await warmUp({ step }, 0, () => undefined, third)).batches).toBe(3);
  const never = { areHeld: () => false, mostSeconds: 0.02 };
  const start = performance.now();
  await warmUp({ step }, 0, () => undefined, never);
  expect(performance.now() - start).toBeGreaterThanOrEqual(19);
});

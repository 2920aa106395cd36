import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openThreadClock, threadNumber } from '../../../src/machine/threadTime';

const isLinux = process.platform === 'linux';

it.skipIf(!isLinux)(
  'grows by no more than the time that passes, of a thread that sleeps and of one that works',
  async () => {
    for (const number of [undefined, threadNumber()!]) {
      const clock = openThreadClock(number);
      const [before, began] = [clock.read()!, performance.now()];
      await sleep(50);
      const asleep = clock.read()!;
      for (const until = performance.now() + 50; performance.now() < until;);
      await sleep(1);
      const after = clock.read()!;
      const tookMs = performance.now() - began;
      expect(asleep.ranMs - before.ranMs).toBeLessThan(40);
      expect(after.ranMs).toBeGreaterThan(asleep.ranMs);
      for (const key of ['ranMs', 'waitedMs'] as const) {
        expect(after[key]).toBeGreaterThanOrEqual(before[key]);
        expect(after[key] - before[key]).toBeLessThanOrEqual(tookMs);
      }
    }
  },
);

it('is not known of a thread that is none', () => {
  expect(openThreadClock('999999999').read()).toBeNull();
});

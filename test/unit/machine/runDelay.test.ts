import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openRunDelay } from '../../../src/machine/runDelay';

it.skipIf(process.platform !== 'linux')('grows by no more than the time that passes', async () => {
  const delay = openRunDelay();
  const [before, began] = [delay.readMs()!, performance.now()];
  await sleep(50);
  const waited = delay.readMs()! - before;
  expect(waited).toBeGreaterThanOrEqual(0);
  expect(waited).toBeLessThanOrEqual(performance.now() - began);
});

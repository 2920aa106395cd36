import { expect, it } from 'vitest';
import { machineLookSchema } from '../../../../src/core/run/machineLook';
import { openLooks } from '../../../../src/engine/session/looks';
import { monotonicMs } from '../../../../src/machine/clock';

const settings = {
  raplLimitsMicrowatts: { 'intel-rapl:0': 125e6, 'intel-rapl:1': null },
  other: { list: ['left out'] },
};

it('looks at this machine for less than a second, and at what happened since after each block', async () => {
  const looks = openLooks(() => settings);
  const before = monotonicMs();
  const start = machineLookSchema.parse(await looks.start(60));
  // Half of one, where the machine has time for it.
  expect(monotonicMs() - before).toBeLessThan(2000);
  expect(start.block).toBeNull();
  expect(start.seconds).toBeGreaterThan(0.29);
  expect(start.totalSeconds).toBeGreaterThan(0.2);
  expect(start.settings).toMatchObject({
    ...{ 'raplLimitsMicrowatts intel-rapl:0': 125e6, 'raplLimitsMicrowatts intel-rapl:1': null },
    'other list 0': 'left out',
  });
  await new Promise((done) => setTimeout(done, 50));
  const after = machineLookSchema.parse(looks.after(3));
  expect(after).toMatchObject({ block: 3, settings: start.settings });
  expect(after.seconds).toBeGreaterThan(0.04);
  expect(after.seconds).toBeLessThan((monotonicMs() - before) / 1000);
  expect(after).not.toHaveProperty('timers');
});

it('ends at once where the session is stopped', async () => {
  const look = await openLooks(() => ({})).start(60, AbortSignal.abort());
  expect(look.seconds).toBeLessThan(0.25);
});

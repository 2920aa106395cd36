import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { openProcessClock, reapedCpuSeconds } from '../../../src/machine/processTime';

it.skipIf(process.platform !== 'linux')(
  'grows while the process works, and is not known when it has ended',
  async () => {
    const child = spawn(process.execPath, ['-e', 'console.log(1); for (;;);'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    const clock = openProcessClock(child.pid!);
    const before = clock.cpuSeconds()!;
    await expect.poll(() => clock.cpuSeconds()! - before, { timeout: 20_000 }).toBeGreaterThan(0.05);
    child.kill();
    await once(child, 'exit');
    expect(clock.cpuSeconds()).toBeNull();
  },
);

it.skipIf(process.platform !== 'linux')('is that of this process', () => {
  const { user, system } = process.cpuUsage();
  expect(openProcessClock(process.pid).cpuSeconds()).toBeCloseTo((user + system) / 1e6, 0);
});

it.skipIf(process.platform !== 'linux')('is known of a process to its end, once that is over', async () => {
  const before = reapedCpuSeconds()!;
  const busy = 'while (process.cpuUsage().user < 300_000);';
  const child = spawn(process.execPath, ['-e', busy], { stdio: 'ignore' });
  await once(child, 'exit');
  expect(reapedCpuSeconds()! - before).toBeGreaterThan(0.2);
});

it('is not known of a process that is none', () => {
  expect(openProcessClock(999_999_999).cpuSeconds()).toBeNull();
});

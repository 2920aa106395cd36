import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { seededRandom } from '../../../src/core/statistics/random';
import { openCpuTime, parseCpuTime } from '../../../src/machine/cpuTime';

it('counts guest time once and steal as time that others used', () => {
  const text = 'cpu  100 20 30 1000 5 6 7 8 90 10\ncpu0 1 2 3\n';
  expect(parseCpuTime(text)).toEqual({ busySeconds: 1.63, totalSeconds: 11.76 });
});

it('reads any line as its numbers', () => {
  const random = seededRandom(7);
  for (let i = 0; i < 1000; i++) {
    const fields = Array.from({ length: Math.floor(11 * random()) }, () => Math.floor(10 ** (15 * random())));
    const gap = () => ' '.repeat(1 + Math.floor(2 * random()));
    const text = `cpu ${fields.map((field) => gap() + field).join('')}\ncpu0 9 9 9 9 9 9 9 9\n`;
    const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = fields;
    const busy = user + nice + system + irq + softirq;
    expect(parseCpuTime(text)).toEqual({ busySeconds: busy / 100, totalSeconds: (busy + idle + iowait + steal) / 100 });
  }
});

it('takes what an old kernel does not tell for 0, and only the line of all CPUs', () => {
  expect(parseCpuTime('cpu  100 0 0 300\ncpu0 1 2 3 4\n')).toEqual({ busySeconds: 1, totalSeconds: 4 });
  expect(() => parseCpuTime('cpu0 100 0 0 300\n')).toThrow('/proc/stat does not begin');
  expect(() => parseCpuTime('')).toThrow('/proc/stat does not begin');
});

it('reads anew each time, and asks the system where there is no /proc', () => {
  const folder = mkdtempSync(join(tmpdir(), 'greenbatch-cputime-'));
  const stat = join(folder, 'stat');
  writeFileSync(stat, 'cpu  100 0 0 300\n');
  const reader = openCpuTime(stat);
  expect(reader.read()).toEqual({ busySeconds: 1, totalSeconds: 4 });
  writeFileSync(stat, 'cpu  200 0 0 400\n');
  expect(reader.read()).toEqual({ busySeconds: 2, totalSeconds: 6 });
  reader.close();
  const elsewhere = openCpuTime(join(folder, 'nowhere'));
  const { busySeconds, totalSeconds } = elsewhere.read();
  expect(busySeconds).toBeGreaterThan(0);
  expect(totalSeconds).toBeGreaterThan(busySeconds);
  elsewhere.close();
  rmSync(folder, { recursive: true });
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { availableBytes, numberNamed, oomKills, peakRssBytes } from '../../../src/machine/memory';

it('keeps the limit of the experiment', () => {
  expect(availableBytes(100)).toBe(100e6);
  expect(availableBytes(undefined)).toBeGreaterThan(1e6);
});

it('leaves room below the limits of the control group and of all above it; page cache counts as free', () => {
  const root = mkdtempSync(join(tmpdir(), 'greenbatch-memory-'));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  write('proc/meminfo', 'MemTotal: 64000 kB\nMemAvailable:   8000000 kB\n');
  expect(availableBytes(undefined, root)).toBe(8_192_000_000);
  write('proc/self/cgroup', '0::/user/job\n');
  write('sys/fs/cgroup/user/job/memory.max', 'max\n');
  write('sys/fs/cgroup/user/job/memory.current', '100\n');
  expect(availableBytes(undefined, root)).toBe(8_192_000_000);
  write('sys/fs/cgroup/user/memory.max', '2000000000\n');
  write('sys/fs/cgroup/user/memory.current', '1500000000\n');
  expect(availableBytes(undefined, root)).toBe(500e6);
  write('sys/fs/cgroup/user/memory.stat', 'anon 1\nactive_file 7\ninactive_file 300000000\n');
  expect(availableBytes(undefined, root)).toBe(800e6);
  write('sys/fs/cgroup/user/job/memory.max', '50000000\n');
  expect(availableBytes(undefined, root)).toBe(50e6 - 100);
  expect(availableBytes(10, root)).toBe(10e6);
  // Version 1 has its own folder and names; a group that is over its limit has no room.
  write('proc/self/cgroup', '3:cpu:/x\n5:memory:/a\n0::/\n');
  write('sys/fs/cgroup/memory/a/memory.limit_in_bytes', '1000000\n');
  write('sys/fs/cgroup/memory/a/memory.usage_in_bytes', '1200000\n');
  expect(availableBytes(undefined, root)).toBe(0);
  write('sys/fs/cgroup/memory/memory.limit_in_bytes', '9223372036854771712\n');
  write('sys/fs/cgroup/memory/memory.usage_in_bytes', '1200000\n');
  write('sys/fs/cgroup/memory/a/memory.stat', 'inactive_file 1\ntotal_inactive_file 500000\n');
  expect(availableBytes(undefined, root)).toBe(300_000);
  rmSync(root, { recursive: true });
});

it('finds the number behind a name, and no other', () => {
  const status = 'VmPeak:\t  9000 kB\nVmHWM:\t   123456 kB\nVmRSS:\t  1 kB\n';
  expect(numberNamed(status, 'VmHWM')).toBe(123_456);
  const stat = 'total_inactive_file 7\ninactive_file 300\ninactive_file_x 4\noom_kill 2';
  expect(numberNamed(stat, 'inactive_file')).toBe(300);
  expect(numberNamed(stat, 'oom_kill')).toBe(2);
  expect(numberNamed(stat, 'oom')).toBeNull();
  expect(numberNamed('', 'oom_kill')).toBeNull();
});

it('reads what the kernel counted of this process, and of those that it ended', () => {
  const root = mkdtempSync(join(tmpdir(), 'greenbatch-counted-'));
  // The line stands behind what fits into a page.
  const vmstat = `${'nr_zone_inactive_anon 1\n'.repeat(400)}oom_kill 3\n`;
  mkdirSync(join(root, 'proc/self'), { recursive: true });
  expect(oomKills(root)).toBe(0);
  expect(peakRssBytes(root)).toBeGreaterThan(1e6);
  writeFileSync(join(root, 'proc/vmstat'), vmstat);
  writeFileSync(join(root, 'proc/self/status'), 'VmPeak:\t9 kB\nVmHWM:\t  2048 kB\n');
  expect(oomKills(root)).toBe(3);
  expect(peakRssBytes(root)).toBe(2 ** 21);
  rmSync(root, { recursive: true });
});

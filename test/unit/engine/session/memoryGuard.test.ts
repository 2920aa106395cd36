import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  availableBytes,
  fitMemory,
  memoryProblem,
  nextProbe,
  predictBytes,
} from '../../../../src/engine/session/memoryGuard';
import { isSteady } from '../../../../src/engine/trial/warmup';

describe('memory guard', () => {
  const line = (base: number, slope: number) =>
    [1, 2, 4].map((batchSize) => ({ batchSize, peakRssBytes: base + slope * batchSize }));

  it('fits base and slope exactly where memory is linear', () => {
    const model = fitMemory(line(140e6, 46e6));
    expect(model.baseBytes).toBeCloseTo(140e6, 0);
    expect(model.bytesPerImage).toBeCloseTo(46e6, 0);
    expect(predictBytes(model, 32)).toBeCloseTo(1.2 * (140e6 + 32 * 46e6), 0);
  });

  it('never predicts less for a larger batch', () => {
    expect(fitMemory(line(140e6, -1e6)).bytesPerImage).toBe(0);
  });

  it('says with numbers why a batch does not fit', () => {
    const model = fitMemory(line(100e6, 50e6));
    expect(memoryProblem(model, 4, 1e9, 1)).toBeNull();
    const problem = memoryProblem(model, 100, 1e9, 1);
    expect(problem).toMatchObject({ reason: 'memory', availableBytes: 1e9 });
    expect(problem?.message).toContain('6.12 GB');
    expect(memoryProblem(model, 1000, 1e15, 1e15)?.reason).toBe('tensor-size');
  });

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
    write('sys/fs/cgroup/memory/a/memory.stat', 'inactive_file 1\ntotal_inactive_file 500000\n');
    expect(availableBytes(undefined, root)).toBe(300_000);
    rmSync(root, { recursive: true });
  });

  it('keeps what an image needs for sure, however noisy the probes are', () => {
    expect(fitMemory(line(140e6, -1e6), 300e3).bytesPerImage).toBe(300e3);
  });

  it('probes only before larger batches, and until the growth can be seen', () => {
    const probes = (base: number, slope: number, largest: number) => {
      const points: { batchSize: number; peakRssBytes: number }[] = [];
      for (let next = nextProbe(points, largest); next !== null; next = nextProbe(points, largest)) {
        points.push({ batchSize: next, peakRssBytes: base + slope * next });
      }
      return points.map((p) => p.batchSize);
    };
    expect(probes(100e6, 50e6, 1)).toEqual([]);
    expect(probes(100e6, 50e6, 2)).toEqual([1, 2]);
    expect(probes(100e6, 50e6, 64)).toEqual([1, 2, 4]);
    expect(probes(100e6, 1e6, 4096)).toEqual([1, 2, 4, 8, 16, 32]);
    expect(probes(100e6, 1, 4096)).toEqual([1, 2, 4, 8, 16, 32, 64]);
    expect(probes(100e6, 1, 10)).toEqual([1, 2, 4, 8]);
  });
});

describe('steadiness of a warm-up', () => {
  it('waits until the batch times settle', () => {
    expect(isSteady([100])).toBe(false);
    expect(isSteady([100, 80])).toBe(true);
    expect(isSteady([300, 200, 150, 110, 100, 100])).toBe(false);
    expect(isSteady([300, 200, 101, 100, 100, 101])).toBe(true);
  });
});

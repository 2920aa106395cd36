import { describe, expect, it } from 'vitest';
import { availableBytes, fitMemory, memoryProblem, nextProbe, predictBytes } from '../../../src/engine/memoryGuard';
import { isSteady } from '../../../src/engine/warmup';

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

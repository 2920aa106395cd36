import { describe, expect, it } from 'vitest';
import { fitMemory, memoryProblem, nextProbe, predictBytes } from '../../../../src/workloads/memory/memoryLine';

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
    expect(memoryProblem(model, { batchSize: 4, instances: 1 }, 1e9, 1, 'image')).toBeNull();
    const problem = memoryProblem(model, { batchSize: 100, instances: 1 }, 1e9, 1, 'image');
    expect(problem).toMatchObject({ reason: 'memory', availableBytes: 1e9 });
    expect(problem?.message).toContain('6.12 GB');
    expect(problem?.message).toContain('50.0 MB per image');
    expect(memoryProblem(model, { batchSize: 100, instances: 1 }, 1e9, 1, 'token')?.message).toContain(
      '50.0 MB per token',
    );
    expect(memoryProblem(model, { batchSize: 1000, instances: 1 }, 1e15, 1e15, 'image')?.reason).toBe('tensor-size');
  });

  it('counts all processes that run it at once', () => {
    const model = fitMemory(line(100e6, 50e6));
    const problem = memoryProblem(model, { batchSize: 10, instances: 2 }, 1e9, 1, 'image');
    expect(memoryProblem(model, { batchSize: 10, instances: 1 }, 1e9, 1, 'image')).toBeNull();
    expect(problem).toMatchObject({ neededBytes: 1.44e9, availableBytes: 1e9 });
    expect(problem?.message).toMatch(/^2 processes of about 720 MB would need about 1.44 GB \(/);
  });

  it('probes batch 1 where it runs in several processes at once, and measures a tensor by one', () => {
    expect(nextProbe([], 1, 1)).toBeNull();
    expect(nextProbe([], 1, 2)).toBe(1);
    expect(nextProbe([{ batchSize: 1, peakRssBytes: 1e8 }], 1, 2)).toBeNull();
    const model = fitMemory(line(100e6, 50e6));
    expect(memoryProblem(model, { batchSize: 4, instances: 1000 }, 1e15, 1e8, 'image')).toBeNull();
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

import { describe, expect, it } from 'vitest';
import { batchCostsOf } from '../../../../../src/core/pipeline/simulation/batchCosts';
import { optionOf, problemOf } from '../../../../support/pipelines';

const costs = (options: Parameters<typeof optionOf>[0][], index = 0) =>
  batchCostsOf(problemOf([options.map(optionOf)]).stages[0]!, index);

describe('a partial batch', () => {
  it('costs as much as a full one where no smaller one was profiled', () => {
    const { latencySeconds, busySeconds, joules } = costs([{ batch: 4, latencySeconds: 0.8, joulesPerRequest: 2 }]);
    expect([...latencySeconds]).toEqual([0, 0.8, 0.8, 0.8, 0.8]);
    expect([...busySeconds]).toEqual([0, 0.8, 0.8, 0.8, 0.8]);
    expect([...joules]).toEqual([0, 8, 8, 8, 8]);
  });

  it('costs what straight lines between smaller ones of the same variant and cores say', () => {
    const all = [
      { batch: 4, latencySeconds: 0.8, joulesPerRequest: 2 },
      { batch: 2, latencySeconds: 0.5, joulesPerRequest: 3 },
      { batch: 1, latencySeconds: 0.1, joulesPerRequest: 1, cores: 2 },
      { batch: 1, latencySeconds: 0.1, joulesPerRequest: 1, variant: 'other' },
      { batch: 3, latencySeconds: 0.1, joulesPerRequest: 1, energyIncludesIdle: true },
    ];
    const { latencySeconds, joules } = costs(all);
    [0, 0.35, 0.5, 0.65, 0.8].forEach((seconds, size) => expect(latencySeconds[size]).toBeCloseTo(seconds, 12));
    [0, 5, 6, 7, 8].forEach((each, size) => expect(joules[size]).toBeCloseTo(each, 12));
  });
});

it('keeps a replica busy for batch ÷ throughput, be that shorter or longer than the latency', () => {
  const { latencySeconds, busySeconds } = costs([{ batch: 2, latencySeconds: 0.8, throughput: 5 }]);
  expect(latencySeconds[2]).toBe(0.8);
  expect(busySeconds[2]).toBe(0.4);
  const slower = costs([{ batch: 2, latencySeconds: 0.8, throughput: 2 }]);
  expect([slower.latencySeconds[2], slower.busySeconds[2]]).toEqual([0.8, 1]);
});

it('is told of very large batches with many smaller ones in one pass', () => {
  const all = Array.from({ length: 1000 }, (_, i) => ({ batch: 1000 * (i + 1), latencySeconds: 0.1 + i }));
  const { latencySeconds } = costs(all, 999);
  expect(latencySeconds[1_000_000]).toBe(999.1);
  expect(latencySeconds[500_500]).toBeCloseTo(499.6, 9);
});

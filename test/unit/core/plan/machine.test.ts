import { expect, it } from 'vitest';
import { machineOf } from '../../../support/plans';

it('of a file has 95 % of its memory to give, as many threads as cores, and the load of its power limits', () => {
  const machine = machineOf('{ name: a, cores: 8, memoryGiB: 100, powerLimitWindowSeconds: 28, gflopsPerCore: 30 }');
  expect(machine).toMatchObject({ described: true, sockets: 1, threads: 8, heatSeconds: 84, freeDiskBytes: null });
  expect(machine.availableBytes).toBeCloseTo(95 * 2 ** 30);
  expect(machine.gflopsPerCore).toEqual({ low: 30, high: 30 });
  expect(machineOf('{ name: a, cores: 8, memoryGiB: 100, availableGiB: 50 }').availableBytes).toBe(50 * 2 ** 30);
});

it('says which counters of those that are asked for it lacks', () => {
  const of = (counters: string) => machineOf(`{ name: a, cores: 1, memoryGiB: 1 ${counters} }`).counters;
  expect(of('')).toMatchObject({ state: 'unknown' });
  expect(of(', counters: [package]')).toMatchObject({ state: 'missing', problem: expect.stringContaining('dram') });
  expect(of(', counters: [dram, package]')).toEqual({ state: 'readable', problem: null, fix: null });
});

import { expect, it } from 'vitest';
import type { TrialRequests } from '../../../../src/core/latency/requestLatency';
import { isNearSaturation, loadOf } from '../../../../src/core/latency/saturation';

const met = (load: number, standardError = 0.005): TrialRequests => ({
  ...{ load, standardError, atPercentile: 100, joulesPerRequest: null, perIdleWatt: null },
  latency: { first: 0, counts: new Uint32Array(1), total: 1, minMs: 100, maxMs: 100 },
});

it('is a load above .95 on average over the trials', () => {
  expect(isNearSaturation([met(0.94), met(0.95)])).toBe(false);
  expect(isNearSaturation([met(0.95), met(0.97)])).toBe(true);
  expect(loadOf([met(0.95), met(0.97)])).toBeCloseTo(0.96, 12);
});

it('is a percentile that the simulation leaves open by 1 % or more; more trials know it better', () => {
  expect(isNearSaturation([met(0.9, 0.012)])).toBe(true);
  expect(isNearSaturation([met(0.9, 0.012), met(0.9, 0.012)])).toBe(false);
  expect(isNearSaturation([met(0.9, 0.03), met(0.9, 0.001)])).toBe(true);
});

import { expect, it } from 'vitest';
import { arrivalSeed, leadInSeconds, notReplayed, pacedOf } from '../../../../src/core/run/pacedPlan';
import { type SpecInput, specSchema } from '../../../../src/core/spec/spec';

const sla = { requestLatencyMs: 1000, arrivalRate: 10 };
const specOf = (more: Partial<SpecInput>) => specSchema.parse({ models: ['yolov7-tiny'], batchSizes: [1], ...more });

it('is asked for by a service level, but not in a quick look, unless the experiment says it', () => {
  expect(pacedOf(specOf({}))).toBe('none');
  expect(pacedOf(specOf({ sla }))).toBe('winners');
  expect(pacedOf(specOf({ sla, measure: { idleAt: 'thrice' } }))).toBe('none');
  expect(pacedOf(specOf({ sla, measure: { idleAt: 'thrice', paced: { of: 'all' } } }))).toBe('all');
});

it('is not possible without a rate, without work that is served, and for none or too many requests', () => {
  expect(notReplayed(specOf({ sla }), true)).toBeNull();
  expect(notReplayed(specOf({}), true)).toContain('no service level');
  expect(notReplayed(specOf({ sla }), false)).toContain('no work that a server does');
  expect(notReplayed(specOf({ sla: { ...sla, arrivalRate: 0.001 } }), true)).toContain('none would arrive in 60 s');
  const many = { ...sla, arrivalRate: 20_000 };
  expect(notReplayed(specOf({ sla: many }), true)).toContain('1200000 would arrive');
  expect(notReplayed(specOf({ sla: many, measure: { paced: { trace: './a.csv' } } }), true)).toBeNull();
});

it('begins with the warm-up, and with three batches that fill, but with no more than a window', () => {
  const seconds = (batchSize: number) =>
    leadInSeconds({ warmupSeconds: 2 }, { batchSize }, { requests: 600, seconds: 60 });
  expect([1, 8, 64, 1000].map(seconds)).toEqual([2, 2.4, 19.2, 60]);
});

it('draws other arrivals for each block and each seed', () => {
  const seeds = [1, 2, 3].flatMap((seed) => [1, 2, 3].map((block) => arrivalSeed(seed, block)));
  expect(new Set(seeds).size).toBe(9);
  for (const seed of seeds) expect(Number.isInteger(seed) && seed >= 0).toBe(true);
});

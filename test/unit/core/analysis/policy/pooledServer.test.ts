import { expect, it } from 'vitest';
import { pooledServer } from '../../../../../src/core/analysis/policy/pooledServer';
import { batchJoules, batchMs, idleWatts, policyRun } from '../../../../support/policyRuns';
import { emptyResult, trialOf } from '../../../../support/simulatedSweep';

const { results } = policyRun(undefined, { sizes: [1, 4, 8], splits: [2] });

it('is a configuration with all its trials as one, and the bounds of what its batches take', () => {
  const eight = pooledServer(results[2]!, results, { instances: 3 })!;
  expect(eight).toMatchObject({ id: 'b8 t2', servers: 3, batchSize: 8, idleWatts });
  expect(eight.capacity).toBeCloseTo((3 * 8 * 1000) / batchMs(8, 2), 6);
  for (let size = 1; size <= 8; size++) expect(eight.batchJoules[size]).toBeCloseTo(batchJoules(size, 2), 9);
  expect(eight.leastJoules).toBeCloseTo(batchJoules(8, 2) / 8, 9);
  expect(Math.abs(eight.leastMs / (0.97 * batchMs(1, 2)) - 1)).toBeLessThan(0.02);
});

it('is none without an idle baseline or a batch', () => {
  const blind = emptyResult(1, { trials: [trialOf(1, 2)] });
  expect(pooledServer(blind, [blind], {})).toBeNull();
  expect(pooledServer(emptyResult(1), [], {})).toBeNull();
});

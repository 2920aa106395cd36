import { expect, it } from 'vitest';
import { candidatesOf, ratesOf, waitsOf } from '../../../../../src/core/analysis/policy/policyGrid';
import { pooledServer } from '../../../../../src/core/analysis/policy/pooledServer';
import { policyRun } from '../../../../support/policyRuns';

const { results } = policyRun(undefined, { sizes: [1, 4], splits: [1] });
const servers = results.map((result) => pooledServer(result, results, {})!);

it('tries no wait and round steps below the limit, with the one in force', () => {
  expect(waitsOf('when-free', { requestLatencyMs: 200 })).toEqual([0, 5, 7, 10, 15, 20, 30, 50, 70, 100, 150]);
  expect(waitsOf('timeout', { requestLatencyMs: 10, batchTimeoutMs: 4 })).toEqual([
    0, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 4, 5, 7,
  ]);
  expect(waitsOf('full', { requestLatencyMs: 200 })).toEqual([null]);
});

it('has the plainest first, and lets nobody wait who is alone in a batch', () => {
  const tried = candidatesOf(servers.toReversed(), [0, 5]).map((c) => [c.server.batchSize, c.timeoutMs]);
  expect(tried).toEqual([
    [1, 0],
    [4, 0],
    [4, 5],
  ]);
});

it('goes from a server that nearly rests to the most that one can do', () => {
  const rates = ratesOf(servers);
  const most = Math.max(...servers.map(({ capacity }) => capacity));
  expect(rates[0]! / most).toBeLessThan(0.011);
  expect(rates.at(-1)).toBeLessThanOrEqual(0.95 * most);
  expect(rates.at(-1)! / most).toBeGreaterThan(0.85);
});

import { describe, expect, it } from 'vitest';
import { bestPolicy, type Candidate, type Limit, modelled } from '../../../../../src/core/analysis/policy/bestPolicy';
import { candidatesOf, ratesOf, waitsOf } from '../../../../../src/core/analysis/policy/policyGrid';
import { pooledServer } from '../../../../../src/core/analysis/policy/pooledServer';
import { repeats } from '../../../../support/repeats';
import { policyRun } from '../../../../support/policyRuns';

/**
 * Every policy is simulated in full, none left out: of the grid of the search, whose answer has to be the best of it, and of a grid of
 * waits twice as fine, which has to save little more.
 */
const { results } = policyRun(undefined, { sizes: [1, 4, 16], splits: [1, 4] });
const servers = results.map((result) => pooledServer(result, results, {})!);

/** J/request of the best, by simulating all. */
function exhaustive(candidates: readonly Candidate[], rate: number, limit: Limit): number {
  const joules = candidates.flatMap((candidate) =>
    candidate.server.capacity > rate ? (modelled(candidate, rate, limit)?.joulesPerRequest ?? []) : [],
  );
  return Math.min(...joules);
}

describe.each([
  { batching: 'when-free', percentile: 95, requestLatencyMs: 200 },
  { batching: 'timeout', percentile: 99, requestLatencyMs: 80 },
] as const)('$batching within $requestLatencyMs ms', (limit) => {
  const waits = waitsOf(limit.batching, limit) as number[];
  const candidates = candidatesOf(servers, waits);
  const finer = candidatesOf(servers, [
    0,
    ...Array.from(
      { length: 2 * waits.length },
      (_, i) => limit.requestLatencyMs * 0.005 * 190 ** (i / (2 * waits.length)),
    ),
  ]);
  const rates = ratesOf(servers);
  it.each(repeats(0, 1) ? rates : [rates[2]!, rates[15]!])('at %d requests/s', (rate) => {
    const found = bestPolicy(candidates, rate, limit, null);
    const all = exhaustive(candidates, rate, limit);
    if (found === null) {
      expect(all).toBe(Infinity);
      return;
    }
    // As good as the best but for what makes the plainest be named.
    expect(found.joulesPerRequest / all).toBeLessThan(1.0075);
    expect(exhaustive(finer, rate, limit) / found.joulesPerRequest).toBeGreaterThan(0.95);
    // What was known before changes nothing.
    for (const known of [candidates[0]!, candidates.at(-1)!])
      expect(bestPolicy(candidates, rate, limit, known)!.joulesPerRequest / found.joulesPerRequest).toBeCloseTo(1, 2);
  });
});

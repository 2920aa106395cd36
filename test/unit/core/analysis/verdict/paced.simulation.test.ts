import { describe, expect, it } from 'vitest';
import { seededNormal } from '../../../../../src/core/statistics/random';
import { pacedVerdict } from '../../../../../src/core/analysis/verdict/paced';
import type { Paced } from '../../../../../src/core/analysis/verdict/pacedSchema';
import type { ConfigurationSummary } from '../../../../../src/core/metrics/summarySchema';
import type { PacedValue } from '../../../../../src/core/values/result';
import { emptyResult, termsOf } from '../../../../support/simulatedSweep';
import { pacedOf } from '../../../../support/pacedValues';

/**
 * What is claimed of replayed requests, against made-up truths: what a block does to both configurations (its arrivals, the machine), what
 * is left to each trial (half normal, half of a t with four degrees of freedom), and latencies whose scale moves with the block.
 */

const sla = { requestLatencyMs: 100, percentile: 95, arrivalRate: 10, batching: 'full' as const };
const terms = { ...termsOf({ currentBatchSize: 1 }), sla };
const runs = 2000;

type Truth = {
  savingPercent: number;
  blockPercent?: number;
  trialPercent?: number;
  p95Ms?: number;
  blocks?: number;
  /** Of a block; with few the limit is often not known to be kept, and nothing is confirmed. */
  requests?: number;
};

function* judged(seed: number, truth: Truth, modelledPercent: number) {
  const { savingPercent, blockPercent = 3, trialPercent = 1, p95Ms = 60, blocks = 5, requests = 20 } = truth;
  const normal = seededNormal(seed);
  const heavy = () => {
    const chi = normal() ** 2 + normal() ** 2 + normal() ** 2 + normal() ** 2;
    return Math.SQRT1_2 * normal() + (Math.SQRT1_2 * (normal() / Math.sqrt(chi / 4))) / Math.SQRT2;
  };
  // Of a logarithmic normal with this scale the 95th percentile is `p95Ms`.
  const scale = 0.4;
  const median = p95Ms / Math.exp(1.6448536 * scale);
  const claimed = { percent: modelledPercent, significant: true, energy: 'joulesPerRequest' };
  const summaries = [1, 8].map((size) => ({ ...emptyResult(size), joulesPerRequest: null, requestLatencyMs: null }));
  for (let run = 0; run < runs; run++) {
    const values: [PacedValue[], PacedValue[]] = [[], []];
    for (let block = 1; block <= blocks; block++) {
      const shared = (blockPercent / 100) * normal();
      for (const i of [0, 1] as const) {
        const joules = 5 * (i === 1 ? 1 - savingPercent / 100 : 1) * Math.exp(shared + (trialPercent / 100) * heavy());
        const moved = median * Math.exp(shared + 0.02 * heavy());
        const requestMs = Array.from({ length: requests }, () => moved * Math.exp(scale * normal()));
        values[i].push(pacedOf(block, joules, [], { requestMs }));
      }
    }
    yield pacedVerdict(
      { winner: 'b8', inUse: 'b1', saving: claimed } as Parameters<typeof pacedVerdict>[0],
      [1, 8].map((size, i) => emptyResult(size, { paced: values[i]! })),
      summaries as unknown as ConfigurationSummary[],
      terms,
    )!;
  }
}

const share = (seed: number, truth: Truth, modelled: number, is: (paced: Paced) => boolean) => {
  let found = 0;
  for (const paced of judged(seed, truth, modelled)) if (is(paced)) found++;
  return found / runs;
};
describe('claims of replayed requests', () => {
  it.each([5, 8])('hold the true saving in their interval, of %i blocks', (blocks) => {
    const covered = share(
      blocks,
      { savingPercent: 6.2, blocks },
      6.7,
      ({ saving }) => saving!.low! <= 6.2 && saving!.high! >= 6.2,
    );
    expect(covered).toBeGreaterThanOrEqual(0.94);
  });

  it('confirm no saving where there is none, however large the model makes it', () => {
    expect(
      share(1, { savingPercent: 0, requests: 120 }, 6.7, ({ confirms }) => confirms === 'yes'),
    ).toBeLessThanOrEqual(0.055);
    expect(
      share(2, { savingPercent: -1, requests: 120 }, 6.7, ({ confirms }) => confirms === 'yes'),
    ).toBeLessThanOrEqual(0.055);
    expect(share(3, { savingPercent: 0 }, 6.7, ({ confirms }) => confirms === 'no')).toBeGreaterThan(0.9);
  });

  it('contradict no saving that is as modelled', () => {
    expect(share(4, { savingPercent: 1 }, 1, ({ confirms }) => confirms === 'no')).toBeLessThanOrEqual(0.055);
    expect(share(5, { savingPercent: 6.7, requests: 120 }, 6.7, ({ confirms }) => confirms === 'yes')).toBeGreaterThan(
      0.95,
    );
  });

  it('confirm no limit that is just broken', () => {
    const truth = { savingPercent: 6.7, p95Ms: 100.01, requests: 120 };
    expect(share(6, truth, 6.7, ({ confirms }) => confirms === 'yes')).toBeLessThanOrEqual(0.055);
    expect(share(7, { ...truth, p95Ms: 99.99 }, 6.7, ({ keepsLimit }) => keepsLimit === 'no')).toBeLessThanOrEqual(
      0.055,
    );
  });
});

import { describe, expect, it } from 'vitest';
import { judge } from '../../../../../src/core/analysis/verdict/judge';
import { verdictSchema } from '../../../../../src/core/analysis/verdict/verdictSchema';
import type { ConfigurationResult, PacedValue } from '../../../../../src/core/values/result';
import { emptyResult, termsOf, trialOf } from '../../../../support/simulatedSweep';
import { pacedOf } from '../../../../support/pacedValues';

const sla = { requestLatencyMs: 2000, percentile: 95, arrivalRate: 10, batching: 'full' as const };
const wave = (block: number, phase: number) => 1 + 0.002 * Math.sin(2.4 * block + phase);

/** Under full load batch 8 takes 2.6 J, batch 1 4 J, at 20 W at rest. */
function measured(batchSize: number, paced?: PacedValue[]): ConfigurationResult {
  const joules = batchSize === 8 ? 2.6 : 4;
  const trials = [1, 2, 3, 4, 5, 6].map((block) =>
    trialOf(block, joules * wave(block, batchSize), {
      idleWatts: 20,
      unitsPerSecond: batchSize === 8 ? 40 : 20,
      batchMs: Array.from({ length: 60 }, (_, i) => (batchSize === 8 ? 200 : 50) * (1 + 0.001 * (i % 7))),
    }),
  );
  return emptyResult(batchSize, { trials, ...(paced && { paced }) });
}

const blocksOf = (joules: number, phase: number, more: Parameters<typeof pacedOf>[2] = [10, 20, 30], count = 5) =>
  Array.from({ length: count }, (_, i) => pacedOf(i + 1, joules * wave(i + 1, phase), more));
const terms = (change: Partial<typeof sla> = {}) => ({
  ...termsOf({ currentBatchSize: 1 }),
  sla: { ...sla, ...change },
});
const verdictOf = (results: ConfigurationResult[], change: Partial<typeof sla> = {}) =>
  judge(results, terms(change)).verdict;

const replayed = [measured(1, blocksOf(5, 0)), measured(8, blocksOf(4.7, 1))];

describe('what replayed requests say of a verdict', () => {
  it('is nothing where none were replayed: then it is modelled', () => {
    const { paced, sentence, qualification } = verdictOf([measured(1), measured(8)]);
    expect(paced).toBeNull();
    expect(sentence).toMatch(
      /^Batch 8 is greenest within your limit: [\d.]+ J\/request modelled at 10 requests\/s, .*; modelled request p95 /,
    );
    expect(qualification.map(({ code }) => code)).not.toContain('paced-contradicts');
  });

  it('is the saving within paced blocks with its interval, the latencies, and the model beside them', () => {
    const verdict = verdictOf(replayed);
    const paced = verdictSchema.parse(verdict).paced!;
    expect(paced).toMatchObject({
      winner: 'b8',
      inUse: 'b1',
      blocks: 5,
      requests: 600,
      confirms: 'yes',
      keepsLimit: 'yes',
    });
    // ln(4.7 ÷ 5) is the same in each block but for the waves.
    const ln = [1, 2, 3, 4, 5].map((b) => Math.log((4.7 * wave(b, 1)) / (5 * wave(b, 0))));
    const mean = ln.reduce((a, b) => a + b, 0) / 5;
    const s = Math.sqrt(ln.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 4);
    // t of four degrees of freedom, 97.5 %.
    const half = (2.776445 * s) / Math.sqrt(5);
    expect(paced.saving!.percent).toBeCloseTo(100 * (1 - Math.exp(mean)), 9);
    expect(paced.saving!.low).toBeCloseTo(100 * (1 - Math.exp(mean + half)), 4);
    expect(paced.saving!.high).toBeCloseTo(100 * (1 - Math.exp(mean - half)), 4);
    const [today, chosen] = paced.configurations;
    expect(chosen!.latencyMs).toMatchObject({
      p50: { value: expect.closeTo(20, 0) },
      atPercentile: { percentile: 95 },
    });
    expect(chosen!.latencyMs.p95.low!).toBeLessThan(chosen!.latencyMs.p95.value!);
    expect(today!.modelled.joulesPerRequest!.value).toBeGreaterThan(4);
    const { value, errorPercent } = chosen!.modelled.joulesPerRequest!;
    expect(errorPercent).toBeCloseTo(100 * (value / chosen!.joulesPerRequest.mean - 1), 9);
    expect(paced.saving!.modelled!.errorPoints).toBeCloseTo(paced.saving!.modelled!.percent - paced.saving!.percent, 9);
  });

  it('is said in the verdict’s sentence in place of what is modelled', () => {
    const { sentence, paced } = verdictOf(replayed);
    expect(sentence).toMatch(
      /^Batch 8 is greenest within your limit: 4\.699 J\/request \(4\.691–4\.708\) at 10 requests\/s, measured with replayed requests, 6\.0 % less than batch 1, which you run today \(.*–.* %; modelled: \d+(\.\d+)? %\); request p95 [\d.]+ ms instead of [\d.]+ ms\.$/,
    );
    expect(paced!.sentence).toMatch(
      /^Replayed 5 times to each: 600 requests in 60\.0 s at 10 requests\/s, batches closed when full\. Batch 8 took .*This confirms the verdict\.$/,
    );
  });

  it('has no interval of a saving below five blocks, and then neither confirms nor contradicts', () => {
    const { paced, sentence } = verdictOf([
      measured(1, blocksOf(5, 0, [10], 4)),
      measured(8, blocksOf(5.4, 1, [10], 4)),
    ]);
    expect(paced).toMatchObject({ blocks: 4, saving: { low: null, high: null, blocks: 4 }, confirms: 'unresolved' });
    expect(sentence).toMatch(/7\.9 % more than batch 1, which you run today \(4 blocks; modelled: [\d.]+ % less\)/);
  });

  it('contradicts where the saving is none although one is modelled: the sentence begins with it, the kind stays', () => {
    const { kind, winner, paced, sentence, qualification } = verdictOf([
      measured(1, blocksOf(5, 0)),
      measured(8, blocksOf(5, 1)),
    ]);
    expect([kind, winner, paced!.confirms]).toEqual(['greenest', 'b8', 'no']);
    expect(sentence).toMatch(
      /^Replayed requests contradict this: batch 8 takes .* energy per request than batch 1, where \d+(\.\d+)? % less is modelled; by the model batch 8 is greenest within your limit: [\d.]+ J\/request modelled/,
    );
    expect(qualification.find(({ code }) => code === 'paced-contradicts')).toMatchObject({ configuration: 'b8' });
  });

  it('contradicts where the limit is surely broken, whatever is saved', () => {
    const { paced, sentence } = verdictOf([measured(1, blocksOf(5, 0)), measured(8, blocksOf(4.7, 1, [100, 8000]))]);
    expect(paced).toMatchObject({ keepsLimit: 'no', confirms: 'no' });
    expect(sentence).toMatch(
      /^Replayed requests contradict this: request p95 of batch 8 is 8\.0\d s, over your limit of 2\.00 s; by the model /,
    );
  });

  it('keeps open what an interval reaches both ways, and what one block alone says', () => {
    const wide = [4.2, 5.6, 4.4, 5.3, 4.1].map((joules, i) => pacedOf(i + 1, joules));
    expect(verdictOf([measured(1, blocksOf(5, 0)), measured(8, wide)]).paced).toMatchObject({
      ...{ saving: { significant: false }, confirms: 'unresolved' },
    });
    const one = verdictOf([measured(1, blocksOf(5, 0, [10], 1)), measured(8, blocksOf(4.7, 1, [10], 1))]).paced!;
    expect(one).toMatchObject({ keepsLimit: 'unresolved', confirms: 'unresolved' });
    expect(one.configurations[0]!.joulesPerRequest).toMatchObject({ low: null, n: 1 });
  });

  it.each([
    { arrivalRate: 11 },
    { batchTimeoutMs: 5, batching: 'timeout' as never },
    { batching: 'when-free' as never },
    { instances: 2 },
  ])('is nothing under other terms than were replayed: %j', (change) => {
    const { paced, sentence } = verdictOf(replayed, change);
    expect(paced).toBeNull();
    expect(sentence).not.toMatch(/replayed/i);
  });

  it('is judged by another limit anew, for that was not replayed but answers can be held against it', () => {
    const results = [measured(1, blocksOf(5, 0, [10, 2500])), measured(8, blocksOf(4.7, 1, [10, 2500]))];
    expect(verdictOf(results, { requestLatencyMs: 2000 }).paced!.keepsLimit).toBe('no');
    expect(verdictOf(results, { requestLatencyMs: 3000 }).paced!.keepsLimit).toBe('yes');
  });

  it('names a winner that was not replayed as modelled', () => {
    const { paced, sentence } = verdictOf([measured(1, blocksOf(5, 0)), measured(8)]);
    expect(paced).toMatchObject({ winner: null, inUse: 'b1', saving: null, confirms: 'unresolved' });
    expect(sentence).toMatch(/J\/request modelled/);
    expect(paced!.sentence).toMatch(/nothing of it is measured\.$/);
  });

  it('asks for as many requests of a percentile as elsewhere', () => {
    const few = (joules: number) => [pacedOf(1, joules, [10], { requestMs: [10, 12], requests: 2 })];
    const { paced } = verdictOf([measured(1, few(5)), measured(8, few(4.7))]);
    expect(paced!.configurations[1]!.latencyMs).toMatchObject({ p95: { value: null }, p99: { value: null }, max: 12 });
    expect(paced!.keepsLimit).toBe('yes');
  });

  it('says why requests could not be replayed', () => {
    const failing = { ...measured(8), pacedFailure: { code: 'x', message: 'the queue grows' } };
    const { qualification, paced } = verdictOf([measured(1), failing]);
    expect(paced).toBeNull();
    expect(qualification).toContainEqual({
      ...{ code: 'paced-failed', configuration: 'b8' },
      message: 'Requests could not be replayed to batch 8: the queue grows',
    });
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededNormal } from '../../../../../src/core/statistics/random';
import type { ConfigurationResult, TrialValue } from '../../../../../src/core/values/result';
import { decideNext } from '../../../../../src/core/analysis/verdict/stopping';
import { judge } from '../../../../../src/core/analysis/verdict/judge';
import type { AnalysisTerms } from '../../../../../src/core/analysis/analysisTermsSchema';
import { dominates, paretoFront } from '../../../../../src/core/analysis/verdict/pareto';
import { sampledAccuracy } from '../../../../support/sampledAccuracy';
import { emptyResult, termsOf, trialOf } from '../../../../support/simulatedSweep';
import type { Verdict } from '../../../../../src/core/analysis/verdict/verdictSchema';

type Sla = NonNullable<AnalysisTerms['sla']>;

/** Trials that spread evenly about a mean by ± `spread` percent; the same pattern turned by `phase`, so that pairs differ. */
function measured(
  batchSize: number,
  joules: number,
  {
    blocks = 6,
    spread = 0.2,
    phase = batchSize,
    ...rest
  }: Partial<TrialValue> & {
    blocks?: number;
    spread?: number;
    phase?: number;
  } = {},
  configuration: Partial<ConfigurationResult> = {},
): ConfigurationResult {
  const batchMs = rest.batchMs ?? Array(40).fill(batchSize * 50 + 20);
  const unitsPerSecond = rest.unitsPerSecond ?? (batchSize * 1000) / batchMs[0]!;
  const trials = Array.from({ length: blocks }, (_, i) => {
    const wave = Math.sin(2.4 * (i + 1) + phase);
    return trialOf(i + 1, joules * (1 + (spread / 100) * wave), {
      idleWatts: 20,
      ...rest,
      unitsPerSecond: unitsPerSecond * (1 + 0.001 * wave),
      batchMs: batchMs.map((ms) => ms * (1 + 0.001 * wave)),
    });
  });
  return emptyResult(batchSize, { trials, ...configuration });
}

function terms(rest: Partial<AnalysisTerms> = {}, options: Parameters<typeof termsOf>[0] = {}): AnalysisTerms {
  return { ...termsOf(options), ...rest };
}

const sla = (rest: Partial<Sla> = {}): Sla => ({ requestLatencyMs: 2000, percentile: 95, arrivalRate: 4, ...rest });

/** Besides which server is modelled. */
const said = ({ qualification }: Verdict) =>
  qualification.filter(({ code }) => code !== 'batching').map(({ message }) => message);

describe('greenest', () => {
  const results = [measured(1, 3.2), measured(8, 2.31), measured(16, 2.62)];

  it('names the winner, how far the others are behind, and the saving against today', () => {
    const { verdict } = judge(results, terms({}, { currentBatchSize: 16 }));
    expect(verdict.kind).toBe('greenest');
    expect(verdict.winner).toBe('b8');
    expect(verdict.metric).toBe('joulesPerUnit');
    expect(verdict.comparisons.map((c) => [c.id, c.relation])).toEqual([
      ['b16', 'worse'],
      ['b1', 'worse'],
    ]);
    expect(verdict.sentence).toBe(
      'Batch 8 is greenest: 2.31 J/image, 11.8 % less than batch 16, which you run today (11.5–12.2 %); every other takes at least 13 % more, batch 16 as the next 13.4 %.',
    );
    expect(verdict.saving!.percent).toBeCloseTo((1 - 2.31 / 2.62) * 100, 0);
    expect(verdict.saving!.latency).toMatchObject({ of: 'batch', percentile: 95 });
  });

  it('says when it is what runs today', () => {
    const { verdict } = judge(results, terms({}, { currentBatchSize: 8 }));
    expect(verdict.saving).toBeNull();
    expect(verdict.sentence).toBe(
      'Batch 8, which you run today, is greenest: 2.31 J/image; every other takes at least 13 % more, batch 16 as the next 13.4 %.',
    );
  });

  it('says that an estimate is one', () => {
    const { verdict } = judge(results, terms({ estimated: true }));
    expect(verdict.estimated).toBe(true);
    expect(verdict.sentence).toBe(
      'Estimated from CPU time: batch 8 is greenest: 2.31 J/image; every other takes at least 13 % more, batch 16 as the next 13.4 %.',
    );
    expect(verdict.qualification[0]?.message).toMatch(/^Estimated from CPU time, not measured/);
  });

  it('says which domains its joules are without', () => {
    const { verdict } = judge(results, terms({ missing: ['dram-1'] }));
    expect(verdict.missing).toEqual(['dram-1']);
    expect(verdict.sentence).toMatch(/^Measured without dram-1: batch 8 is greenest: 2\.31 J\/image; every other /);
    expect(verdict.qualification[0]).toEqual({
      ...{ code: 'missing-domains', configuration: null },
      message: 'Every joule is without dram-1: what a configuration takes there is not seen.',
    });
  });

  it('ranks by joules per request under an arrival rate, which may turn the order round', () => {
    // Full load: batch 8 is lower. At 2 requests/s idle power is the same for both and batch 8 keeps its lead.
    const { verdict, configurations } = judge(results, terms({ sla: sla({ requestLatencyMs: 10_000 }) }));
    expect(verdict.metric).toBe('joulesPerRequest');
    expect(verdict.sentence).toMatch(
      /^Batch 8 is greenest within your limit: [\d.]+ J\/request modelled at 4 requests\/s; every other takes at least 5\.1 % more, /,
    );
    const b8 = configurations[1]!;
    const dynamic = b8.joulesPerUnit!.mean - 20 / b8.unitsPerSecond!;
    expect(b8.joulesPerRequest!.mean).toBeCloseTo(dynamic + 20 / 4, 3);
  });

  it('leaves out what breaks the limit', () => {
    const { verdict } = judge(results, terms({ sla: sla({ requestLatencyMs: 1500 }) }, { currentBatchSize: 1 }));
    expect(Object.fromEntries(verdict.feasibility.map((f) => [f.id, f.feasible]))).toEqual({
      b1: 'yes',
      b8: 'no',
      b16: 'no',
    });
    expect(verdict.sentence).toMatch(/^Batch 1, which you run today, is the only one within your limit: /);
  });

  it('says of what was skipped or failed every time that it was not measured, and claims nothing about it', () => {
    const skipped = emptyResult(32, {
      skipped: { reason: 'memory', code: 'memory', fix: null, message: 'it needs 90 GB' },
    });
    const limit = terms({ sla: sla({ requestLatencyMs: 1500 }) });
    const verdictOf = (...others: ConfigurationResult[]) => judge([...results.slice(0, 2), ...others], limit).verdict;
    expect(verdictOf().sentence).toMatch(/^Batch 1 is the only one within your limit: /);
    for (const other of [skipped, emptyResult(16)]) {
      expect(verdictOf(other).sentence).toMatch(/^Batch 1 is the only measured one within your limit: /);
    }
    expect(verdictOf(skipped).qualification.filter(({ code }) => code !== 'batching')).toEqual([
      { code: 'skipped', configuration: 'b32', message: 'Batch 32 was not measured: it needs 90 GB' },
    ]);
    const saidOf = (one: ConfigurationResult) =>
      verdictOf(one).qualification.flatMap(({ code, message }) => (code === 'batching' ? [] : [message]));
    expect(saidOf(emptyResult(16))).toEqual(['Batch 16 was not measured: every repeat failed']);
    expect(saidOf(emptyResult(16, { failure: 'out of memory' }))).toEqual([
      'Batch 16 was not measured: every repeat failed (out of memory)',
    ]);
    const strict = terms({ sla: sla({ requestLatencyMs: 10 }) });
    expect(judge([...results, emptyResult(32)], strict).verdict.sentence).toMatch(
      /^No measured batch size keeps your limit/,
    );
  });

  it('does not call failed what may only not have had its turn', () => {
    const first = [measured(1, 3.2, { blocks: 1 }), emptyResult(16)];
    expect(judge(first, terms()).verdict.qualification).toEqual([]);
    first[1] = emptyResult(16, { failure: 'killed' });
    expect(judge(first, terms()).verdict.qualification[0]?.message).toContain('every repeat failed (killed)');
    expect(judge([emptyResult(1), emptyResult(16)], terms()).verdict.qualification).toEqual([]);
  });

  it('gives the price in latency with the saving', () => {
    const { verdict } = judge(results, terms({ sla: sla({ requestLatencyMs: 10_000 }) }, { currentBatchSize: 1 }));
    expect(verdict.saving!.latency).toMatchObject({ of: 'request', percentile: 95 });
    expect(verdict.sentence).toMatch(/; modelled request p95 [\d.]+ s instead of [\d.]+ ms; every other /);
  });

  it('still states the saving per image when today’s configuration cannot serve the arrivals', () => {
    const slow = measured(16, 2.62, { batchMs: Array(40).fill(8000) }); // 2 images/s
    const { verdict } = judge(
      [measured(1, 3.2), measured(8, 2.31), slow],
      terms({ sla: sla({ requestLatencyMs: 10_000 }) }, { currentBatchSize: 16 }),
    );
    expect(verdict.saving!.energy).toBe('joulesPerUnit');
    expect(verdict.sentence).toContain('less per image under full load than batch 16, which you run today');
    // Of fewer blocks than a verdict rests on the change is told, and no interval.
    const few = { ...slow, trials: slow.trials.slice(0, 4) };
    const { saving } = judge(
      [measured(1, 3.2), measured(8, 2.31), few],
      terms({ sla: sla({ requestLatencyMs: 10_000 }) }, { currentBatchSize: 16 }),
    ).verdict;
    expect(saving).toMatchObject({ low: null, high: null, significant: false });
    expect(saving!.percent).toBeGreaterThan(10);
  });

  it('names model and threads only where the sweep has several', () => {
    const several = [
      measured(8, 2.3, {}, { id: 'tiny b8', model: 'yolov7-tiny', threads: 1 }),
      measured(8, 9.3, {}, { id: 'v7 b8', model: 'models/yolov7.onnx', threads: 2 }),
    ];
    const { verdict } = judge(several, terms());
    expect(verdict.sentence).toMatch(/^yolov7-tiny at batch 8 \(1 thread\) is greenest: /);
  });

  it('follows weights: latency can outweigh energy', () => {
    const preferences = { energy: 1, latency: 3, accuracy: 0 };
    const { verdict } = judge(results, terms({ preferences }, { currentBatchSize: 8 }));
    expect(verdict.metric).toBe('weighted');
    expect(verdict.winner).toBe('b1');
    expect(verdict.saving!.percent).toBeLessThan(0);
    expect(verdict.sentence).toMatch(/^Batch 1 is best by your weights: .* more than batch 8, which you run today/);
  });

  it('follows weights: accuracy, where it is known', () => {
    const models = [
      measured(8, 2, {}, { id: 'small', model: 'small', accuracy: 0.3 }),
      measured(8, 2.2, {}, { id: 'large', model: 'large', accuracy: 0.5 }),
    ];
    const preferences = { energy: 1, latency: 0, accuracy: 1 };
    expect(judge(models, terms({ preferences })).verdict.winner).toBe('large');
    const unknown = models.map((m) => ({ ...m, accuracy: null }));
    const { verdict } = judge(unknown, terms({ preferences }));
    expect(verdict.winner).toBe('small');
    expect(said(verdict).join()).toContain('its weight is left out');
  });
});

describe('tied', () => {
  it('lists all that are equivalent to the lowest, and prefers what runs today', () => {
    const results = [measured(4, 2.31), measured(8, 2.312), measured(16, 2.62)];
    const today = judge(results, terms({}, { currentBatchSize: 8 })).verdict;
    expect(today.kind).toBe('tied');
    expect(today.tied).toEqual(['b4', 'b8']);
    expect(today.winner).toBe('b8');
    expect(today.saving).toBeNull();
    expect(today.sentence).toMatch(
      /^Batch 4 and batch 8 are practically tied, within 1 %: batch 8, which you run today, can stay and takes 2\.31/,
    );
    const other = judge(results, terms({}, { currentBatchSize: 16 })).verdict;
    expect(other.winner).toBe('b4');
    expect(other.sentence).toMatch(/less than batch 16, which you run today \(/);
  });

  it('is TOST: what a margin of 1 % leaves open, a margin of 3 % settles', () => {
    const results = [measured(4, 2.31, { spread: 1, blocks: 12 }), measured(8, 2.32, { spread: 1, blocks: 12 })];
    expect(judge(results, terms()).verdict.kind).toBe('unresolved');
    const wide = judge(results, terms({}, { equivalencePercent: 3 })).verdict;
    expect(wide.kind).toBe('tied');
    expect(wide.marginPercent).toBe(3);
  });

  it('is what is surely more by less than the margin', () => {
    const results = [measured(4, 2.31, { spread: 0.05 }), measured(8, 2.324, { spread: 0.05 })];
    const { verdict } = judge(results, terms());
    expect(verdict).toMatchObject({ kind: 'tied', tied: ['b4', 'b8'] });
    const [other] = verdict.comparisons;
    expect(other).toMatchObject({ relation: 'equivalent', withinMargin: true });
    expect(other!.low).toBeGreaterThan(0);
    expect(judge(results, terms({}, { equivalencePercent: 0.5 })).verdict).toMatchObject({ kind: 'greenest' });
  });

  it('takes the quickest of them, of requests where there is a limit, else of batches', () => {
    const batchMs = (ms: number) => ({ batchMs: Array<number>(40).fill(ms), unitsPerSecond: 20, spread: 0.1 });
    const results = [measured(4, 2.31, batchMs(200)), measured(8, 2.312, batchMs(150)), measured(16, 2.62)];
    const { verdict } = judge(results, terms());
    expect(verdict).toMatchObject({ kind: 'tied', reference: 'b4', winner: 'b8' });
    expect(verdict.sentence).toMatch(/within 1 %: batch 8 is the quickest of them and takes 2\.31/);
    // Requests wait until a batch of 8 is full: at 4 a second for up to 1.75 s.
    const limited = judge(results, terms({ sla: sla({ requestLatencyMs: 10_000 }) })).verdict;
    expect(limited).toMatchObject({ kind: 'tied', winner: 'b4' });
    expect(limited.tied).toEqual(expect.arrayContaining(['b4', 'b8']));
  });

  it('needs all of them within the margin of each other, not of the lowest alone', () => {
    // Two that vary against each other twice as much as each does against the steady one.
    const about = (phase: number) => ({ spread: 1.2, blocks: 12, phase });
    const results = [measured(4, 2.31, { spread: 0.02, blocks: 12 })];
    const near = [measured(8, 2.316, about(0)), measured(16, 2.316, about(Math.PI))];
    for (const one of near) expect(judge([...results, one], terms()).verdict.kind).toBe('tied');
    const { verdict } = judge([...results, ...near], terms());
    expect(verdict).toMatchObject({ kind: 'unresolved', openBecause: 'comparison', reference: 'b4' });
    expect(verdict.comparisons.map((c) => c.relation)).toEqual(['equivalent', 'equivalent']);
    expect(verdict.sentence).toContain(', within 1 % of it, some are not told apart from each other; ');
  });
});

describe('unresolved', () => {
  it('below five blocks, however clear', () => {
    const results = [measured(1, 3, { blocks: 4 }), measured(8, 2, { blocks: 4 })];
    expect(judge(results, terms()).verdict).toMatchObject({
      kind: 'unresolved',
      winner: null,
      sentence: 'Too early: 4 of at least 5 blocks.',
    });
    expect(judge(results, terms({}, { min: 2, max: 4 })).verdict.sentence).toBe(
      'Too few blocks for a verdict: 4 of at least 5 (raise measure.repeats.max).',
    );
  });

  it('when nothing is measured, or only one', () => {
    expect(judge([], terms()).verdict.kind).toBe('unresolved');
    expect(judge([emptyResult(1), emptyResult(2)], terms()).verdict.sentence).toBe(
      'Too early: 0 of at least 5 blocks.',
    );
    expect(judge([measured(8, 2.31)], terms()).verdict.sentence).toBe(
      'Only batch 8 was measured, so there is nothing to compare it with: 2.310 J/image (2.305–2.315).',
    );
  });

  it('names those not told apart and foretells the blocks', () => {
    const about = { spread: 1, blocks: 12 };
    const results = [measured(4, 2.31, about), measured(8, 2.32, about), measured(16, 3, { blocks: 12 })];
    const { verdict } = judge(results, terms());
    expect(verdict.openBecause).toBe('comparison');
    const { low, high } = verdict.moreBlocksRange!;
    expect(verdict.moreBlocks).toBe(high);
    expect(low).toBeGreaterThan(0);
    expect(high).toBeGreaterThan(low);
    expect(verdict.noisePercent).toBeGreaterThan(0);
    expect(verdict.sentence).toMatch(
      new RegExp(
        `^No verdict after 12 blocks: batch 4 takes the least so far, 2\\.31 J/image, but batch 8 \\(\\+.* %\\) is not told apart from it; about ${low} to ${high} more blocks would decide it\\.$`,
      ),
    );
  });

  it('says that a difference is within the noise where no number of blocks that anybody would measure decides', () => {
    const results = [measured(4, 2.31, { spread: 8, blocks: 12 }), measured(8, 2.35, { spread: 8, blocks: 12 })];
    const { verdict } = judge(results, terms());
    expect(verdict).toMatchObject({ openBecause: 'comparison', moreBlocks: null, moreBlocksRange: null });
    const noise = verdict.noisePercent!;
    const own = verdict.comparisons[0]!;
    expect(noise).toBeGreaterThan(own.differencePercent!);
    expect(verdict.sentence).toMatch(
      new RegExp(`; differences are within this machine’s noise \\(± ${noise.toFixed(1)} %\\)\\.$`),
    );
  });

  it('says of estimates that they are, also while nothing is told apart', () => {
    const results = [measured(4, 2.31, { spread: 2 }), measured(8, 2.35, { spread: 2 })];
    const { verdict } = judge(results, terms({ estimated: true }));
    expect(verdict.sentence).toMatch(
      /^Estimated from CPU time: no verdict after 6 blocks: batch 4 takes the least so far, 2\.31 J\/image, but /,
    );
  });

  it('says when blocks are too few in common', () => {
    const late = measured(8, 2.3);
    late.trials = late.trials.slice(3);
    const { verdict } = judge([measured(4, 2.31), late], terms());
    expect(verdict.openBecause).toBe('too-few-blocks');
    expect(verdict.sentence).toMatch(
      /^No verdict after 6 blocks: some configurations share fewer than 5 blocks with batch/,
    );
  });

  it('keeps open whether the lowest keeps the limit', () => {
    // Latency at p95 of batch 8 differs between trials on both sides of the limit.
    const b8 = measured(8, 2.31);
    const results = [measured(1, 3.2), b8];
    const p95 = judge(results, terms({ sla: sla() })).configurations[1]!.requestLatencyMs!.atPercentile.value!;
    const { verdict } = judge(results, terms({ sla: sla({ requestLatencyMs: p95 }) }));
    expect(verdict.feasibility[1]!.feasible).toBe('unresolved');
    expect(verdict.openBecause).toBe('feasibility');
    expect(verdict.sentence).toMatch(
      /^No verdict after 6 blocks: whether batch 8 keeps your limit is open \(batch 8: modelled request p95/,
    );
  });

  it('does not call an unknown accuracy sufficient', () => {
    const results = [measured(1, 3.2), measured(8, 2.31)];
    const { verdict } = judge(results, terms({ sla: sla({ requestLatencyMs: 10_000, minAccuracy: 0.4 }) }));
    expect(verdict.kind).toBe('unresolved');
    expect(verdict.sentence).toContain('accuracy is not known');
  });
});

describe('infeasible', () => {
  const results = [measured(1, 3.2), measured(8, 2.31)]; // 14.3 and 19.0 images/s

  it('by arrivals that nothing keeps up with', () => {
    const { verdict } = judge(results, terms({ sla: sla({ arrivalRate: 40 }) }));
    expect(verdict.kind).toBe('infeasible');
    expect(verdict.relaxations.map((r) => [r.id, r.constraint])).toEqual([['b8', 'arrivalRate']]);
    expect(verdict.sentence).toMatch(
      /^No batch size keeps your limit: the nearest, batch 8, would need arrivals of at most 1[5-8](\.\d)? requests\/s instead of 40\.$/,
    );
  });

  it('only once all were measured, or one more block ran without those that lack', () => {
    const limit = terms({ sla: sla({ arrivalRate: 40 }) });
    const of = (blocks: number, ...rest: ConfigurationResult[]) =>
      judge([measured(1, 3.2, { blocks }), measured(8, 2.31, { blocks }), ...rest], limit).verdict.kind;
    expect(of(5)).toBe('infeasible');
    expect(of(4)).toBe('unresolved');
    // Batch 32 has had no turn yet: it might keep the limit.
    expect(of(5, emptyResult(32))).toBe('unresolved');
    expect(of(6, emptyResult(32))).toBe('infeasible');
    expect(
      of(5, emptyResult(32, { skipped: { reason: 'memory', code: 'memory', fix: null, message: 'it needs 90 GB' } })),
    ).toBe('infeasible');
  });

  it('names the limit that the high end of the interval would keep, not its middle', () => {
    const { verdict, configurations } = judge(results, terms({ sla: sla({ requestLatencyMs: 60 }) }));
    const { value, high } = configurations[0]!.requestLatencyMs!.atPercentile;
    expect(high!).toBeGreaterThan(value!);
    expect(verdict.relaxations[0]!.needed).toBe(high);
    const { relaxations } = judge(
      results,
      terms({ sla: sla({ requestLatencyMs: verdict.relaxations[0]!.needed }) }),
    ).verdict;
    expect(relaxations).toEqual([]);
  });

  it('by latency', () => {
    const { verdict, configurations } = judge(results, terms({ sla: sla({ requestLatencyMs: 60 }) }));
    expect(verdict.kind).toBe('infeasible');
    expect(verdict.relaxations.map((r) => [r.id, r.constraint])).toEqual([['b1', 'requestLatencyMs']]);
    const p95 = configurations[0]!.requestLatencyMs!.atPercentile.high! / 1000;
    const said = Number(/limit of ([\d.]+) s \(modelled\) instead of 0.06 s\.$/.exec(verdict.sentence)![1]!);
    expect(said).toBeGreaterThanOrEqual(p95);
    expect(said).toBeLessThan(p95 * 1.02);
  });

  it('by accuracy', () => {
    const known = results.map((r) => ({ ...r, accuracy: 0.35 }));
    const { verdict } = judge(known, terms({ sla: sla({ requestLatencyMs: 10_000, minAccuracy: 0.4 }) }));
    expect(verdict.kind).toBe('infeasible');
    expect(verdict.sentence).toMatch(/would need a least accuracy of 0.35 instead of 0.4\.$/);
  });

  it('by arrivals and latency at once', () => {
    const { verdict } = judge(results, terms({ sla: sla({ arrivalRate: 40, requestLatencyMs: 60 }) }));
    expect(verdict.relaxations.map((r) => r.constraint)).toEqual(['arrivalRate', 'requestLatencyMs']);
    expect(verdict.sentence).toMatch(/arrivals of at most .* and a latency limit of .* \(modelled\) instead of .*\.$/);
  });
});

describe('percentiles that lack batches', () => {
  it('are null, and the slowest request decides', () => {
    const few = (b: number, j: number) => measured(b, j, { batchMs: [b * 50] }); // 6 batches in all, p95 needs 20
    const results = [few(1, 3.2), few(8, 2.31)];
    const { configurations, verdict } = judge(results, terms({ sla: sla({ requestLatencyMs: 60_000 }) }));
    expect(configurations[1]!.batchLatencyMs).toMatchObject({ p95: null, p99: null });
    expect(configurations[1]!.requestLatencyMs!.atPercentile.value).toBeNull();
    expect(configurations[1]!.requestLatencyMs!.max).toBeGreaterThan(0);
    expect(verdict.kind).toBe('greenest');
    expect(said(verdict).join()).toContain('fewer than the 20 batches that p95 needs');
    const tight = judge(results, terms({ sla: sla({ requestLatencyMs: 2000 }) })).verdict;
    expect(tight.feasibility[1]!.feasible).toBe('unresolved');
  });
});

describe('summaries', () => {
  it('carry n, and no interval at n = 1', () => {
    const [one] = judge([measured(8, 2.31, { blocks: 1 })], terms()).configurations;
    expect(one!.joulesPerUnit).toMatchObject({ low: null, high: null, n: 1 });
    expect(one!.betweenTrialSpreadPercent).toBeNull();
  });

  it('subtract idle power per image, and give nothing for what was skipped', () => {
    const skipped = emptyResult(64, {
      skipped: { reason: 'memory', code: 'memory', fix: null, message: 'needs 9 GB, 4 GB are available' },
    });
    const { configurations, verdict } = judge([measured(8, 2.31), measured(16, 2.6), skipped], terms());
    const b8 = configurations[0]!;
    expect(b8.netJoulesPerUnit!.mean).toBeCloseTo(b8.joulesPerUnit!.mean - 20 / b8.unitsPerSecond!, 4);
    expect(b8.energyDelayProduct!.mean).toBeCloseTo((2.309 * 420) / 1000, 2);
    expect(configurations[2]).toMatchObject({ n: 0, joulesPerUnit: null, batchLatencyMs: null });
    expect(said(verdict)).toContain('Batch 64 was not measured: needs 9 GB, 4 GB are available');
  });

  it('are plain 95 % intervals when the number of repeats is fixed, wider when it is free', () => {
    const half = (t: AnalysisTerms, ...others: ConfigurationResult[]) => {
      const { low, high } = judge([measured(8, 2.31), ...others], t).configurations[0]!.joulesPerUnit!;
      return (high! - low!) / 2;
    };
    const other = measured(1, 3.2);
    const fixed = half(terms({}, { min: 6, max: 6 }));
    expect(half(terms({}, { min: 6, max: 6 }), other)).toBeCloseTo(fixed, 9);
    // t(5): 2.570582 at 2.5 %, 3.0029 at 1.5 % a side, 3.5725 at .8 %: one alone stops by this very interval.
    expect(half(terms(), other) / fixed).toBeCloseTo(3.0029 / 2.570582, 3);
    // A number that blocks were added to was not fixed.
    const extended = { ...terms({}, { min: 6, max: 6 }), addedBlocks: { upToBlock: 8, untilVerdict: true } };
    expect(half(extended, other) / fixed).toBeCloseTo(3.0029 / 2.570582, 3);
    expect(half(terms()) / fixed).toBeCloseTo(3.5725 / 2.570582, 3);
  });
});

describe('stopping', () => {
  const progress = (blocksFinished: number, settled: string[] = []) => ({ blocksFinished, settled });

  it('goes on below the minimum and stops at the maximum', () => {
    expect(decideNext([measured(1, 3, { blocks: 2 })], terms(), progress(2)).action).toBe('continue');
    expect(decideNext([measured(1, 3, { blocks: 12 })], terms(), progress(12))).toMatchObject({
      action: 'stop',
      message: 'the maximum of 12 blocks is reached',
    });
    expect(decideNext([measured(1, 3, { blocks: 3 })], terms({}, { min: 1, max: 3 }), progress(3))).toMatchObject({
      action: 'stop',
      message: 'the maximum of 3 blocks is reached',
    });
  });

  it('stops when the verdict and the interval of its saving are resolved, and not while either is open', () => {
    const clear = [measured(1, 3, { blocks: 5 }), measured(8, 2, { blocks: 5 })];
    expect(decideNext(clear, terms(), progress(5))).toMatchObject({
      action: 'stop',
      message: expect.stringContaining('the verdict is reached'),
    });
    const noisy = { blocks: 5, spread: 8 };
    const wide = [measured(1, 9, noisy), measured(8, 8, noisy), measured(16, 2, noisy)];
    expect(decideNext(wide, terms(), progress(5)).action).toBe('stop');
    const slight = [measured(1, 2.04, { blocks: 12, spread: 1 }), measured(8, 2, { blocks: 12, spread: 1 })];
    const strict = (intervalPercent: number) => terms({}, { intervalPercent, currentBatchSize: 1, max: 20 });
    const { saving } = judge(slight, strict(2)).verdict;
    const half = (saving!.high! - saving!.low!) / 2;
    // A fifth of the saving is less than that.
    expect(half).toBeGreaterThan(saving!.percent / 5);
    expect(decideNext(slight, strict(1.02 * half), progress(12))).toMatchObject({
      action: 'stop',
      message: expect.stringMatching(
        /^after 12 blocks the verdict is reached and the interval of the saving is within ± /,
      ),
    });
    expect(decideNext(slight, strict(0.95 * half), progress(12))).toMatchObject({
      action: 'continue',
      message: expect.stringMatching(/^the verdict is reached, but the interval of the saving is wider than ± /),
    });
    // Of a large saving a fifth is enough.
    const large = [measured(1, 4, { blocks: 5, spread: 4 }), measured(8, 2, { blocks: 5, spread: 4 })];
    expect(decideNext(large, strict(0.1), progress(5))).toMatchObject({
      action: 'stop',
      message: expect.stringContaining('the interval of the saving is within ± 10 %'),
    });
    const close = [measured(4, 2, { blocks: 5, spread: 1 }), measured(8, 2.005, { blocks: 5, spread: 1 })];
    expect(decideNext(close, terms(), progress(5)).message).toBe('the verdict is open');
  });

  it('does not settle a model that is, or may be, more accurate than what beats it', () => {
    // Wide intervals, so that the run goes on; `slow` takes more energy and time than `lean`.
    const settled = (lean: number | null, slow: number | null, t = terms()) =>
      decideNext(
        [
          measured(8, 2, { blocks: 5, spread: 3 }, { id: 'lean', model: 'lean', accuracy: lean }),
          measured(16, 3, { blocks: 5, spread: 3 }, { id: 'slow', model: 'slow', accuracy: slow }),
          measured(4, 2.001, { blocks: 5, spread: 3, phase: 1 }, { id: 'lean4', model: 'lean', accuracy: lean }),
        ],
        t,
        progress(5),
      ).settle.map((s) => s.id);
    expect(settled(0.4, 0.4)).toEqual(['slow']);
    expect(settled(0.4, 0.5)).toEqual([]);
    // Its accuracy pass failed: the next session may tell that it is the better one.
    expect(settled(0.4, null)).toEqual([]);
    expect(settled(null, 0)).toEqual([]);
    expect(settled(null, null)).toEqual(['slow']);
    expect(settled(null, null, terms({ preferences: { energy: 1, latency: 0, accuracy: 1 } }))).toEqual([]);
  });

  it('settles what costs more and is not faster, never what runs today', () => {
    const results = [
      measured(1, 3, { blocks: 5, spread: 3 }), // faster per batch than 8: stays
      measured(8, 2, { blocks: 5, spread: 3 }),
      measured(4, 2.001, { blocks: 5, spread: 3, phase: 1 }), // which of the two is open, so that the run goes on
      measured(16, 3, { blocks: 5, spread: 3 }),
      measured(32, 3.1, { blocks: 5, spread: 3 }),
    ];
    const settle = (t: AnalysisTerms, settled: string[] = []) =>
      decideNext(results, t, progress(5, settled)).settle.map((s) => s.id);
    expect(settle(terms())).toEqual(['b16', 'b32']);
    expect(settle(terms({}, { currentBatchSize: 32 }))).toEqual(['b16']);
    expect(settle(terms(), ['b16'])).toEqual(['b32']);
  });

  it('does not wait for an accuracy that nobody gives', () => {
    const clear = [measured(1, 3, { blocks: 5 }), measured(8, 2, { blocks: 5 })];
    const waits = terms({ sla: sla({ requestLatencyMs: 10_000, minAccuracy: 0.4 }) });
    expect(decideNext(clear, waits, progress(5))).toMatchObject({
      action: 'stop',
      message: expect.stringContaining('after 5 blocks'),
    });
  });
});

describe('properties', () => {
  const sweep = fc.record({
    joules: fc.array(fc.double({ min: 0.1, max: 50, noNaN: true }), { minLength: 1, maxLength: 6 }),
    cv: fc.double({ min: 0.01, max: 20, noNaN: true }),
    blocks: fc.integer({ min: 0, max: 14 }),
    seed: fc.integer(),
  });
  const build = ({ joules, cv, blocks, seed }: { joules: number[]; cv: number; blocks: number; seed: number }) => {
    const normal = seededNormal(seed);
    return joules.map((j, i) =>
      emptyResult(2 ** i, {
        trials: Array.from({ length: blocks }, (_, b) => trialOf(b + 1, j * Math.exp((cv / 100) * normal()))),
      }),
    );
  };

  it('a verdict names a winner only among the measured, and only on five blocks', () => {
    fc.assert(
      fc.property(sweep, (input) => {
        const { verdict } = judge(build(input), terms());
        expect(verdict.sentence).toMatch(/^[A-Z].*\.$/);
        expect(verdict.sentence).not.toMatch(/NaN|undefined|null|Infinity/);
        if (verdict.winner === null) return;
        expect(input.blocks).toBeGreaterThanOrEqual(5);
        expect(verdict.kind === 'greenest' || verdict.kind === 'tied').toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('does not change with the unit of energy or with what whole blocks share', () => {
    fc.assert(
      fc.property(sweep, fc.double({ min: 0.01, max: 100, noNaN: true }), (input, factor) => {
        const results = build(input);
        const scaled = results.map((r) => ({
          ...r,
          trials: r.trials.map((t) => ({ ...t, joulesPerUnit: t.joulesPerUnit * factor * (1 + 0.1 * t.block) })),
        }));
        const [a, b] = [judge(results, terms()).verdict, judge(scaled, terms()).verdict];
        expect(b.kind).toBe(a.kind);
        a.comparisons.forEach((c, i) => {
          if (c.differencePercent === null) return;
          expect(b.comparisons[i]!.differencePercent! / 100 + 1).toBeCloseTo(c.differencePercent / 100 + 1, 6);
        });
      }),
      { numRuns: 200 },
    );
  });

  it('rounding is not a difference', () => {
    const same = (b: number, j: number) => emptyResult(b, { trials: [1, 2, 3, 4, 5].map((k) => trialOf(k, j)) });
    expect(judge([same(1, 0.1), same(2, 0.1 + 1e-16)], terms()).verdict.kind).toBe('tied');
  });
});

describe('Pareto front', () => {
  const point = fc.record({
    energy: fc.integer({ min: 1, max: 9 }),
    latency: fc.integer({ min: 1, max: 9 }),
    accuracy: fc.option(fc.integer({ min: 1, max: 4 })),
    model: fc.constantFrom('a', 'b', 'c'),
  });

  it('holds exactly those that nothing dominates', () => {
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 12 }), fc.boolean(), (points, counts) => {
        const named = points.map((p, i) => ({ ...p, id: String(i) }));
        const front = new Set(paretoFront(named, counts));
        expect(front.size).toBeGreaterThan(0);
        for (const p of named) expect(front.has(p.id)).toBe(!named.some((other) => dominates(other, p, counts)));
      }),
    );
  });

  it('goes from the fastest to the most frugal', () => {
    const points = [
      { id: 'b8', energy: 2, latency: 400 },
      { id: 'b1', energy: 3, latency: 50 },
      { id: 'b16', energy: 2.5, latency: 800 },
    ].map((p) => ({ ...p, model: 'm', accuracy: null }));
    expect(paretoFront(points, false)).toEqual(['b1', 'b8']);
    // Whatever the accuracy of a model is, it is the same at every batch size.
    expect(paretoFront(points, true)).toEqual(['b1', 'b8']);
  });

  it('keeps a model whose accuracy nobody knows, where accuracy counts', () => {
    const unknown = { id: 'unknown', model: 'u', energy: 3, latency: 100, accuracy: null };
    const known = { id: 'known', model: 'k', energy: 2, latency: 50, accuracy: 0.4 };
    expect(paretoFront([unknown, known], true)).toEqual(['known', 'unknown']);
    expect(paretoFront([{ ...unknown, energy: 1, latency: 10 }, known], true)).toEqual(['unknown', 'known']);
    expect(paretoFront([unknown, { ...known, accuracy: null }], true)).toEqual(['known', 'unknown']);
    expect(paretoFront([unknown, { ...known, accuracy: null }], false)).toEqual(['known']);
    expect(paretoFront([{ ...unknown, accuracy: 0.4 }, known], true)).toEqual(['known']);
    // Measured, and nothing found: that is known, and is the worst there can be.
    expect(paretoFront([{ ...unknown, accuracy: 0 }, known], true)).toEqual(['known']);
  });

  it('is told what counts by the analysis: a wish, or one accuracy that is known', () => {
    const two = (a: number | null, b: number | null) => [
      measured(8, 2, {}, { id: 'a', model: 'a', accuracy: a }),
      measured(8, 3, { batchMs: Array(40).fill(500) }, { id: 'b', model: 'b', accuracy: b }),
    ];
    expect(judge(two(null, null), terms()).paretoFront).toEqual(['a']);
    expect(judge(two(0.4, null), terms()).paretoFront).toEqual(['a', 'b']);
    expect(judge(two(0.4, 0.3), terms()).paretoFront).toEqual(['a']);
    const wished = { preferences: { energy: 1, latency: 0, accuracy: 1 } };
    expect(judge(two(null, null), terms(wished)).paretoFront).toEqual(['a', 'b']);
    expect(judge(two(null, null), terms({ sla: sla({ minAccuracy: 0.2 }) })).paretoFront).toEqual(['a', 'b']);
  });
});

describe('an accuracy without a sampling error', () => {
  const sampled = sampledAccuracy(0.4, 0.01);
  const codes = (one: Partial<ConfigurationResult>, other: Partial<ConfigurationResult>, t = terms()) =>
    judge([measured(8, 2, {}, one), measured(16, 3, {}, other)], t).verdict.qualification.map(({ code }) => code);

  it('counts as exact, which is said once where accuracy decides something', () => {
    const minimum = terms({ sla: sla({ minAccuracy: 0.3 }) });
    expect(codes({ accuracy: 0.4 }, { accuracy: 0.4 }, minimum)).toContain('accuracy-exact');
    const two = [measured(8, 2, {}, { accuracy: 0.4 }), measured(16, 3, {}, { model: 'other', ...sampled })];
    expect(judge(two, terms()).verdict.qualification).toEqual([
      {
        code: 'accuracy-exact',
        configuration: null,
        message: expect.stringContaining(`The accuracy of ${two[0]!.model} counts as exact`),
      },
    ]);
  });

  it('is not spoken of otherwise', () => {
    expect(codes({ accuracy: 0.4 }, { accuracy: 0.4 })).toEqual([]);
    expect(codes(sampled, { model: 'other', ...sampled })).toEqual([]);
    expect(codes(sampled, sampled, terms({ sla: sla({ minAccuracy: 0.3 }) }))).not.toContain('accuracy-exact');
  });
});

describe('what runs today', () => {
  const fp32 = (batchSize: number, joules: number) =>
    measured(batchSize, joules, { phase: batchSize + 1 }, { id: `fp32 b${batchSize}`, model: 'fp32.onnx' });
  const int8 = (batchSize: number, joules: number) =>
    measured(batchSize, joules, {}, { id: `int8 b${batchSize}`, model: 'int8.onnx' });
  const results = [fp32(1, 3.2), fp32(8, 2.62), int8(1, 2.9), int8(8, 2.31)];
  const at = (current: AnalysisTerms['current']) => judge(results, terms({ current })).verdict;

  it('is the model that is named, not whichever has that batch size', () => {
    const verdict = at({ batchSize: 8, model: 'fp32.onnx' });
    expect(verdict).toMatchObject({ winner: 'int8 b8', inUse: 'fp32 b8', saving: { against: 'fp32 b8' } });
    expect(verdict.sentence).toMatch(
      /^int8\.onnx at batch 8 is greenest: .*, 11\.8 % less than fp32\.onnx at batch 8, which you run today/,
    );
    expect(at({ batchSize: 8, model: 'int8.onnx' })).toMatchObject({ inUse: 'int8 b8', saving: null });
    expect(at({ batchSize: 8, model: 'int8.onnx' }).sentence).toMatch(
      /^int8\.onnx at batch 8, which you run today, is/,
    );
  });

  it('is not guessed where the batch size alone fits several: the sentence says so, and states no saving', () => {
    const verdict = at({ batchSize: 8 });
    expect(verdict).toMatchObject({ winner: 'int8 b8', inUse: null, mayBeInUse: ['fp32 b8', 'int8 b8'], saving: null });
    expect(verdict.sentence).toMatch(
      /^int8\.onnx at batch 8 is greenest: [^;]*; every other takes [^;]*; no saving is stated, because 2 configurations have today’s batch size of 8 \(say which with current\.model\)\.$/,
    );
  });

  it('is told apart by threads and by spinning alike', () => {
    const threads = [measured(8, 2.6), measured(8, 2.3, { phase: 2 }, { id: 'b8 t1', threads: 1 })];
    const ambiguous = judge(threads, terms({ current: { batchSize: 8 } })).verdict;
    expect(ambiguous.saving).toBeNull();
    expect(ambiguous.sentence).toContain('say which with current.threads');
    const named = judge(threads, terms({ current: { batchSize: 8, threads: 2 } })).verdict;
    expect(named.saving).toMatchObject({ against: 'b8' });
    const spinning = [measured(8, 2.6), measured(8, 2.3, { phase: 2 }, { id: 'b8 spin', spinning: true })];
    const spins = judge(spinning, terms({ current: { batchSize: 8, spinning: true } })).verdict;
    expect(spins).toMatchObject({ winner: 'b8 spin', inUse: 'b8 spin', saving: null });
  });

  it('stays among tied ones only where it is known', () => {
    const tied = [fp32(8, 2.3), int8(8, 2.3005)];
    const known = judge(tied, terms({ current: { batchSize: 8, model: 'int8.onnx' } })).verdict;
    expect(known).toMatchObject({ kind: 'tied', winner: 'int8 b8' });
    expect(judge(tied, terms({ current: { batchSize: 8 } })).verdict).toMatchObject({ kind: 'tied', inUse: null });
  });

  it('is measured to the end, every one that may be it', () => {
    const wide = { blocks: 5, spread: 3 };
    const all = [
      measured(8, 3.5, wide, { id: 'fp32 b8', model: 'fp32.onnx' }),
      measured(4, 2, { ...wide, batchMs: Array(40).fill(100) }, { id: 'int8 b4', model: 'int8.onnx' }),
      measured(8, 3, { ...wide, phase: 2 }, { id: 'int8 b8', model: 'int8.onnx' }),
      // Which of two takes least is open, so that the run goes on.
      measured(4, 2.001, { ...wide, batchMs: Array(40).fill(100), phase: 1 }, { id: 'other b4', model: 'other.onnx' }),
    ];
    const settle = (current: AnalysisTerms['current']) =>
      decideNext(all, terms({ current }), { blocksFinished: 5, settled: [] }).settle.map((s) => s.id);
    expect(settle(undefined)).toEqual(['fp32 b8', 'int8 b8']);
    expect(settle({ batchSize: 8 })).toEqual([]);
    expect(settle({ batchSize: 8, model: 'int8.onnx' })).toEqual(['fp32 b8']);
  });
});

describe('what the machine did while it measured', () => {
  const results = [measured(1, 3.2), measured(8, 2.31), measured(16, 2.62)];
  type Conditions = NonNullable<AnalysisTerms['conditions']>;
  const condition = (code: Conditions[number]['code'], effect: Conditions[number]['effect']) => ({
    ...{ code, effect, message: `It was ${code}.`, clause: `it was ${code}: mend it` },
  });
  const judged = (conditions: Conditions, rest: Partial<AnalysisTerms> = {}) =>
    judge(results, terms({ conditions, ...rest }, { currentBatchSize: 16 })).verdict;

  it('stands in the sentence with what helps, and in the qualification', () => {
    const { kind, sentence, qualification } = judged([condition('swap', 'qualifies'), condition('steal', 'qualifies')]);
    expect(kind).toBe('greenest');
    expect(sentence).toMatch(
      /which you run today \(.*\); every other .*; but it was swap: mend it; and it was steal: mend it\.$/,
    );
    expect(qualification).toEqual([
      { code: 'swap', configuration: null, message: 'It was swap.' },
      { code: 'steal', configuration: null, message: 'It was steal.' },
    ]);
  });

  it('withholds the verdict with all that was decided, whatever it is', () => {
    const withheld = [condition('steal', 'qualifies'), condition('other-load', 'withholds')];
    const none = {
      ...{ kind: 'unresolved', openBecause: 'conditions', winner: null, tied: [], saving: null, relaxations: [] },
      ...{ moreBlocks: null, againstInUse: null, levers: [], sentence: 'No verdict: it was other-load: mend it.' },
    };
    expect(judged(withheld)).toMatchObject(none);
    expect(judged(withheld, { sla: sla({ requestLatencyMs: 1 }) })).toMatchObject(none);
    expect(judged(withheld, { estimated: true })).toMatchObject(none);
  });

  it('is said of a busy idle baseline only where the idle watts count', () => {
    const busy = [condition('busy-machine', 'qualifies')];
    expect(judged(busy).sentence).not.toContain('busy-machine');
    expect(judged(busy).qualification).toEqual([]);
    expect(judged(busy, { sla: sla() })).toMatchObject({
      energy: 'joulesPerRequest',
      sentence: expect.stringContaining('; but it was busy-machine: mend it.'),
    });
  });

  it('is not said of what is too early, nor of nothing, and does not keep a run from its end', () => {
    const conditions = [condition('other-load', 'withholds')];
    expect(judge([emptyResult(1), emptyResult(8)], terms({ conditions })).verdict.openBecause).toBe('too-few-blocks');
    const early = [measured(1, 3.2, { blocks: 2 }), measured(8, 2.31, { blocks: 2 })];
    const swap = { conditions: [condition('swap', 'qualifies')] };
    expect(judge(early, terms(swap)).verdict.sentence).toBe('Too early: 2 of at least 5 blocks.');
    const progress = { blocksFinished: 6, settled: [] };
    expect(decideNext(results, terms({ conditions }), progress)).toEqual(decideNext(results, terms(), progress));
  });
});

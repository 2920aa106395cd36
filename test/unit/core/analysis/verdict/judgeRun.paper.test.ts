import { describe, expect, it } from 'vitest';
import { seededNormal } from '../../../../../src/core/statistics/random';
import { judgeRun } from '../../../../../src/core/analysis/verdict/judgeRun';
import { publishedPoints } from '../../../../../src/core/paper/published';
import { specSchema, type Sla } from '../../../../../src/core/spec/spec';
import type { ConfigurationResult } from '../../../../../src/core/values/result';
import { emptyResult, trialOf } from '../../../../support/simulatedSweep';

/**
 * The advisor on the paper's second experiment. The paper measured each configuration once, and of one repeat there is no
 * verdict: its points are taken for the truth here, and five blocks scatter around them by .5 % a block and .5 % a trial.
 */
const blocks = 5;
const scatter = 0.005;

function resultsOf(): ConfigurationResult[] {
  const normal = seededNormal(1);
  const shared = Array.from({ length: blocks }, () => scatter * normal());
  return publishedPoints('exp2').map(({ builtinModel, batchSize, joulesPerImage, latencyMsPerImage, images }) => {
    const trials = shared.map((block, i) => {
      const ratio = Math.exp(block + scatter * normal());
      const msPerImage = latencyMsPerImage * Math.exp(block + scatter * normal());
      const joules = joulesPerImage * ratio;
      return trialOf(i + 1, joules, {
        watts: (1000 * joules) / msPerImage,
        unitsPerSecond: 1000 / msPerImage,
        batchMs: Array.from({ length: Math.min(40, images / batchSize) }, () => batchSize * msPerImage),
      });
    });
    return emptyResult(batchSize, { model: builtinModel, threads: 48, trials });
  });
}

function judged(sla?: Sla) {
  const { measure, preferences } = specSchema.parse({ models: ['yolov7-e6e'], batchSizes: [5] });
  const current = { batchSize: 32 };
  const terms = { measure, preferences, current, sla, unit: 'image', estimated: false, missing: [] };
  const { verdict, configurations } = judgeRun(resultsOf(), terms);
  const feasible = (is: 'yes' | 'no') => verdict.feasibility.filter((f) => f.feasible === is).map((f) => f.id);
  return { verdict, configurations, feasible };
}

describe('the advisor on the paper’s own points', () => {
  it('finds batch 5 the greenest, and the fastest an image', () => {
    const { verdict, configurations } = judged();
    expect([verdict.kind, verdict.winner]).toEqual(['greenest', 'b5']);
    const fastest = configurations.reduce((a, b) => (b.unitsPerSecond! > a.unitsPerSecond! ? b : a));
    expect(fastest.id).toBe('b5');
    expect(verdict.sentence).toMatchInlineSnapshot(
      `"Batch 5 is greenest: 51.4 J/image, 19 % less than batch 32, which you run today (15–22 %); every other takes at least 9.2 % more, batch 10 as the next 12 %."`,
    );
    // 62.83 → 51.18 J/image.
    expect(verdict.saving?.percent).toBeCloseTo(18.5, 0);
  });

  it('has nothing above batch 32 within 30 s a request, and above batch 10 within 10 s, at two images a second', () => {
    const within30 = judged({ requestLatencyMs: 30_000, percentile: 95, arrivalRate: 2 });
    expect(within30.feasible('yes')).toEqual(['b5', 'b10', 'b32']);
    expect(within30.feasible('no')).toEqual(['b50', 'b100', 'b150', 'b200', 'b300', 'b400', 'b500', 'b1000']);
    expect(within30.verdict.winner).toBe('b5');
    expect(within30.verdict.sentence).toMatchInlineSnapshot(
      `"Batch 5 is greenest within your limit: 51.4 J/image, 19 % less than batch 32, which you run today (15–22 %); modelled request p95 4.06 s instead of 25.9 s; every other takes at least 9.2 % more, batch 10 as the next 12 %."`,
    );
    const within10 = judged({ requestLatencyMs: 10_000, percentile: 95, arrivalRate: 2 });
    expect(within10.feasible('yes')).toEqual(['b5', 'b10']);
    expect(within10.verdict.winner).toBe('b5');
  });

  it('names nothing within a second: a batch of 5 alone takes longer', () => {
    const { verdict } = judged({ requestLatencyMs: 1000, percentile: 95, arrivalRate: 2 });
    expect(verdict.kind).toBe('infeasible');
    expect(verdict.sentence).toMatchInlineSnapshot(
      `"No batch size keeps your limit: the nearest, batch 5, would need a latency limit of 4.1 s (modelled) instead of 1 s."`,
    );
  });
});

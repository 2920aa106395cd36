import { describe, expect, it } from 'vitest';
import { alternativesOf } from '../../../../../src/core/analysis/verdict/alternative';
import { feasibilityOf } from '../../../../../src/core/analysis/verdict/feasibility';
import type { ConfigurationResult } from '../../../../../src/core/values/result';
import { sampledAccuracy } from '../../../../support/sampledAccuracy';
import { emptyResult, termsOf, trialOf } from '../../../../support/simulatedSweep';

const trials = [1, 2, 3, 4, 5].map((block) => trialOf(block, 2, { batchMs: Array<number>(40).fill(100) }));
const sla = { requestLatencyMs: 60_000, percentile: 95, arrivalRate: 1, minAccuracy: 0.41 };

function judged(
  accuracy: Partial<Pick<ConfigurationResult, 'accuracy' | 'accuracySampling'>>,
  open?: 'unresolved' | 'passes',
) {
  const [alternative] = alternativesOf([emptyResult(1, { trials, accuracy: null, ...accuracy })], sla);
  return feasibilityOf(alternative!, { ...termsOf(), sla }, open);
}

describe('the least accuracy', () => {
  it('is kept, or broken, where the whole interval over images is on one side of it', () => {
    expect(judged(sampledAccuracy(0.43, 0.005))).toMatchObject({ feasible: 'yes', breaks: [] });
    const broken = judged(sampledAccuracy(0.39, 0.005));
    expect(broken.feasible).toBe('no');
    expect(broken.reason).toMatch(/AP 0\.390 \(0\.3[78]\d–0\.[34]0?\d*, 500 images\) of at least 0\.41$/);
    // What would let it in for sure is its lower end.
    expect(broken.breaks).toMatchObject([{ constraint: 'minAccuracy', limit: 0.41 }]);
    expect(broken.breaks[0]!.needed).toBeLessThan(0.385);
    expect(broken.breaks[0]!.needed).toBeGreaterThan(0.375);
  });

  it.each([0.405, 0.415])('is open where the interval of %s reaches over it, and no block ever tells', (accuracy) => {
    const open = judged(sampledAccuracy(accuracy, 0.007));
    expect(open).toMatchObject({ feasible: 'unresolved', breaks: [], blocksMayDecide: false });
    expect(open.reason).toMatch(
      /AP 0\.4[01]5 \(0\.[34]\d\d–0\.4\d\d, 500 images\) is too close to 0\.41 to tell: more images would$/,
    );
  });

  it('is open where so few images have no interval', () => {
    const { feasible, reason } = judged(sampledAccuracy(0.9, 0, { images: 1 }));
    expect([feasible, reason]).toEqual(['unresolved', expect.stringContaining('AP 0.900 of 1 image has no interval')]);
  });

  it('takes an accuracy of a log of before as exact', () => {
    expect(judged({ accuracy: 0.4101 })).toMatchObject({ feasible: 'yes' });
    expect(judged({ accuracy: 0.4099 })).toMatchObject({ feasible: 'no', breaks: [{ needed: 0.4099 }] });
    expect(judged({})).toMatchObject({ feasible: 'unresolved', blocksMayDecide: false });
  });

  it('passes for the stopping rule where it is open, and for nobody where it is broken', () => {
    expect(judged(sampledAccuracy(0.415, 0.007), 'passes').feasible).toBe('yes');
    expect(judged({}, 'passes').feasible).toBe('yes');
    expect(judged(sampledAccuracy(0.39, 0.005), 'passes').feasible).toBe('no');
  });
});

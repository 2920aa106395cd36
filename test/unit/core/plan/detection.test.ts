import { describe, expect, it } from 'vitest';
import { blocksToDetect, detectionShare, type DetectionTerms } from '../../../../src/core/plan/detection';

const terms = (more: Partial<DetectionTerms> = {}): DetectionTerms => ({
  ...{ percent: 1.5, noisePercent: 1, repeats: { min: 5, max: 12, intervalPercent: 2 } },
  ...more,
});
const withMax = (max: number) => terms({ repeats: { min: 5, max, intervalPercent: 2 } });

describe('telling a difference', () => {
  it('takes more blocks the smaller the difference, the larger the noise, the surer it is to be', () => {
    const blocks = (more: Partial<DetectionTerms>, share = 0.8) => blocksToDetect(terms(more), share)!;
    expect(blocks({})).toBeGreaterThan(blocks({ percent: 3 }));
    expect(blocks({})).toBeGreaterThan(blocks({ noisePercent: 0.5 }));
    expect(blocks({}, 0.9)).toBeGreaterThan(blocks({}));
    expect(blocks({ noisePercent: 0.01 })).toBe(5);
  });

  it('is the fewest that do, and the same every time', () => {
    const max = blocksToDetect(terms(), 0.8)!;
    expect(detectionShare(withMax(max))).toBeGreaterThanOrEqual(0.8);
    expect(detectionShare(withMax(max - 1))).toBeLessThan(0.8);
    expect(blocksToDetect(terms(), 0.8)).toBe(max);
  });

  it('names none where more would be needed than anybody measures, nor fewer than always run', () => {
    expect(blocksToDetect(terms({ percent: 0.1, noisePercent: 5 }), 0.8)).toBeNull();
    expect(blocksToDetect(terms({ percent: 50, repeats: { min: 9, max: 9, intervalPercent: 2 } }), 0.8)).toBe(9);
    expect(blocksToDetect(terms({ percent: 50, repeats: { min: 500, max: 500, intervalPercent: 2 } }), 0.8)).toBe(500);
  });

  it('tells what is no difference in 2.5 of 100, one side of a test of 5 %', () => {
    expect(detectionShare(terms({ percent: 0 }))).toBeLessThan(0.035);
  });
});

import { describe, expect, it } from 'vitest';
import { blocksToDetect, detectionShare, type DetectionTerms } from '../../../../src/core/plan/detection';
import { simulateMany, termsOf } from '../../../support/simulatedSweep';

/** Whole sweeps through the real stopping rule and verdict, against what a plan promises of them. */

const sweeps = 300;
const points = 0.05;

/** The best is so much below the next; others are as much further off each. */
function told({ percent, noisePercent, repeats }: DetectionTerms, configurations: number, seed: number): number {
  const joules = Array.from({ length: configurations }, (_, k) => 2 * (1 + percent / 100) ** k);
  const truth = { joules, cvPercent: noisePercent, blockPercent: 2 };
  return simulateMany(truth, termsOf(repeats), sweeps, seed).greenest;
}

describe('what a plan promises of a difference', () => {
  it.each([
    [2, 1.5, 1, 0.8],
    [2, 2, 1.5, 0.9],
    [3, 1.5, 0.8, 0.9],
    [6, 1.5, 1, 0.8],
  ])(
    '%i configurations, %s percent apart at a noise of %s: told in %s of runs',
    (configurations, percent, noisePercent, share) => {
      const terms = { percent, noisePercent, repeats: { min: 5, max: 12, intervalPercent: 2 } };
      const max = blocksToDetect(terms, share)!;
      const planned = { ...terms, repeats: { ...terms.repeats, max } };
      const promised = detectionShare(planned);
      expect(promised).toBeGreaterThanOrEqual(share);
      expect(Math.abs(told(planned, configurations, 71) - promised)).toBeLessThan(points);
    },
  );
});

import { describe, expect, it } from 'vitest';
import { taskAccuracies } from '../../../../src/core/ipa/accuracies';
import { baseAllocations, taskSlaSeconds } from '../../../../src/core/ipa/baseAllocation';
import { readProfileTable } from '../../../../src/core/ipa/profileTable';
import { type TaskProfile, taskProfile } from '../../../../src/core/ipa/taskProfile';
import { accuraciesOf, configOf, hasIpaData, ipaFile, valueOf } from '../../../support/ipaFiles';

/** Variants by accuracy; throughputs by cores at batch 1, each latency 1 ÷ throughput. */
const profileOf = (cores: number[], ...throughputs: number[][]): TaskProfile => ({
  cores,
  notes: [],
  variants: throughputs.map((own, v) => ({
    variant: `v${v}`,
    accuracy: v,
    byCores: new Map(own.map((h, i) => [cores[i]!, [{ batch: 1, latencySeconds: 1 / h, throughput: h }]])),
  })),
});
const allocated = (profile: TaskProfile, threshold: number, sla = 100) => [
  ...baseAllocations('task', profile, threshold, sla).values(),
];

describe('the base allocation', () => {
  it('is of the fewest cores that reach the threshold, never fewer than of a less accurate variant', () => {
    expect(allocated(profileOf([1, 2, 4], [5, 9, 12], [2, 4, 8], [6, 8, 9]), 3)).toEqual([1, 2, 2]);
    expect(allocated(profileOf([1, 2, 4], [1, 2, 9]), 3)).toEqual([4]);
  });

  it('keeps the task’s SLA as well', () => {
    // 1 ÷ 2 s is within 0.5 s, 1 ÷ 1 is not.
    expect(allocated(profileOf([1, 2], [1, 2]), 0.1, 0.5)).toEqual([2]);
    expect(() => allocated(profileOf([1, 2], [1, 2]), 0.1, 0.4)).toThrow(/no profile of v0 reaches threshold 0.1/);
  });

  it('goes up one where more batch sizes are responsive there', () => {
    const point = (batch: number, throughput: number) => ({ batch, latencySeconds: 0.1, throughput });
    const profile: TaskProfile = {
      cores: [1, 2, 4],
      notes: [],
      variants: ['a', 'b'].map((variant, accuracy) => ({
        ...{ variant, accuracy },
        byCores: new Map([
          [1, [point(1, 1), point(2, 9)]],
          [2, [point(1, 8), point(2, 9)]],
          [4, [point(1, 8), point(2, 9), point(4, 9)]],
        ]),
      })),
    };
    // The first takes what suffices; the second once the larger count, not the largest.
    expect(allocated(profile, 5)).toEqual([1, 2]);
  });

  describe.skipIf(!hasIpaData)('of series 85 (shared data, GREENBATCH_FIXTURES)', () => {
    const table = () => {
      const accuracies = taskAccuracies(
        'audio',
        accuraciesOf(ipaFile('accuracies.yaml')).get('audio-qa')!.get('audio')!,
        {
          ...{ addHundred: true, isProduct: true },
        },
      );
      return taskProfile(valueOf(readProfileTable(ipaFile('profile-series85-audio.csv'), 'audio.csv')), {
        ...configOf(),
        ...{ task: 'audio', node: 'audio', series: 85, load: 10, accuracies: accuracies.byVariant },
      });
    };

    it('has an SLA of 8.5812 s', () => {
      expect(taskSlaSeconds(table(), 5).toFixed(4)).toBe('8.5812');
    });

    it.each([
      [0.4, [1, 1, 1]],
      [0.5, [1, 1, 2]],
      [1, [1, 1, 4]],
    ])('for threshold %d is %j, as IPA has it', (threshold, cores) => {
      const profile = table();
      expect(profile.variants.map(({ variant }) => variant.split('-')[2])).toEqual(['small', 'medium', 'large']);
      expect(allocated(profile, threshold, taskSlaSeconds(profile, 5))).toEqual(cores);
    });

    it('for threshold 2 is none', () => {
      const profile = table();
      expect(() => allocated(profile, 2, taskSlaSeconds(profile, 5))).toThrow(/large.*reaches threshold 2 requests/);
    });
  });
});

import { describe, expect, it, vi } from 'vitest';
import type { AccuracySampling } from '../../../../../src/core/accuracy/accuracySampling';
import { mostResamples } from '../../../../../src/core/accuracy/imageBootstrap';
import { samplingErrorOf } from '../../../../../src/workloads/detection/evaluate/samplingError';

/** Resamples that take so long each, by a clock that stands still besides. */
const taking = (milliseconds: number) => {
  let nowMs = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
  return (isOver: () => boolean): AccuracySampling => {
    const replicates: number[] = [];
    for (; replicates.length < mostResamples && !isOver(); nowMs += milliseconds) replicates.push(0.4);
    return { images: 20, evaluated: 'set', widening: 1, replicates };
  };
};

describe('the sampling error of an accuracy', () => {
  it('is made whole where there is time, with a sign of life for each resample', () => {
    const alive = vi.fn();
    const { sampling, warnings } = samplingErrorOf(taking(10), alive, 60);
    expect([sampling.replicates.length, warnings]).toEqual([mostResamples, []]);
    expect(alive.mock.calls.length).toBeGreaterThanOrEqual(mostResamples);
    vi.restoreAllMocks();
  });

  it.each([
    [200, 301, 'the interval of the accuracy is less certain'],
    [2000, 31, 'too few for an interval of the accuracy'],
  ])('ends in bounded time where one takes %s ms, and says so', (milliseconds, made, so) => {
    const { sampling, warnings } = samplingErrorOf(taking(milliseconds), () => undefined, 60);
    expect(sampling.replicates).toHaveLength(made);
    expect(warnings).toEqual([`${made} of ${mostResamples} resamples of the images could be evaluated in 60 s: ${so}`]);
    vi.restoreAllMocks();
  });
});

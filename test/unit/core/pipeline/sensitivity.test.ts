import { describe, expect, it } from 'vitest';
import { brokenLimits, evaluate } from '../../../../src/core/pipeline/evaluate';
import { neighbourSteps } from '../../../../src/core/pipeline/sensitivity';
import { problemOf, video } from '../../../support/pipelineProblems';

const problem = problemOf(video);
/** yolov5s at batch 1, resnet18 at batch 1. */
const choice = [
  { option: 2, replicas: 3 },
  { option: 0, replicas: 1 },
];

describe('the next steps from a choice', () => {
  const steps = neighbourSteps(problem, choice);

  it('are the next batch and the next variant of each stage, at the nearest batch that it has', () => {
    const told = steps.map(({ stage, to }) => `${stage}: ${to.variant} b${to.batch} ×${to.replicas}`);
    expect(told).toEqual([
      'detect: yolov5s b4 ×2',
      'detect: yolov5n b1 ×2',
      'detect: yolov5l b1 ×6',
      'classify: resnet18 b8 ×1',
      'classify: resnet50 b1 ×2',
    ]);
    expect(steps[0]!.from).toEqual({ variant: 'yolov5s', batch: 1, cores: 2, replicas: 3 });
  });

  it('tell what changes by it, and whether the limits are kept', () => {
    const changed = [{ option: 3, replicas: 2 }, choice[1]!];
    const [then, now] = [evaluate(problem, changed), evaluate(problem, choice)];
    expect(steps[0]).toMatchObject({
      accuracy: 0,
      cores: -2,
      latencySeconds: then.latencySeconds - now.latencySeconds,
      joulesPerRequest: then.joulesPerRequest - now.joulesPerRequest,
      objective: then.objective - now.objective,
      isFeasible: brokenLimits(problem, changed).length === 0,
    });
    const narrow = neighbourSteps({ ...problem, slaSeconds: 0.3 }, choice);
    expect(narrow.map(({ isFeasible }) => isFeasible)).toEqual([false, true, false, false, true]);
  });

  it('break what is fixed, and keep replicas that are', () => {
    const fixed = problemOf({
      ...video,
      stages: [
        { ...video.stages[0]!, variant: 'yolov5s' },
        { ...video.stages[1]!, replicas: 4 },
      ],
    });
    const told = neighbourSteps(fixed, [choice[0]!, { option: 0, replicas: 4 }]);
    expect(told.map(({ to, isFeasible }) => [to.variant, to.replicas, isFeasible])).toEqual([
      ['yolov5s', 2, true],
      ['yolov5n', 2, false],
      ['yolov5l', 6, false],
      ['resnet18', 4, true],
      ['resnet50', 4, true],
    ]);
  });
});

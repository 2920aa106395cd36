import { describe, expect, it } from 'vitest';
import { candidatesOf, chargedLimit, joulesLimit } from '../../../../src/core/pipeline/candidates';
import { brokenLimits, evaluate } from '../../../../src/core/pipeline/evaluate';
import { problemOf, randomProblem, video } from '../../../support/pipelineProblems';

describe('candidates', () => {
  it('are what the evaluation says of each option alone', () => {
    for (let seed = 1; seed <= 100; seed++) {
      const problem = randomProblem(seed);
      for (const [s, stage] of candidatesOf(problem).entries()) {
        const alone = { ...problem, stages: [problem.stages[s]!] };
        for (const { option, replicas, accuracy, cores, latencySeconds, joulesPerRequest } of stage) {
          const found = evaluate(alone, [{ option, replicas }]);
          expect(accuracy).toBe(found.accuracy);
          expect(cores).toBe(found.cores);
          expect(latencySeconds).toBeCloseTo(found.latencySeconds, 12);
          expect(joulesPerRequest).toBeCloseTo(found.joulesPerRequest, 12);
          const broken = brokenLimits(alone, [{ option, replicas }]);
          expect(broken).not.toContain('throughput');
          expect(broken).not.toContain('scalingCap');
        }
      }
    }
  });

  it('are those of a fixed variant, and of fixed replicas that keep up', () => {
    const [detect, classify] = problemOf(video).stages;
    const fixed = problemOf({
      ...video,
      stages: [
        { ...detect!, variant: 'yolov5s' },
        { ...classify!, replicas: 1 },
      ],
    });
    expect(candidatesOf(fixed).map((stage) => stage.map(({ option }) => option))).toEqual([
      [2, 3],
      [0, 1],
    ]);
  });

  it('have limits in seconds and in joules of a request', () => {
    const problem = problemOf(video);
    expect([chargedLimit(problem), joulesLimit(problem)]).toEqual([1, Infinity]);
    expect(joulesLimit({ ...problem, limits: { joulesPerRequest: 5, watts: 60 } })).toBe(3);
    // 3 + 2 variants and 3 batch sizes at 20 requests/s: 1 s + 5·2/20 s.
    expect(chargedLimit({ ...problem, queueing: 'as-published' })).toBeCloseTo(1.5, 12);
  });
});

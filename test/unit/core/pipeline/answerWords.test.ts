import { describe, expect, it } from 'vitest';
import {
  answerSentence,
  otherChoices,
  relaxationSentence,
  shortChoices,
  waysOut,
} from '../../../../src/core/pipeline/answerWords';
import type { PipelineAnswer } from '../../../../src/core/pipeline/answer';
import { loadSolver } from '../../../../src/solver/solver';
import { problemOf } from '../../../support/pipelineProblems';

const stage = (name: string, variant: string, batch: number, replicas: number, cores = 2) => ({
  ...{ name, variant, batch, replicas, cores },
});
const stages = [stage('detect', 'yolov7-tiny', 4, 2), stage('classify', 'resnet18', 1, 1)];
const answer: PipelineAnswer = {
  ...{ status: 'optimal', objective: 1, stages, accuracy: 0.57, cores: 6, latencySeconds: 0.64 },
  ...{ joulesPerRequest: 12.4, idleJoulesPerRequest: 3.1, watts: 248 },
};
const infeasible: PipelineAnswer = {
  ...{ status: 'infeasible', objective: null, stages: [], accuracy: null, cores: null, latencySeconds: null },
  ...{ joulesPerRequest: null, idleJoulesPerRequest: null, watts: null },
};
const sentence = (
  of: Partial<PipelineAnswer>,
  asked = { slaSeconds: 0.9, load: 20 },
  normalizeAccuracy = false,
  limitLongerSeconds: number | null = null,
) =>
  answerSentence({
    ...{ answer: { ...answer, ...of }, asked, accuracyMethod: 'average', normalizeAccuracy, limitLongerSeconds },
  });

describe('an answer in one sentence', () => {
  it('names each stage and what the whole comes to', () => {
    expect(sentence({})).toBe(
      'yolov7-tiny at batch 4 on 2 replicas → resnet18 at batch 1 on 1 replica: 0.570 accuracy on average, 6 cores, 640 of 900 ms, 12.4 J/request of which 3.1 idle',
    );
  });

  it('says no idle energy where there is none, and nothing of joining where there is one stage', () => {
    expect(sentence({ stages: stages.slice(1), idleJoulesPerRequest: 0, cores: 1 }, undefined, true)).toBe(
      'resnet18 at batch 1 on 1 replica: 0.570 accuracy by rank, 1 core, 640 of 900 ms, 12.4 J/request',
    );
  });

  it('says why a latency may be above its limit where queueing is as published', () => {
    expect(sentence({ latencySeconds: 1.7 }, undefined, false, 1)).toContain(
      '1700 of 900 ms (as the published code has it, filling batches is not charged and the limit is longer by 1000 ms), 12.4 J',
    );
    expect(sentence({}, undefined, false, 0)).toContain(
      '(as the published code has it, filling batches is not charged), 12.4 J',
    );
  });

  it('counts stages that are too many to be named, and tells long limits in seconds', () => {
    const many = Array.from({ length: 9 }, (_, i) => stage(`s${i}`, 'v', 1, 1));
    expect(sentence({ stages: many, latencySeconds: 9.2 }, { slaSeconds: 12, load: 20 })).toMatch(
      /^9 stages: 0\.570 accuracy on average, 6 cores, 9\.20 of 12 s, /,
    );
  });

  it.each([
    [['latency'], 'No choice keeps the latency limit of 900 ms'],
    [
      ['latency', 'throughput', 'joulesPerRequest'],
      'No choice keeps the latency limit of 900 ms, the load of 20 requests/s and the limit on joules per request together',
    ],
    [[], 'No choice keeps all limits'],
  ])('without a solution names what cannot be kept: %s', (binding, expected) => {
    expect(sentence({ ...infeasible, binding })).toBe(expected);
  });
});

describe('ways out of limits that nothing keeps', () => {
  it('are rounded to the side that holds, in the units of the sliders', () => {
    const relaxed = { ...infeasible, relaxation: { slaSeconds: 1.1503, load: 14.27, scalingCap: 7, watts: 81.21 } };
    expect(waysOut(relaxed, 20).map(({ slider, value }) => [slider, value])).toEqual([
      ['sla', 1160],
      ['load', 14.2],
      [null, 7],
      [null, 81.3],
    ]);
    expect(relaxationSentence(relaxed, 20)).toBe(
      'There is a solution with a latency limit of 1160 ms, or with a load of 14.2 requests/s, or with 7 replicas of a stage at most (scalingCap), or with a limit of 81.3 W',
    );
  });

  it('hold to the last bit, where three digits seem to be all there is', () => {
    for (const slaSeconds of [0.08, 0.05 + 0.03, 0.08 + 1e-16, 0.1 + 0.2, 1.1]) {
      const [way] = waysOut({ ...infeasible, relaxation: { slaSeconds } }, 20);
      expect(way!.value / 1000).toBeGreaterThanOrEqual(slaSeconds);
      expect(way!.value / 1000).toBeLessThan(1.02 * slaSeconds);
    }
    const [way] = waysOut({ ...infeasible, relaxation: { load: 20 - 4e-15 } }, 20);
    expect(way!.value).toBeLessThanOrEqual(20 - 4e-15);
  });

  it('set a load that has a solution, also where batches of the asked one fill too slowly', async () => {
    const solve = await loadSolver();
    const batches = {
      variant: 'v',
      accuracy: 1,
      cores: 1,
      joulesPerRequest: 1,
      batch: 8,
      latencySeconds: 0.1,
      throughput: 80,
    };
    const at = (load: number) => solve(problemOf({ load, slaSeconds: 1, stages: [{ name: 's', options: [batches] }] }));
    const answer = at(5);
    expect(answer.relaxation!.load).toBeCloseTo(7 / 0.9, 9);
    const { value } = waysOut(answer, 5).find(({ slider }) => slider === 'load')!;
    expect(value).toBe(7.78);
    expect(at(value).status).toBe('optimal');
  });

  it('are none where no single limit helps', () => {
    expect(relaxationSentence(infeasible, 20)).toBe('No single limit that is moved alone would help');
  });
});

describe('choices in short', () => {
  it('of all stages, and of those that are chosen otherwise', () => {
    expect(shortChoices(stages)).toBe('yolov7-tiny b4 ×2 → resnet18 b1 ×1');
    expect(otherChoices([stages[0]!, stage('classify', 'resnet18', 2, 1)], stages)).toBe('classify: resnet18 b2 ×1');
    expect(otherChoices([stages[0]!, stage('classify', 'resnet18', 1, 1, 1)], stages)).toBe(
      'classify: resnet18 b1 ×1 of 1 core',
    );
    expect(otherChoices(stages, stages)).toBe('');
  });
});

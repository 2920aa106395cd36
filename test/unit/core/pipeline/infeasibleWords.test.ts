import { expect, it } from 'vitest';
import { infeasibleSentences } from '../../../../src/core/pipeline/infeasibleWords';
import { problemOf, video } from '../../../support/pipelineProblems';

const problem = problemOf({ ...video, limits: { joulesPerRequest: 5, watts: 80 }, scalingCap: 4 });

it('says which limits cannot be kept together, and the nearest way out first', () => {
  const relaxation = { slaSeconds: 1.23456, load: 18.777, scalingCap: 7, joulesPerRequest: 20, watts: 81.04 };
  expect(infeasibleSentences({ binding: ['latency', 'throughput', 'scalingCap'], relaxation }, problem)).toEqual([
    'No choice keeps the latency limit of 1000 ms, the load of 20 requests/s and the limit of 4 replicas of a stage together.',
    'Nearest: a limit of 81.1 W (+1.3 %); else a load of 18.7 requests/s (−6.1 %), or a latency limit of 1240 ms (+23 %), or up to 7 replicas of a stage (+75 %), or a limit of 20 J/request (+300 %).',
  ]);
  const one = { binding: ['joulesPerRequest'], relaxation: { joulesPerRequest: 6 } };
  expect(infeasibleSentences(one, problem)).toEqual([
    'No choice keeps the limit of 5 J/request.',
    'Nearest: a limit of 6 J/request (+20 %).',
  ]);
});

it('rounds a load above the asked one up, where its batches fill in time', () => {
  const [, nearest] = infeasibleSentences({ binding: ['latency'], relaxation: { load: 70 / 3 } }, problem);
  expect(nearest).toBe('Nearest: a load of 23.4 requests/s (+17 %).');
});

it('says so where nothing is known, or no limit alone helps', () => {
  expect(infeasibleSentences({}, problem)).toEqual([
    'No choice keeps all limits.',
    'No limit that is moved alone would help.',
  ]);
});

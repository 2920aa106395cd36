import { describe, expect, it } from 'vitest';
import type { LoadedPipeline } from '../../../../src/core/pipeline/loaded';
import { pipelineViews } from '../../../../src/core/pipeline/pipelineView';
import type { PipelineAsk } from '../../../../src/core/pipeline/view';
import { problemOf, solveByTrying, video } from '../../../support/pipelineProblems';

const problem = problemOf(video);
const { weights, slaSeconds, load, accuracyMethod, normalizeAccuracy } = problem;
const loaded: LoadedPipeline = {
  ...{
    name: 'video',
    problem,
    terms: { weights, slaSeconds, load, accuracyMethod, normalizeAccuracy },
    stages: [],
    notes: ['from the file'],
  },
  load: { kind: 'constant', requestsPerSecond: load },
};
const seconds = () => {
  let now = 0;
  return () => now++;
};
const view = (of: LoadedPipeline, ask: PipelineAsk | null) =>
  pipelineViews({ solve: solveByTrying, now: seconds() })(of, ask);

describe('the view of a pipeline', () => {
  it('is by the file’s own terms where nobody asked', () => {
    const { answers, ...rest } = view(loaded, null);
    expect(rest).toMatchObject({
      ...{ id: 0, name: 'video', accuracyMethod: 'multiply', notes: ['from the file'], solveSeconds: 1 },
      asked: { weights, slaSeconds, load, axes: ['joulesPerRequest', 'accuracy'] },
      ofFile: rest.asked,
    });
    expect(answers.map(({ name }) => name)).toEqual([
      'asked',
      'accuracy-first',
      'balanced',
      'energy-first',
      'cost-first',
    ]);
    expect(answers[0]!.answer).toEqual(solveByTrying(problem));
    expect(rest.front.length).toBeGreaterThan(1);
    expect(rest.steps.length).toBeGreaterThan(3);
    expect(rest.shares.map(({ cores }) => cores).reduce((a, b) => a + b)).toBe(answers[0]!.answer.cores);
  });

  it('tells by how much the published queueing makes the limit longer, at the load that is asked for', () => {
    expect(view(loaded, null).limitLongerSeconds).toBeNull();
    const published: LoadedPipeline = { ...loaded, problem: { ...problem, queueing: 'as-published' } };
    // Three variants and two, at batch sizes 1, 4 and 8: (3 + 2) · (3 − 1) ÷ 20.
    expect(view(published, null).limitLongerSeconds).toBeCloseTo(0.5, 12);
    const asked = { id: 1, weights, slaSeconds, load: 10, axes: ['cores', 'accuracy'] } as const;
    expect(view(published, asked).limitLongerSeconds).toBeCloseTo(1, 12);
  });

  it('is by what is asked', () => {
    const asked = { weights: { ...weights, alpha: 0 }, slaSeconds: 0.5, load: 10 };
    const found = view(loaded, { id: 7, ...asked, axes: ['cores', 'latencySeconds'] });
    expect(found).toMatchObject({ id: 7, asked: { ...asked, axes: ['cores', 'latencySeconds'] } });
    expect(found.answers[0]!.answer).toEqual(solveByTrying({ ...problem, ...asked }));
  });

  it('solves anew by other weights alone what depends on them', () => {
    let solved = 0;
    const solve: typeof solveByTrying = (of) => {
      solved++;
      return solveByTrying(of);
    };
    const viewOf = pipelineViews({ solve, now: seconds() });
    const ask = { id: 1, weights, slaSeconds, load, axes: ['cores', 'accuracy'] } as const;
    const counts = [
      ask,
      { ...ask, weights: { ...weights, alpha: 0 } },
      { ...ask, axes: ['cores', 'joulesPerRequest'] } as const,
      { ...ask, load: 15 },
    ].map((asked) => {
      solved = 0;
      const found = viewOf(loaded, asked);
      expect({ ...found, solveSeconds: 1 }).toEqual(view(loaded, asked));
      return solved;
    });
    expect(counts).toEqual([5, 1, 1, 5]);
  });

  it('has one answer where nothing is feasible, and none where a profile is missing', () => {
    const narrow = view(loaded, { id: 1, weights, load, slaSeconds: 0.01, axes: ['cores', 'accuracy'] });
    expect(narrow.answers.map(({ answer }) => answer.status)).toEqual(['infeasible']);
    expect([narrow.front, narrow.steps, narrow.alternatives]).toEqual([[], [], []]);
    expect(view({ ...loaded, problem: null }, null)).toMatchObject({ answers: [], front: [], solveSeconds: 0 });
  });
});

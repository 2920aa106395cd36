import { describe, expect, it } from 'vitest';
import { comparedPipeline, frontNotes, solvedFront, solvedSchema } from '../../../../src/core/pipeline/solvedPipeline';
import { problemOf, solveByTrying, video } from '../../../support/pipelineProblems';

describe('a solved pipeline', () => {
  const problem = problemOf(video);

  it('has the answer, and what it is compared with', () => {
    const { answer, ...compared } = comparedPipeline(problem, solveByTrying);
    expect(answer.status).toBe('optimal');
    expect(compared.ways).toHaveLength(4);
    expect(compared.steps.every(({ objective, isFeasible }) => !isFeasible || objective <= 1e-9)).toBe(true);
    const front = solvedFront(problem, ['cores', 'accuracy']);
    expect(frontNotes(front)).toEqual([]);
    const json = { ...answer, name: 'video', load: problem.load, ...compared, front };
    expect(solvedSchema.parse(JSON.parse(JSON.stringify(json)))).toEqual(json);
  });

  it('has nothing to compare where nothing is feasible', () => {
    const { answer, ...compared } = comparedPipeline({ ...problem, slaSeconds: 0.01 }, solveByTrying);
    expect(answer.status).toBe('infeasible');
    expect(compared).toEqual({ ways: [], steps: [], alternatives: [], notes: [] });
  });

  it('says what a front lacks', () => {
    const front = { axes: ['cores', 'accuracy'] as ['cores', 'accuracy'], isExact: false, found: 300, points: [] };
    expect(frontNotes(front)).toEqual([
      'The front is not exact: there are too many partial pipelines to keep all of them.',
      'Of the front’s 300 points 0 are shown.',
    ]);
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { answerSchema } from '../../../../src/core/pipeline/answer';
import { parseProblem } from '../../../../src/core/pipeline/problemText';
import { solveByTrying, video } from '../../../support/pipelineProblems';

const problemsIn = (value: unknown) => {
  const parsed = parseProblem(typeof value === 'string' ? value : JSON.stringify(value));
  return parsed.ok ? [] : parsed.problems;
};

describe('a problem file', () => {
  it('is read with its defaults, also behind a byte order mark', () => {
    const parsed = parseProblem(`\uFEFF${JSON.stringify({ load: 1, slaSeconds: 1, stages: video.stages })}`);
    expect(parsed).toMatchObject({
      ok: true,
      problem: {
        ...{ scalingCap: 100, accuracyMethod: 'sum', normalizeAccuracy: false, queueing: 'intended' },
        weights: { alpha: 1, beta: 0, gamma: 0, delta: 0 },
      },
    });
  });

  it('has all its problems told, each with its path and what is allowed', () => {
    const [option] = video.stages[0]!.options;
    const wrong = {
      ...{ load: 0, slaSeconds: '1', weigths: {}, accuracyMethod: 'product' },
      stages: [{ name: 'a', options: [{ ...option, batch: 1.5, cores: undefined }] }],
    };
    expect(problemsIn(wrong)).toEqual([
      'load: 0 is too small (allowed: number from 0.000001 to 1000000000000)',
      'slaSeconds: "1" is text: take the quotes away (1) (allowed: number from 0.000001 to 1000000000000)',
      'accuracyMethod: "product" is none of the values (allowed: sum, average or multiply)',
      'stages[0].options[0].batch: 1.5 is not a whole number (allowed: whole number from 1 to 1000000)',
      'stages[0].options[0].cores: is missing (allowed: number above 0 up to 1000000000000)',
      expect.stringMatching(/^weigths: unknown key: did you mean weights\? \(allowed: load, slaSeconds, /),
    ]);
  });

  it('has no numbers of which sums and products are beyond all numbers', () => {
    expect(problemsIn({ ...video, weights: { alpha: 1e308 }, load: 1e-9 })).toEqual([
      'load: 1e-9 is too small (allowed: number from 0.000001 to 1000000000000)',
      'weights.alpha: 1e+308 is too large (allowed: number from 0 to 1000000000000)',
    ]);
  });

  it('has rules of several fields told once the fields are right', () => {
    const [detect] = video.stages;
    const twice = { ...video, stages: [detect, { ...detect, options: [...detect!.options, detect!.options[0]] }] };
    expect(problemsIn(twice)).toEqual([
      expect.stringMatching(/^stages\[1\]\.name: detect names two stages/),
      expect.stringMatching(/^stages\[1\]\.options\[5\]: yolov5n at batch 1 with cores: 1 stands twice/),
    ]);
  });

  it('has a hundred problems told at most', () => {
    const options = Array.from({ length: 500 }, () => ({}));
    const problems = problemsIn({ load: 1, slaSeconds: 1, stages: [{ name: 'a', options }] });
    expect(problems).toHaveLength(101);
    expect(problems.at(-1)).toBe('and more problems');
  });

  it.each([
    ['nonsense', /^this is not JSON/],
    ['[]', /^must be a group of keys, not a list/],
    ['null', /has no value/],
  ])('%s is none', (text, problem) => {
    expect(problemsIn(text)[0]).toMatch(problem);
  });

  it('stands in the docs with its answer', () => {
    const docs = readFileSync('docs/pipeline.md', 'utf8');
    const [problem, answer] = [...docs.matchAll(/```json\n(.*?)```/gs)].map(([, json]) => json!);
    const parsed = parseProblem(problem!);
    if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
    const solved = solveByTrying(parsed.problem);
    const stated = answerSchema.parse(JSON.parse(answer!));
    for (const [key, value] of Object.entries(stated)) {
      const own = solved[key as keyof typeof solved];
      if (typeof value === 'number') expect(own, key).toBeCloseTo(value, 9);
      else expect(own, key).toEqual(value);
    }
  });
});

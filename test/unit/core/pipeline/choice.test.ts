import { expect, it } from 'vitest';
import { choiceOf, stagesOf } from '../../../../src/core/pipeline/choice';
import { allChoices, problemOf, video } from '../../../support/pipelineProblems';

it('a choice by indices and by names is the same', () => {
  const problem = problemOf(video);
  for (const choice of allChoices(problem)) expect(choiceOf(problem, stagesOf(problem, choice))).toEqual(choice);
  const [first, second] = stagesOf(problem, allChoices(problem)[0]!);
  expect(choiceOf(problem, [])).toBeNull();
  expect(choiceOf(problem, [first!, { ...second!, batch: 3 }])).toBeNull();
});

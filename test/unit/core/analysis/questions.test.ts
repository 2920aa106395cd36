import { expect, it } from 'vitest';
import { questionsSchema, questionsWith } from '../../../../src/core/analysis/questions';

it('has a key of the JSON for each question', () => {
  expect(['version', ...Object.keys(questionsWith(null))]).toEqual(Object.keys(questionsSchema.shape));
});

import { expect, it } from 'vitest';
import { createPairLines } from '../../../../src/cli/text/pairLines';
import { styleFor } from '../../../../src/cli/text/style';
import type { RunEvent } from '../../../../src/core/run/events';

const plain = styleFor(process.stdin as never);
const step = (name: string): RunEvent => ({ type: 'step', at: 1, step: name, detail: '' });
const warning: RunEvent = { type: 'warning', at: 1, code: 'x', message: 'busy' };

it('says of which run a line is, and tells once what is of the machine', () => {
  const lines = createPairLines(plain);
  expect(lines(step('model'), 0, ['preparing'])).toEqual(['A preparing']);
  expect(lines(step('model'), 1, ['preparing'])).toEqual(['B preparing']);
  expect(lines(warning, 0, ['warning: busy'])).toEqual(['warning: busy']);
  expect(lines(warning, 1, ['warning: busy'])).toEqual([]);
  expect(lines(warning, 1, ['warning: of this run alone'])).toEqual(['warning: of this run alone']);
});

it('tells a rest before each block, once', () => {
  const lines = createPairLines(plain);
  for (let block = 0; block < 2; block++) {
    expect(lines(step('rest'), 0, ['resting'])).toEqual(['resting']);
    expect(lines(step('rest'), 1, ['resting'])).toEqual([]);
  }
});

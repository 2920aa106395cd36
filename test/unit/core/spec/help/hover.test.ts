import { expect, it } from 'vitest';
import { hoverAt } from '../../../../../src/core/spec/help/hover';

const at = (marked: string) => hoverAt(marked.replace('|', ''), marked.indexOf('|'));

it('tells what a key is, what may stand there, and what stands there by itself', () => {
  expect(at('models: [a]\nmeasure:\n  repeats: { m|in: 5 }\n')).toEqual({
    range: [34, 37],
    path: 'measure.repeats.min',
    description: 'blocks that always run; below 5 no verdict is given',
    allowed: 'whole number from 1 to 1000',
    usual: '5',
  });
  expect(at('|name: x\n')).toMatchObject({ path: 'name', usual: null });
  expect(at('\uFEFFna|me: x\n')).toMatchObject({ range: [1, 5] });
});

it('tells nothing of values, unknown keys, and what is no file of keys', () => {
  for (const marked of ['name: x|y\n', 'nane|: x\n', '- a|\n', '|', 'measure: {{{ sco|pe', '\u0000na|me: x'])
    expect(at(marked), marked).toBeNull();
});

it('tells what it can of a file with mistakes', () => {
  expect(at('models: [\nmeasure:\n  scope|: x\n')).toMatchObject({ path: 'measure.scope' });
  expect(at('modles: [a]\nbatchSi|zes: 1\n')).toMatchObject({ path: 'batchSizes' });
});

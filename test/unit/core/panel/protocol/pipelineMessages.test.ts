import { expect, it } from 'vitest';
import { type FromPipelinePage, readFromPipelinePage } from '../../../../../src/core/panel/protocol/pipelineMessages';

const asked = {
  weights: { alpha: 1, beta: 0.5, gamma: 0, delta: 0.1 },
  ...{ slaSeconds: 0.5, load: 20, axes: ['cores', 'accuracy'] },
};
const ours = [
  { type: 'ready' },
  { type: 'ask', id: 1, asked },
  { type: 'restart' },
  { type: 'profile', stage: 'detect' },
  { type: 'openFile' },
  { type: 'openFile', line: 3 },
  { type: 'openLog' },
  { type: 'copy', text: '{}' },
] as FromPipelinePage[];

it.each(ours.map((message) => [message.type, message] as const))('reads %s as it is', (_, message) => {
  expect(readFromPipelinePage(message)).toEqual(message);
});

const throwing = {
  get type() {
    throw new Error('no');
  },
};
const strangers = [
  undefined,
  null,
  'ready',
  [],
  throwing,
  { type: 'run' },
  { type: 'ready', more: 1 },
  { type: 'ask', id: 0, asked },
  { type: 'ask', id: 1.5, asked },
  { type: 'ask', id: 1, asked: { ...asked, id: 4 } },
  { type: 'ask', id: 1, asked: { ...asked, load: 0 } },
  { type: 'ask', id: 1, asked: { ...asked, load: Infinity } },
  { type: 'ask', id: 1, asked: { ...asked, slaSeconds: NaN } },
  { type: 'ask', id: 1, asked: { ...asked, weights: { ...asked.weights, delta: -1 } } },
  { type: 'ask', id: 1, asked: { ...asked, weights: { alpha: 1 } } },
  { type: 'ask', id: 1, asked: { ...asked, axes: ['cores', 'price'] } },
  { type: 'ask', id: 1, asked: { ...asked, axes: ['cores'] } },
  { type: 'openFile', line: -1 },
  { type: 'openFile', path: '/etc/passwd' },
  { type: 'profile' },
  { type: 'profile', stage: 'x'.repeat(201) },
  { type: 'copy', text: 'x'.repeat(1_000_001) },
];
it('refuses everything else', () => {
  expect(strangers.filter((value) => readFromPipelinePage(value) !== null)).toEqual([]);
});

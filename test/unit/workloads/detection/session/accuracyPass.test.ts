import { expect, it } from 'vitest';
import type { RunEvent } from '../../../../../src/core/run/events';
import { measureAccuracies } from '../../../../../src/workloads/detection/session/accuracyPass';
import { evaluated, failure, fakeSession } from '../../../../support/fakeSession';
import { sessionStarted } from '../../../../support/runEvents';

type Options = NonNullable<Parameters<typeof fakeSession>[0]>;
const images = { coco: { annotations: 'instances.json', images: 'images' } };

/** The pass over annotated images, where every model is evaluated with success. */
async function pass({ spec, ...options }: Options = {}, untrained: string[] = []) {
  const session = fakeSession({
    trial: () => ({ says: [evaluated(0.5, ['an image without boxes'])] }),
    ...options,
    spec: { images, ...spec },
  });
  for (const model of untrained) session.inputs.untrained.add(model);
  await measureAccuracies(session.measuring, session.inputs);
  return session;
}

it('evaluates each model once, and keeps the warnings of its annotations', async () => {
  const session = await pass({ spec: { models: ['a.onnx', 'b.onnx'], threads: [3, 1] } });
  expect(session.story()).toEqual([
    ...['step: accuracy', 'warning', 'accuracy.measured', 'step: accuracy', 'warning', 'accuracy.measured'],
  ]);
  expect([...session.run.accuracies.keys()]).toEqual(['a.onnx', 'b.onnx']);
  expect(session.jobs[0]).toMatchObject({
    ...{ kind: 'accuracy', modelFile: '/models/a.onnx', threads: 3, height: 64, width: 64, images },
    baseDirectory: '/experiment',
  });
});

it.each([
  ['the largest batch of at most 8', [1, 4, 8, 16], 8],
  ['the smallest batch where all are larger', [64, 16, 32], 16],
])('runs with %s', async (_, batchSizes, taken) => {
  const session = await pass({ spec: { batchSizes } });
  expect(session.jobs.map((job) => job.batchSize)).toEqual([taken]);
});

it('leaves out batches that do not fit into memory, and a model of which nothing can run', async () => {
  const skipped = (configuration: string): RunEvent => ({
    ...{ type: 'configuration.skipped', at: 3, configuration, reason: 'memory', message: 'too large' },
    ...{ neededBytes: null, availableBytes: null },
  });
  const spec = { batchSizes: [2, 4, 8] };
  const one = await pass({ spec, before: [...sessionStarted(), skipped('a.onnx b8 t2')] });
  expect(one.jobs.map((job) => job.batchSize)).toEqual([4]);
  const all = ['a.onnx b2 t2', 'a.onnx b4 t2', 'a.onnx b8 t2'].map(skipped);
  expect((await pass({ spec, before: [...sessionStarted(), ...all] })).log).toEqual([]);
});

it('takes as many images as the accuracy asks for, else as the sweep, else all', async () => {
  const mostOf = async (spec: NonNullable<Options['spec']>) => {
    const { jobs } = await pass({ spec });
    const [job] = jobs;
    return job && 'mostImages' in job ? job.mostImages : undefined;
  };
  expect(await mostOf({ accuracy: { images: 7 }, images: { ...images, count: 9 } })).toBe(7);
  expect(await mostOf({ images: { ...images, count: 9 } })).toBe(9);
  expect(await mostOf({})).toBeUndefined();
});

it('does nothing where accuracy is not wanted, nothing is annotated, or the trials tell it themselves', async () => {
  expect((await pass({ spec: { accuracy: { measure: false } } })).log).toEqual([]);
  expect((await pass({ spec: { images: { generated: { count: 4 } } } })).log).toEqual([]);
  expect((await pass({ spec: { measure: { scope: 'end-to-end' } } })).log).toEqual([]);
});

it('does not evaluate random weights, and says so, also end to end', async () => {
  for (const scope of ['inference', 'end-to-end'] as const) {
    const session = await pass({ spec: { measure: { scope } } }, ['a.onnx']);
    expect(session.jobs).toEqual([]);
    expect(session.log).toMatchObject([{ type: 'accuracy.unknown', model: 'a.onnx', reason: 'untrained' }]);
  }
});

it('keeps why it failed, and goes on with the next model', async () => {
  const session = await pass({
    spec: { models: ['a.onnx', 'b.onnx'] },
    trial: ({ modelFile }) => (modelFile.endsWith('a.onnx') ? failure('error') : { says: [evaluated(0.4)] }),
  });
  expect(session.run.accuracies.get('a.onnx')).toMatchObject({
    ...{ type: 'accuracy.unknown', reason: 'failed', message: 'it failed by error' },
  });
  expect(session.run.accuracies.get('b.onnx')).toMatchObject({ type: 'accuracy.measured' });
});

it('tries again in the next session what was not known, and not what was', async () => {
  const unknown: RunEvent = {
    ...{ type: 'accuracy.unknown', at: 3, model: 'a.onnx', reason: 'failed', message: 'no room on the disk' },
  };
  const first = await pass({ before: [...sessionStarted(), unknown, ...sessionStarted(2)] });
  const known = first.log.find((e) => e.type === 'accuracy.measured')!;
  expect((await pass({ before: [...sessionStarted(), known, ...sessionStarted(2)] })).log).toEqual([]);
});

it('says nothing of a model whose evaluation was stopped, and does not begin the next', async () => {
  const session = await pass({
    spec: { models: ['a.onnx', 'b.onnx'] },
    trial(_, { stopping }) {
      stopping.abort();
      return { says: [], end: { kind: 'stopped' } };
    },
  });
  expect(session.story()).toEqual(['step: accuracy']);
});

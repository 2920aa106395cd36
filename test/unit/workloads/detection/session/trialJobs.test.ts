import { expect, it } from 'vitest';
import { detectionJobSchema } from '../../../../../src/workloads/detection/modes/detectionJob';
import { trialJob } from '../../../../../src/workloads/detection/session/trialJobs';
import type { TrialMessage } from '../../../../../src/engine/trial/protocol';
import { evaluated, fakeSession } from '../../../../support/fakeSession';

const chosen = { model: 'a.onnx', batchSize: 3, threads: 7, spinning: true };
const shared = { modelFile: '/models/a.onnx', batchSize: 3, threads: 7, spinning: true, height: 64, width: 64 };

it('is inference alone out of the tensors, unless the experiment asks for the whole', () => {
  const { measuring, inputs } = fakeSession();
  const job = trialJob(measuring, inputs, chosen);
  expect(job).toEqual({ mode: 'inference', ...shared, imagesFile: '/images.u8' });
  expect(detectionJobSchema.parse(JSON.parse(JSON.stringify(job)))).toEqual(job);
});

it('evaluates end to end where that is wanted, the images are annotated and the weights are trained', () => {
  const coco = { annotations: 'instances.json', images: 'images' };
  const evaluates = (images: object, untrained: string[], measure = true) => {
    const spec = { models: ['a.onnx', 'b.onnx'], images, accuracy: { measure } };
    const { measuring, inputs } = fakeSession({ spec: { ...spec, measure: { scope: 'end-to-end' } } });
    for (const model of untrained) inputs.untrained.add(model);
    return ['a.onnx', 'b.onnx'].map((model) => {
      const job = trialJob(measuring, inputs, { ...chosen, model });
      expect(job).toMatchObject({ mode: 'end-to-end', images, baseDirectory: '/experiment' });
      expect(detectionJobSchema.parse(JSON.parse(JSON.stringify(job)))).toEqual(job);
      return 'evaluate' in job && job.evaluate;
    });
  };
  expect(evaluates({ coco }, ['b.onnx'])).toEqual([true, false]);
  expect(evaluates({ coco }, [], false)).toEqual([false, false]);
  expect(evaluates({ generated: { count: 4, seed: 1 } }, [])).toEqual([false, false]);
});

it('asks for the sampling error of a model’s accuracy until the log has it', () => {
  const images = { coco: { annotations: 'instances.json', images: 'images' } };
  const { measuring, inputs } = fakeSession({
    spec: { models: ['a.onnx', 'b.onnx'], images, measure: { scope: 'end-to-end' } },
  });
  const samples = (model: string) => {
    const job = trialJob(measuring, inputs, { ...chosen, model });
    return 'sample' in job && job.sample;
  };
  expect(samples('a.onnx')).toBe(true);
  const { type: _, ...told } = evaluated(0.4) as Extract<TrialMessage, { type: 'accuracy' }>;
  measuring.record({ ...told, type: 'accuracy.measured', model: 'a.onnx' });
  expect(['a.onnx', 'b.onnx'].map(samples)).toEqual([false, true]);
});

it('of a whole process times inference calls, and leaves the sampling error to a process beside the windows', () => {
  const images = { coco: { annotations: 'instances.json', images: 'images' } };
  const jobOf = (scope: 'end-to-end' | 'process') => {
    const { measuring, inputs } = fakeSession({ spec: { images, measure: { scope } } });
    return trialJob(measuring, inputs, chosen);
  };
  expect(jobOf('end-to-end')).toMatchObject({ mode: 'end-to-end', evaluate: true, sample: true, timed: 'batch' });
  expect(jobOf('process')).toMatchObject({ mode: 'end-to-end', evaluate: true, sample: false, timed: 'inference' });
});

it('is not made for a model that was not prepared', () => {
  const { measuring, inputs } = fakeSession();
  expect(() => trialJob(measuring, inputs, { ...chosen, model: 'b.onnx' })).toThrow('b.onnx was not prepared');
});

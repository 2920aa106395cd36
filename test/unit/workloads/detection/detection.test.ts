import { expect, it } from 'vitest';
import { specSchema } from '../../../../src/core/spec/spec';
import { detection } from '../../../../src/workloads/detection/detection';
import { detection as asLogged } from '../../../support/runEvents';

const specOf = (scope: 'inference' | 'end-to-end' | 'process') =>
  specSchema.parse({ models: ['a.onnx'], batchSizes: [1], measure: { scope } });

it('tells the phases of the whole work apart, and none of inference alone', () => {
  expect(detection.phases(specOf('inference'))).toEqual([]);
  const { name, unit } = detection;
  expect({ name, unit, phases: detection.phases(specOf('end-to-end')) }).toEqual(asLogged);
  expect(detection.phases(specOf('process'))).toEqual(['start', 'model', ...asLogged.phases, 'exit']);
});

it('does not begin with what it was not told in full', async () => {
  await expect(detection.open({ mode: 'inference', modelFile: 'a.onnx' })).rejects.toThrow('batchSize');
  await expect(detection.open({ mode: 'asleep' })).rejects.toThrow('mode');
  await expect(detection.evaluate!({ modelFile: 'a.onnx' }, () => undefined)).rejects.toThrow('batchSize');
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { type SpecInput, specSchema } from '../../../src/core/spec/spec';
import { checkExperiment } from '../../../src/workloads/checkExperiment';
import { writeConstantModel } from '../../support/constantModel';

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-check-'));
afterAll(() => rmSync(folder, { recursive: true }));
const outputs = { output: { dims: [2, 1], data: new Float32Array(2) } };
writeConstantModel(join(folder, 'two.onnx'), { inputDims: [2, 3, 64, 96], outputs });

const check = (spec: Partial<SpecInput>) =>
  checkExperiment(specSchema.parse({ models: ['two.onnx'], batchSizes: [2], ...spec }), folder);

it('is content with what can be measured', () => {
  expect(check({ spinning: [false, true], threads: [1, 2] })).toEqual({ errors: [], warnings: [] });
});

it('says that there is no such workload, and which there are', () => {
  expect(check({ workload: 'detecton' })).toEqual({
    warnings: [],
    errors: [
      {
        ...{ path: ['workload'], at: 'value', allowed: 'detection' },
        message: 'there is no workload "detecton": did you mean detection?',
      },
    ],
  });
});

it('asks the workload what a look beyond the text finds', () => {
  const { errors, warnings } = check({ imageSize: 128, batchSizes: [1, 2] });
  expect(errors.map((e) => e.path)).toEqual([['imageSize']]);
  expect(warnings.map((e) => e.message)).toEqual([expect.stringContaining('two.onnx takes batches of 2 only')]);
});

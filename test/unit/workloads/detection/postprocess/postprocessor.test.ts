import { expect, it } from 'vitest';
import { evaluationLimits } from '../../../../../src/core/detection/detector';
import { postprocessHere } from '../../../../../src/workloads/detection/postprocess/postprocessor';

it('takes the outputs and gives their memory back: only what was found is left', async () => {
  const input = { height: 64, width: 64 };
  const layout = { kind: 'suppressedRows', output: 'found' } as const;
  const data = Float32Array.of(0, 10, 20, 30, 40, 3, 0.9);
  const outputs = { found: { data, dims: [1, 7] } };
  const postprocessor = postprocessHere({ layout, input, limits: evaluationLimits });
  const { detections } = await postprocessor.submit(outputs, [{ original: input, resized: input, top: 0, left: 0 }]);
  expect([...detections.corners]).toEqual([10, 20, 30, 40]);
  expect([...detections.classes]).toEqual([3]);
  expect(data.buffer.byteLength).toBe(0);
});

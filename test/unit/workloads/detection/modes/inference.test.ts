import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { InferenceJob } from '../../../../../src/workloads/detection/modes/detectionJob';
import { openInference } from '../../../../../src/workloads/detection/modes/inference';
import { prepareImages } from '../../../../../src/workloads/detection/prepare/tensorCache';
import { writeConstantModel } from '../../../../support/constantModel';

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-inference-'));
afterAll(() => rmSync(folder, { recursive: true }));
const size = { height: 64, width: 64 };
const outputs = {
  large: { dims: [1, 12], data: new Float32Array(12) },
  small: { dims: [1, 4], data: new Float32Array(4) },
};
const inputDims = ['batch', 3, 64, 64];
writeConstantModel(join(folder, 'float.onnx'), { inputDims, outputs });
writeConstantModel(join(folder, 'byte.onnx'), { inputDims, outputs, inputType: 2 });

let imagesFile: string;
beforeAll(async () => {
  const source = { generated: { count: 3, seed: 1 } };
  const options = { baseDirectory: folder, size, cacheDirectory: folder, minImages: 1 };
  ({ file: imagesFile } = await prepareImages(source, options));
});

const open = (model: string, more: Partial<InferenceJob> = {}) =>
  openInference({
    ...{
      mode: 'inference',
      modelFile: join(folder, model),
      batchSize: 2,
      instances: 1,
      threads: 1,
      spinning: false,
      ...size,
    },
    ...{ imagesFile, ...more },
  });

it.each(['float.onnx', 'byte.onnx'])(
  'a step of %s is one whole batch, also of more images than there are',
  async (model) => {
    for (const batchSize of [2, 8]) {
      const work = await open(model, { batchSize });
      const ran: [number, boolean][] = [];
      const watch = {
        ran: (ms: number, isWhole: boolean) => void ran.push([ms, isWhole]),
        phaseEnded: () => expect.unreachable(),
        foundAccuracy: () => expect.unreachable(),
      };
      for (let step = 0; step < 4; step++) expect(await work.step(watch)).toBe(batchSize);
      expect(ran.map(([, isWhole]) => isWhole)).toEqual([true, true, true, true]);
      for (const [ms] of ran) expect(ms).toBeGreaterThan(0);
      expect(work.warmUp).toBeUndefined();
    }
  },
);

it('a probe tells the bytes of an image: its input, and its largest output', async () => {
  expect(await (await open('byte.onnx', { batchSize: 1 })).probe!()).toEqual({
    ...{ inputBytes: 3 * 64 * 64, outputBytes: 4 * 12 },
  });
  expect((await (await open('float.onnx')).probe!()).inputBytes).toBe(4 * 3 * 64 * 64);
});

it('answers fewer requests than a batch holds as they are, and fills a batch up where the model takes no other', async () => {
  const free = await open('float.onnx', { batchSize: 4 });
  expect(await Promise.all([free.serve!(1), free.serve!(3), free.serve!(4)])).toEqual([1, 3, 4]);
  const fixed = { inputDims: [4, 3, 64, 64], outputs };
  writeConstantModel(join(folder, 'fixed.onnx'), fixed);
  expect(await (await open('fixed.onnx', { batchSize: 4 })).serve!(1)).toBe(4);
});

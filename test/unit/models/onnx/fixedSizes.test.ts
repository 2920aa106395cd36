import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { fixedSizesOf } from '../../../../src/models/onnx/fixedSizes';
import { writeConstantModel } from '../../../support/constantModel';

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-sizes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('are those of the .onnx files that can be read; what cannot is left to whoever opens it', () => {
  const outputs = { output: { dims: [1, 1], data: new Float32Array(1) } };
  writeConstantModel(join(folder, 'a.onnx'), { inputDims: [2, 3, 384, 640], outputs });
  writeConstantModel(join(folder, 'B.ONNX'), { inputDims: ['N', 3, 'H', 'W'], outputs });
  writeConstantModel(join(folder, 'tokens.onnx'), { inputDims: [1, 128], outputs });
  writeFileSync(join(folder, 'torn.onnx'), 'nothing of the kind');
  mkdirSync(join(folder, 'folder.onnx'));
  const others = ['tokens.onnx', 'torn.onnx', 'folder.onnx', 'absent.onnx', 'yolov7', 'best.pt'];
  expect([...fixedSizesOf(['./a.onnx', 'B.ONNX', ...others], folder)]).toEqual([
    ['./a.onnx', { batch: 2, height: 384, width: 640 }],
    ['B.ONNX', { batch: null, height: null, width: null }],
  ]);
});

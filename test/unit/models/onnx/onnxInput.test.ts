import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fixedSizes, readOnnxInput, requireSize } from '../../../../src/models/onnx/onnxInput';
import { openSession } from '../../../../src/models/onnx/session';
import { runBlack } from '../../../../src/models/onnx/workingBatches';
import { writeConstantModel } from '../../../support/constantModel';
import { writeBakedModel } from '../../../support/faultyModels';

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-input-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'model.onnx');
const outputs = { output: { dims: [1, 1], data: new Float32Array(1) } };

describe('the sizes that a model fixes', () => {
  it.each([
    [['batch', 3, 'height', 'width'], { batch: null, height: null, width: null }],
    [[0, 3, 0, 0], { batch: null, height: null, width: null }],
    [[-1, 3, 64, 96], { batch: null, height: 64, width: 96 }],
    [[8, 3, -1, -1], { batch: 8, height: null, width: null }],
    [['', 3, 64, ''], { batch: null, height: 64, width: null }],
    [[4, -1, 64, 64], { batch: 4, height: 64, width: 64 }],
  ])('of %j are the same in the file and in ONNX Runtime', async (inputDims, sizes) => {
    writeConstantModel(file, { inputDims, outputs });
    expect(fixedSizes(readOnnxInput(file).shape)).toEqual(sizes);
    const session = await openSession(file, { threads: 1, spinning: false });
    expect(fixedSizes(session.inputShape)).toEqual(sizes);
    await session.release();
  });

  it.each([
    ['by 0', 0],
    ['by −1', -1],
    ['by a name', 'N'],
  ])('are free for any batch and size of images, where they are left so %s', async (_, free) => {
    writeBakedModel(file, { batch: free, inside: 3, side: free });
    const session = await openSession(file, { threads: 1, spinning: false });
    for (const [height, width] of [
      [64, 64],
      [32, 96],
    ] as const) {
      const { output } = await runBlack(session, 3, { height, width });
      expect(output?.dims).toEqual([3, 252, 6]);
    }
    await session.release();
  });

  it('refuse images of another size, side by side', () => {
    const refuse = (height: number, width: number) => () =>
      requireSize('m.onnx', { batch: null, height: 64, width: null }, { height, width });
    expect(refuse(64, 32)).not.toThrow();
    expect(refuse(32, 96)).toThrow('m.onnx takes images of 64×96 pixels, not 32×96');
  });
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { inspectCommand } from '../../../../src/cli/commands/inspect';
import { writeConstantModel } from '../../../support/constantModel';
import { keepPrinted } from '../../../support/printed';

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-inspect-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const printed = keepPrinted();
const file = join(folder, 'best.onnx');
const write = (inputDims: (number | string)[], inputType = 1) =>
  writeConstantModel(file, { inputDims, inputType, outputs: { output: { dims: [1], data: new Float32Array(1) } } });
const said = async (...argv: string[]) => {
  printed.out = '';
  expect(await inspectCommand(argv)).toBe(0);
  return printed.out.trimEnd();
};

describe('greenbatch inspect', () => {
  it.each([
    [[4, 3, 384, 640], 'best takes images of 384×640 pixels, as float32; batches of 4 only'],
    [['N', 3, 0, 0], 'best takes images of any size, as float32; any batch size'],
    [[-1, 3, 384, 'W'], 'best takes images of 384×any pixels, as float32; any batch size'],
  ])('says of an .onnx with the input %j what it takes', async (dims, text) => {
    write(dims);
    expect(await said(file)).toBe(text);
  });

  it('says of an architecture what sides are multiples of', async () => {
    expect(await said('yolov7-w6')).toBe('yolov7-w6 takes images of any multiple of 64 pixels; any batch size');
  });

  it('gives JSON, null where a size is free', async () => {
    write(['N', 3, 64, 96], 2);
    expect(JSON.parse(await said(file, '--json'))).toEqual({
      ...{ name: 'best', type: 'uint8', batch: null, height: 64, width: 96, sizeMultiple: null },
    });
  });

  it('refuses a model that takes no images, no model, and two', async () => {
    write([1, 128], 7);
    await expect(inspectCommand([file])).rejects.toThrow(/has the input images: int64\[1, 128\]; allowed/);
    await expect(inspectCommand([])).rejects.toThrow(/name one model/);
    await expect(inspectCommand([file, file])).rejects.toThrow(/name one model/);
  });
});

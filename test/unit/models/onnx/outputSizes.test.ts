import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { readOnnxInput } from '../../../../src/models/onnx/onnxInput';
import { readOutputNames, sizeOutputs, sizesName } from '../../../../src/models/onnx/outputSizes';
import { InferenceError, openSession, openUnreadSession } from '../../../../src/models/onnx/session';
import { type ConstantOutput, writeConstantModel } from '../../../support/constantModel';
import { writeBakedModel } from '../../../support/faultyModels';

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-sizes-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'model.onnx');
const options = { threads: 1, spinning: false };
const inputDims = ['N', 3, 8, 8];
const images = (batch: number): [Float32Array, number[]] => [new Float32Array(batch * 192), [batch, 3, 8, 8]];

describe('what is appended to a model', () => {
  it('adds outputs behind those that it has, whatever their names, and leaves its input', () => {
    const names = fc.uniqueArray(fc.string({ minLength: 1, unit: 'grapheme' }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(names, (own) => {
        const outputs = Object.fromEntries(own.map((name) => [name, { dims: [1, 1], data: new Float32Array(1) }]));
        writeConstantModel(file, { inputDims, outputs });
        const before = readOnnxInput(file);
        const found = readOutputNames(file);
        expect(new Set(found)).toEqual(new Set(own));
        appendFileSync(file, sizeOutputs(found));
        expect(readOutputNames(file)).toEqual([...found, ...found.map(sizesName)]);
        expect(readOnnxInput(file)).toEqual(before);
      }),
      { numRuns: 100 },
    );
  });

  it('names of outputs are read from any bytes, or there are none', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        writeFileSync(file, bytes);
        for (const name of readOutputNames(file)) expect(typeof name).toBe('string');
      }),
      { numRuns: 500 },
    );
    expect(() => readOutputNames(join(folder, 'missing.onnx'))).toThrow('ENOENT');
  });
});

describe('a model run unread', () => {
  const outputs: Record<string, ConstantOutput> = {
    floats: { dims: [2, 3, 5], data: new Float32Array(30).fill(2) },
    halves: { dims: [7], data: new Uint16Array(7).fill(0x3c00) },
    counts: { dims: [4, 1], data: Int32Array.of(1, 2, 3, 4) },
    classes: { dims: [0, 6], data: new BigInt64Array(0) },
    single: { dims: [], data: BigInt64Array.of(1n) },
  };

  it('tells the bytes of each output, of all types; what is read of it is the same as before', async () => {
    writeConstantModel(file, { inputDims, outputs });
    const plain = await openSession(file, options);
    const session = await openUnreadSession(file, options);
    expect(session.outputNames).toEqual(plain.outputNames);
    const bytes = Object.fromEntries(session.outputNames.map((name, i) => [name, i]));
    const unread = await session.runUnread(...images(2));
    const read = await session.run(...images(2));
    expect(read).toEqual(await plain.run(...images(2)));
    for (const [name, { data }] of Object.entries(outputs)) expect(unread[bytes[name]!], name).toBe(data.byteLength);
    expect(Object.keys(read).sort()).toEqual(Object.keys(outputs).sort());
    await Promise.all([plain.release(), session.release()]);
  });

  it('a free size that an exporter wrote as 0 stays free', async () => {
    writeConstantModel(file, { inputDims: [0, 3, 8, 8], outputs });
    const session = await openUnreadSession(file, options);
    expect(await session.runUnread(...images(3))).toHaveLength(5);
    await session.release();
  });

  it('runs all that lies before its outputs, also where their sizes are known beforehand', async () => {
    for (const batch of ['N', 1]) {
      writeBakedModel(file, { batch, inside: 1 });
      const session = await openUnreadSession(file, options);
      expect(await session.runUnread(new Float32Array(3 * 64 * 64), [1, 3, 64, 64])).toEqual([4 * 252 * 6]);
      await session.release();
    }
    // Its output is of one known size, which one operator cannot make of two images.
    writeBakedModel(file, { batch: 'N', inside: 1 });
    const session = await openUnreadSession(file, options);
    const failing = session.runUnread(new Float32Array(2 * 3 * 64 * 64), [2, 3, 64, 64]);
    await expect(failing).rejects.toThrow(InferenceError);
    await session.release();
  });
});

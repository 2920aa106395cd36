import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ModelError } from '../../../../src/models/modelError';
import { readMetadata } from '../../../../src/models/onnx/metadata';
import { readOnnxInput } from '../../../../src/models/onnx/onnxInput';
import { integerField, lengthField, textField } from '../../../../src/models/onnx/protobuf';
import { writeConstantModel } from '../../../support/constantModel';

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-parts-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'model.onnx');

const message = (field: number, ...parts: Uint8Array[]) => Buffer.concat(lengthField(field, parts) as Uint8Array[]);
/** So many empty fields of two bytes each. */
const empty = (field: number, count: number) => Buffer.alloc(2 * count, Buffer.from([8 * field + 2, 0]));
const input = (name: string, ...more: Uint8Array[]) => {
  const sizes = ['N', 3, 8, 8].map((n) => message(1, typeof n === 'string' ? textField(2, n) : integerField(1, n)));
  return message(11, textField(1, name), message(2, message(1, integerField(1, 1), message(2, ...sizes, ...more))));
};

describe('an ONNX file of very many very small parts', () => {
  const many = 20_000_000;
  it.each([
    ['fields of its own', () => empty(9, many)],
    ['nodes', () => message(7, input('x'), empty(1, many))],
    ['weights', () => message(7, empty(5, many), input('x'))],
    ['inputs', () => message(7, empty(11, many), input('x'))],
    ['sizes of an input', () => message(7, input('x', empty(1, many)))],
    ['attributes of a node', () => message(7, input('x'), message(1, empty(5, many)))],
    ['words of an attribute', () => message(7, input('x'), message(1, message(5, empty(9, many))))],
    [
      'nodes of a loop in a loop',
      () =>
        message(7, input('x'), message(1, message(5, message(6, message(1, message(5, message(6, empty(1, many)))))))),
    ],
    ['nodes of a function', () => Buffer.concat([message(7, input('x')), message(25, empty(7, many))])],
    ['metadata', () => Buffer.concat([message(7, input('x')), empty(14, many)])],
    ['keys of one entry of metadata', () => Buffer.concat([message(7, input('x')), message(14, empty(1, many))])],
  ])('is refused before anything loads it: %s', (_, content) => {
    writeFileSync(file, content());
    const before = process.memoryUsage().rss;
    const start = performance.now();
    expect(() => readOnnxInput(file)).toThrow('not an ONNX model, or torn (it has more parts than any model)');
    expect(performance.now() - start).toBeLessThan(10_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(600e6);
  });

  it('is refused when its metadata alone are read', () => {
    for (const content of [message(14, empty(1, many)), empty(9, many)]) {
      writeFileSync(file, content);
      expect(() => readMetadata(file)).toThrow(ModelError);
    }
    const entry = (i: number) => message(14, textField(1, `key ${i}`), textField(2, 'x'));
    writeFileSync(file, Buffer.concat(Array.from({ length: 20_000 }, (_, i) => entry(i))));
    expect(() => readMetadata(file)).toThrow(/its metadata are larger than those of any model/);
  });

  it('is refused when it is deep', () => {
    let nested = message(1, message(5));
    for (let i = 0; i < 2000; i++) nested = message(1, message(5, message(6, nested)));
    writeFileSync(file, message(7, input('x'), nested));
    expect(() => readOnnxInput(file)).toThrow(/nested deeper than any model/);
  });
});

describe('an ONNX file of many parts', () => {
  it('is read as long as there are no more than a model may have', () => {
    writeFileSync(file, message(7, empty(1, 1_000_000), input('x')));
    expect(readOnnxInput(file)).toEqual({ name: 'x', type: 'float32', shape: ['N', 3, 8, 8] });
  });

  it('is read when its weights stand among its inputs', () => {
    const weights = Array.from({ length: 2000 }, (_, i) => `weight ${i}`);
    const initialisers = weights.map((name) => message(5, textField(8, name)));
    const inputs = weights.map((name) => input(name));
    writeFileSync(file, message(7, ...inputs.slice(0, 1000), input('x'), ...initialisers, ...inputs.slice(1000)));
    expect(readOnnxInput(file).name).toBe('x');
    writeFileSync(file, message(7, ...inputs, input('x')));
    expect(() => readOnnxInput(file)).toThrow(/weight 4: float32\[N, 3, 8, 8\]; … and 1996 more; allowed: one/);
  });

  it('with values of weights that look like parts is read', () => {
    const outputs = { output: { dims: [1, 4_000_000], data: new Float32Array(4_000_000).fill(1e-30) } };
    writeConstantModel(file, { inputDims: ['N', 3, 8, 8], outputs });
    expect(readOnnxInput(file).shape).toEqual(['N', 3, 8, 8]);
  });
});

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { buildCommand } from '../../../../src/cli/commands/build';
import { CliError } from '../../../../src/cli/options/cliError';
import { seededRandom } from '../../../../src/core/statistics/random';
import { buildModel, resolveModel } from '../../../../src/models/cache/build';
import { cfgText } from '../../../../src/models/yolo/builtIn';
import { ModelError } from '../../../../src/models/modelError';
import { readOnnxInput } from '../../../../src/models/onnx/onnxInput';
import { openSession } from '../../../../src/models/onnx/session';
import { keepPrinted } from '../../../support/printed';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'greenbatch-build-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const size = { height: 64, width: 96 };
const request = { size, input: 'float32', seed: 1 } as const;
const at = (name: string) => join(folder, name);
const resolveIn = (model: string, changes = {}) =>
  resolveModel(model, { ...request, cacheDirectory: at('cache'), baseDirectory: folder, ...changes });

describe('a model named by its user', () => {
  it('may be built in', async () => {
    const model = await resolveIn('yolov7-tiny');
    expect(model).toMatchObject({
      name: 'yolov7-tiny',
      parameters: 6_219_709,
      input: 'float32',
      size,
      boxes: 378,
      classes: 80,
    });
    expect(model.gflops).toBeCloseTo((13.7 * 64 * 96) / 640 ** 2, 2);
    expect(model.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('may be a cfg or an .onnx, relative to the folder of the experiment', async () => {
    writeFileSync(at('own.yaml'), cfgText('yolov7-tiny').replace('nc: 80', 'nc: 3'));
    const cfg = await resolveIn('own.yaml');
    expect(cfg).toMatchObject({ name: 'own', classes: 3 });
    const built = await buildModel(at('own.yaml'), at('own.onnx'), request);
    const taken = await resolveIn('own.onnx', { input: 'uint8' });
    // Taken as it is: what was asked about input does not change it.
    expect(taken).toEqual({
      ...{ name: 'own', file: at('own.onnx'), sha256: built.sha256, bytes: built.bytes, input: 'float32', size },
      ...{ parameters: null, gflops: null, boxes: null, classes: null, fixedBatch: null },
      ...{ classNames: null, checkpoint: null, trained: true, sizeMultiple: null },
    });
    expect(built.sha256).toBe(cfg.sha256);
  });

  it.each([
    [
      'yolov7tiny',
      /unknown model yolov7tiny \(did you mean yolov7-tiny\?\); allowed: yolov7-tiny, yolov7, yolov7x, .*yolov7-e6e/,
    ],
    ['resnet50', /unknown model resnet50; allowed: yolov7-tiny/],
    ['constructor', /unknown model constructor/],
    ['best.pt', /there is no file .*best\.pt/],
    ['gone.onnx', /there is no file .*gone\.onnx/],
    ['gone.yaml', /there is no file .*gone\.yaml/],
  ])('is refused as %s, with what is allowed', async (name, message) => {
    await expect(resolveIn(name)).rejects.toThrow(message);
    await expect(resolveIn(name)).rejects.toBeInstanceOf(ModelError);
    expect(existsSync(at('cache'))).toBe(false);
  });

  it('is not even read as a cfg when the file is far too large', async () => {
    writeFileSync(at('large.yaml'), '');
    truncateSync(at('large.yaml'), 5_000_000_000);
    await expect(resolveIn('large.yaml')).rejects.toThrow(
      /large\.yaml has 5000000000 bytes; allowed: a cfg of at most/,
    );
  });

  it('is refused as a cfg with its problems', async () => {
    writeFileSync(at('bad.yaml'), cfgText('yolov7-tiny').replace('MP', 'PM'));
    await expect(resolveIn('bad.yaml')).rejects.toThrow(/^bad\.yaml:\d+:\d+: unknown module PM; allowed: /);
  });

  it.each([
    [
      'yolov7-tiny',
      { height: 64, width: 100 },
      /image width 100 does not fit yolov7-tiny; allowed: multiples of 32, .* from 32 to 8192/,
    ],
    ['yolov7-w6', { height: 96, width: 128 }, /image height 96 does not fit yolov7-w6; allowed: multiples of 64/],
    ['yolov7', { height: 0, width: 64 }, /image height 0/],
    ['yolov7', { height: 64, width: 8224 }, /to 8192/],
  ])('%s is refused at a size that does not fit', async (name, wrong, message) => {
    await expect(resolveIn(name, { size: wrong })).rejects.toThrow(message);
  });

  it('is refused with a seed out of range', async () => {
    await expect(resolveIn('yolov7', { seed: -1 })).rejects.toThrow(/seed -1; allowed/);
  });

  it('is refused when far too large to build', async () => {
    writeFileSync(at('huge.yaml'), cfgText('yolov7').replace('width_multiple: 1.0', 'width_multiple: 20'));
    await expect(resolveIn('huge.yaml')).rejects.toThrow(/parameters; allowed: at most 1000000000/);
  });
});

describe('an .onnx made elsewhere', () => {
  it('must take images of the asked size', async () => {
    await buildModel('yolov7-tiny', at('m.onnx'), request);
    await expect(resolveIn('m.onnx', { size: { height: 64, width: 64 } })).rejects.toThrow(
      /takes images of 64×96 pixels, not 64×64/,
    );
  });

  it('is refused when it is torn or something else, whatever its bytes', async () => {
    await buildModel('yolov7-tiny', at('m.onnx'), request);
    const bytes = readFileSync(at('m.onnx')).subarray(0, 40_000);
    truncateSync(at('m.onnx'), 20_000_000);
    expect(() => readOnnxInput(at('m.onnx'))).toThrow(/m\.onnx is not an ONNX model, or torn/);
    const random = seededRandom(1);
    for (let run = 0; run < 300; run++) {
      const noise = Buffer.from(bytes);
      for (let i = 0; i < 20; i++) noise[Math.floor(random() * 2000)] = Math.floor(random() * 256);
      writeFileSync(at('n.onnx'), noise.subarray(0, Math.floor(random() * noise.length)));
      expect(() => readOnnxInput(at('n.onnx'))).toThrow(ModelError);
    }
    await expect(openSession(at('n.onnx'), { threads: 1, spinning: false })).rejects.toThrow(
      /ONNX Runtime cannot load/,
    );
  });
});

describe('greenbatch build', () => {
  const printed = keepPrinted();
  const call = async (...argv: string[]) => {
    const code = await buildCommand(argv);
    return { code, text: printed.out.trimEnd() };
  };

  it('writes one file and says so in one line', async () => {
    const { code, text } = await call('yolov7-tiny', '-o', at('x.onnx'), '--image-size', '64x96');
    expect(code).toBe(0);
    expect(text).toMatch(
      /^built yolov7-tiny at 64×96 \(6,219,709 parameters, 0\.206 GFLOPs an image\): .*x\.onnx, 24\.9 MB$/,
    );
    expect(readdirSync(folder)).toEqual(['x.onnx']);
    expect(readOnnxInput(at('x.onnx')).shape).toEqual(['N', 3, 64, 96]);
  });

  it('gives JSON, and puts large weights beside the file', async () => {
    const { text } = await call(
      'yolov7',
      '-o',
      at('y.onnx'),
      '--image-size',
      '32',
      '--input',
      'uint8',
      '--seed',
      '7',
      '--json',
    );
    const built = JSON.parse(text);
    expect(built).toMatchObject({
      ...{ file: at('y.onnx'), dataFile: at('y.onnx.data'), parameters: 36_905_341, input: 'uint8' },
      ...{ height: 32, width: 32, boxes: 63, classes: 80, seed: 7 },
    });
    expect(built.gflops).toBeCloseTo(104.51 / 400, 3);
    expect(readdirSync(folder).sort()).toEqual(['y.onnx', 'y.onnx.data']);
    const session = await openSession(built.file, { threads: 1, spinning: false });
    const { output } = await session.run(new Uint8Array(3 * 32 * 32), [1, 3, 32, 32]);
    await session.release();
    expect(output?.dims).toEqual([1, 63, 85]);
  });

  it('replaces a file that is there', async () => {
    writeFileSync(at('x.onnx'), 'old');
    await call('yolov7-tiny', '-o', at('x.onnx'), '--image-size', '32');
    expect(readOnnxInput(at('x.onnx')).type).toBe('float32');
  });

  it('prints its usage', async () => {
    expect((await call('--help')).text).toMatch(/^greenbatch build MODEL -o FILE/);
  });

  it.each([
    [[], CliError, /name one model and an output file/],
    [['yolov7', 'yolov7x', '-o', 'x'], CliError, /name one model/],
    [['yolov7'], CliError, /output file/],
    [['yolov7', '-o', 'x', '--image-size', '6x'], CliError, /--image-size 6x; allowed: pixels as 640/],
    [['yolov7', '-o', 'x', '--image-size', '33'], ModelError, /multiples of 32/],
    [['yolov7', '-o', 'x', '--input', 'int8'], CliError, /--input int8; allowed: float32, uint8/],
    [['yolov7', '-o', 'x', '--seed', '-1'], Error, /seed/],
    [
      ['yolov7', '-o', '/nowhere/at/all/x.onnx', '--image-size', '32'],
      ModelError,
      /there is no folder \/nowhere\/at\/all/,
    ],
    [['x.onnx', '-o', 'y.onnx'], ModelError, /there is no file/],
  ])('refuses %j', async (argv, kind, message) => {
    await expect(call(...argv)).rejects.toThrow(message);
    await expect(call(...argv)).rejects.toBeInstanceOf(kind);
    expect(existsSync(dirname(at('x')))).toBe(true);
    expect(readdirSync(folder)).toEqual([]);
  });
});

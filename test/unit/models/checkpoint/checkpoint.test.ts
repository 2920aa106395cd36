import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { buildModel, resolveModel } from '../../../../src/models/cache/build';
import { buildGraph } from '../../../../src/models/yolo/buildGraph';
import { builtInArchitecture, cfgText } from '../../../../src/models/yolo/builtIn';
import { parseCfg } from '../../../../src/models/yolo/cfg';
import { readCheckpoint } from '../../../../src/models/checkpoint/checkpoint';
import { PickledObject, Tensor } from '../../../../src/models/checkpoint/pickleValue';
import { unpickle } from '../../../../src/models/checkpoint/unpickle';
import { type Cfg, writeCheckpoint } from '../../../support/checkpointWriter';
import { call, instance, named, tuple } from '../../../support/pickleWriter';
import { everyLayer, everyYolov5Layer } from '../../../support/smallCfgs';
import { encodeHalf, stateValues } from '../../../support/stateValues';
import { compareOutputs, compareWithUnfused, writeFamilyCheckpoint } from '../../../support/trainedFamily';
import { writeZip } from '../../../support/zipWriter';

const fixtures = process.env.GREENBATCH_FIXTURES ?? resolve(__dirname, '../../../../../shared/data');
const tiny = join(fixtures, 'weights/yolov7-tiny-truncated');

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'greenbatch-checkpoint-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);

const size = { height: 64, width: 64 };

describe('a checkpoint in the layout of YOLOv7', () => {
  it.each([
    ['yolov7-tiny', 'deploy'],
    ['yolov7-tiny', 'training'],
    ['yolov7', 'deploy'],
    ['yolov7', 'training'],
  ] as const)('of %s (%s) computes what the network computes unfused', async (name, layout) => {
    const file = at(`${name}.pt`);
    const { cfg } = writeFamilyCheckpoint(file, name, layout);
    const { architecture } = await readCheckpoint(file);
    expect(architecture).toEqual(builtInArchitecture(name));
    const isTraining = layout === 'training';
    const { model, built, reference } = await compareWithUnfused(folder, file, cfg, { size, isTraining });
    rmSync(file);
    expect(model.classNames?.[3]).toBe('class 3');
    const { difference, spread } = compareOutputs(built, reference, 85, 64);
    expect(difference).toBeLessThan(1e-4);
    expect(spread).toBeGreaterThan(0.1);
  });
});

/** A small network with every layer of its family, in a file. */
function writeSmall(file: string, cfgYaml: string, options: Partial<Parameters<typeof writeCheckpoint>[1]> = {}) {
  const cfg = parse(cfgYaml) as Cfg;
  return { ...writeCheckpoint(file, { cfg, architecture: parseCfg(cfgYaml), head: 'Detect', ...options }), cfg };
}

describe('the cfg in a checkpoint', () => {
  const plain = `nc: 2
depth_multiple: 1.0
width_multiple: 0.3
anchors: [[10,13, 16,30]]
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Conv, [32, 3, 2]]
head:
  - [[1], 1, Detect, [nc, anchors]]
`;
  const small = { size: { height: 32, width: 48 }, isTraining: false };

  it('is built with its activation and its multiple of channels', async () => {
    const yaml = `${plain}activation: nn.LeakyReLU(0.1)\nchannel_multiple: 2\ninplace: true\n`;
    const { cfg } = writeSmall(at('keys.pt'), yaml);
    const { architecture } = await readCheckpoint(at('keys.pt'));
    const leaky = { kind: 'leakyRelu', slope: 0.1 };
    expect(architecture.layers).toMatchObject([
      { outChannels: 6, activation: leaky },
      { outChannels: 10, activation: leaky },
      {},
    ]);
    const { built, reference } = await compareWithUnfused(folder, at('keys.pt'), cfg, small);
    const { difference, spread } = compareOutputs(built, reference, 7, 48);
    expect(difference).toBeLessThan(1e-5);
    expect(spread).toBeGreaterThan(0.1);
  });

  it('is held against the activations inside of its modules', async () => {
    const cfg = { ...(parse(everyYolov5Layer) as Cfg), activation: 'nn.ReLU()' };
    writeCheckpoint(at('other.pt'), { cfg, architecture: parseCfg(everyYolov5Layer), head: 'Detect' });
    const built = resolveModel('other.pt', {
      ...{ baseDirectory: folder, cacheDirectory: at('models'), size: small.size, input: 'uint8', seed: 1 },
    });
    await expect(built).rejects.toThrow(/model\.2\.cv1\.act is SiLU, its cfg says ReLU/);
  });

  it('with nc as text and counted anchors has those of the training', async () => {
    const cfg = { ...(parse(plain) as Cfg), nc: '2', anchors: 1 } as unknown as Cfg;
    writeCheckpoint(at('text.pt'), { cfg, architecture: parseCfg(plain), head: 'Detect' });
    // Anchors of the writer are those of the architecture: what the file holds counts, not what its cfg says.
    const { architecture } = await readCheckpoint(at('text.pt'));
    expect(architecture.layers.at(-1)).toMatchObject({ classes: 2, anchors: [[10, 13, 16, 30]] });
  });

  it.each(['kpt_shape', 'scales', 'neck'])('is refused by name with the key %s', async (key) => {
    const cfg = { ...(parse(plain) as Cfg), [key]: new Map([['n', [0.33, 0.25]]]) };
    writeCheckpoint(at('foreign.pt'), { cfg, architecture: parseCfg(plain), head: 'Detect' });
    await expect(readCheckpoint(at('foreign.pt'))).rejects.toThrow(
      `foreign.pt holds an architecture that cannot be built:\n  the key ${key}, which may change the network, is not known`,
    );
  });
});

describe('a checkpoint', () => {
  it.each([
    ['YOLOv7, float32', everyLayer, 'float', 'Detect'],
    ['YOLOv7, bfloat16, training', everyLayer, 'bfloat', 'IDetect'],
    ['YOLOv5, float16', everyYolov5Layer, 'half', 'Detect'],
  ] as const)('with every layer of %s computes what its network computes unfused', async (_, yaml, precision, head) => {
    const { cfg } = writeSmall(at('small.pt'), yaml, { precision, head });
    const { built, reference } = await compareWithUnfused(folder, at('small.pt'), cfg, {
      size: { height: 32, width: 48 },
      isTraining: head === 'IDetect',
    });
    const { difference, spread } = compareOutputs(built, reference, 8, 48);
    expect(difference).toBeLessThan(1e-5);
    expect(spread).toBeGreaterThan(0.1);
  });

  it('of a training that goes on gives its averaged weights, beside all that the training keeps', async () => {
    writeSmall(at('deploy.pt'), everyLayer);
    writeSmall(at('best.pt'), everyLayer, {
      alter: (root) =>
        new Map<string, unknown>([
          ['model', instance('models.yolo.Model', { yaml: 'not this one' })],
          ['ema', root.get('model')],
          ['best_fitness', call('numpy.core.multiarray.scalar', call('numpy.dtype', 'f8', false, true), 'bytes')],
          ['opt', instance('argparse.Namespace', { save_dir: call('pathlib.PosixPath', 'runs', 'train') })],
          ['date', call('datetime.datetime', 'bytes')],
          ['optimizer', [tuple(1, call('torch.device', 'cpu'))]],
          ['activation', named('torch.nn.functional.silu')],
        ]),
    });
    const options = { size: { height: 32, width: 32 }, input: 'uint8', seed: 1 } as const;
    const deploy = await buildModel(at('deploy.pt'), at('deploy.onnx'), options);
    expect((await buildModel(at('best.pt'), at('best.onnx'), options)).sha256).toBe(deploy.sha256);
  });

  it.each([
    ['a list', ['cat', 'dog', 'owl'], ['cat', 'dog', 'owl']],
    ['a dict by index', new Map([...'cab'].map((name, i) => [i, name])), ['c', 'a', 'b']],
    ['a list that is too short', ['cat', 'dog'], null],
    ['something else', 'cat', null],
  ])('may name its classes by %s', async (_, names, expected) => {
    writeSmall(at('names.pt'), everyLayer, { names });
    expect((await readCheckpoint(at('names.pt'))).classNames).toEqual(expected);
  });

  it('gives its weights to a cfg of the same architecture, and to no other', async () => {
    const { cfg } = writeSmall(at('weights.pt'), everyLayer);
    writeFileSync(
      at('same.yaml'),
      stringify({
        ...cfg,
        anchors: [
          [1, 2, 3, 4, 5, 6],
          [7, 8, 9, 10, 11, 12],
        ],
      }),
    );
    writeFileSync(at('other.yaml'), everyLayer.replace('[16, 3, 1]', '[24, 3, 1]'));
    const places = { cacheDirectory: at('cache'), baseDirectory: folder, weightsFile: 'weights.pt' };
    const options = { size: { height: 32, width: 32 }, input: 'uint8', seed: 1, ...places } as const;
    const own = await resolveModel('weights.pt', options);
    const same = await resolveModel('same.yaml', options);
    expect(same).toEqual({ ...own, name: 'same' });
    await expect(resolveModel('other.yaml', options)).rejects.toThrow(
      /weights\.pt holds the weights of another network, not of other\.yaml: layer 10 is a RepConv with 16 channels instead of a RepConv with 24 channels; name the checkpoint itself as the model/,
    );
    await expect(resolveModel('yolov7-tiny', { ...options, weightsFile: 'gone.pt' })).rejects.toThrow(/no file .*gone/);
    expect((await resolveModel('same.yaml', { ...options, weightsFile: undefined })).sha256).not.toBe(own.sha256);
  });
});

describe.skipIf(!existsSync(tiny))('the description of the official yolov7-tiny.pt (GREENBATCH_FIXTURES)', () => {
  it('places all 338 tensors, in the graph of the built-in network', async () => {
    const content = readFileSync(join(tiny, 'data.pkl'));
    type Listed = { name: string; shape: number[]; storage: string; key: string; numel: number };
    const listed = JSON.parse(readFileSync(join(tiny, 'tensors.json'), 'utf8')) as Listed[];
    expect(listed).toHaveLength(338);
    const cfg = parse(cfgText('yolov7-tiny')) as Cfg;
    const pixels = Float32Array.from(cfg.anchors.flat());
    const values = ({ name, shape }: Listed): Float32Array => {
      if (name.endsWith('anchor_grid')) return pixels;
      return name.endsWith('anchors') ? pixels.map((v, i) => v / (8 << Math.floor(i / 6))) : stateValues(name, shape);
    };
    const root = unpickle(content, 'data.pkl').value;
    const model = root instanceof Map ? root.get('model') : null;
    const stride = model instanceof PickledObject ? model.state?.get('stride') : null;
    if (!(stride instanceof Tensor)) throw new Error('no stride');
    writeZip(at('tiny.pt'), [
      { name: 'archive/data.pkl', bytes: content },
      ...listed.map((tensor) => ({
        name: `archive/data/${tensor.key}`,
        bytes: () => (tensor.storage === 'HalfStorage' ? encodeHalf(values(tensor)) : new Uint8Array(8)),
      })),
      { name: `archive/data/${stride.storage.key}`, bytes: new Uint8Array(new Float32Array([8, 16, 32]).buffer) },
    ]);
    const { architecture, classNames } = await readCheckpoint(at('tiny.pt'));
    const builtIn = builtInArchitecture('yolov7-tiny');
    expect(buildGraph(architecture, size, 'uint8')).toEqual(buildGraph(builtIn, size, 'uint8'));
    expect(classNames).toHaveLength(80);
    // No tensor of the file is left over, or it would be refused.
    const { built, reference } = await compareWithUnfused(folder, at('tiny.pt'), cfg, { size, isTraining: false });
    expect(compareOutputs(built, reference, 85, 64).difference).toBeLessThan(1e-4);
  });
});

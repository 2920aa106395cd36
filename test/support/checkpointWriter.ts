import type { Architecture, Layer } from '../../src/models/yolo/layers';
import { call, dict, Float, type Instance, instance, named, PersistentId, pickle, tuple } from './pickleWriter';
import { encodeHalf, stateValues } from './stateValues';
import { writeZip, type ZipEntry } from './zipWriter';

/** A cfg as YAML reads it. */
export type Cfg = Record<string, unknown> & { nc: number; anchors: number[][] };

export type Written = {
  /** Names of all tensors of the state. */
  names: string[];
};

export type Precision = 'half' | 'float' | 'bfloat';

type Options = {
  cfg: Cfg;
  /** What the cfg means; layers that only feed auxiliary heads are not in it. */
  architecture: Architecture;
  /** Of auxiliary convolutions by row: layer whose output they read, and channels. */
  auxiliary?: { row: number; from: number; channels: number }[];
  head: 'Detect' | 'IDetect' | 'IAuxDetect';
  precision?: Precision;
  names?: unknown;
  /** Alters the file's root before it is written. */
  alter?: (root: Map<string, unknown>) => unknown;
};

const storageTypes = { half: 'HalfStorage', float: 'FloatStorage', bfloat: 'BFloat16Storage' } as const;

/** Bytes of a tensor in its precision. bfloat16 is cut, not rounded: the reference must use values that are exact. */
function encodeValues(values: Float32Array, precision: Precision): Uint8Array {
  if (precision === 'float') return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  if (precision === 'half') return encodeHalf(values);
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return new Uint8Array(Uint16Array.from(bits, (b) => b >>> 16).buffer);
}

/** Writes a checkpoint in the layout of YOLOv7's and YOLOv5's own, its values from `stateValues`. */
export function writeCheckpoint(file: string, options: Options): Written {
  const { architecture, cfg, head, precision = 'half' } = options;
  const storages: { key: string; bytes: () => Uint8Array }[] = [];
  const names: string[] = [];

  const storage = (type: string, elements: number, bytes: () => Uint8Array) => {
    const key = String(storages.length);
    storages.push({ key, bytes });
    return new PersistentId(tuple('storage', named(`torch.${type}`), key, 'cuda:0', elements));
  };
  const view = (source: PersistentId, shape: number[]) => {
    const strides = shape.map((_, i) => shape.slice(i + 1).reduce((product, n) => product * n, 1));
    return call('torch._utils._rebuild_tensor_v2', source, 0, tuple(...shape), tuple(...strides), false, new Map());
  };
  const tensor = (name: string, shape: number[], values?: number[]) => {
    names.push(name);
    const length = shape.reduce((product, n) => product * n, 1);
    const made = () => (values ? Float32Array.from(values) : stateValues(name, shape));
    return view(
      storage(storageTypes[precision], length, () => encodeValues(made(), precision)),
      shape,
    );
  };
  const parameter = (name: string, shape: number[]) =>
    call('torch._utils._rebuild_parameter', tensor(name, shape), true, new Map());
  const module = (
    path: string,
    parts: { attributes?: object; parameters?: object; buffers?: object; modules?: object },
  ) =>
    instance(path, {
      training: false,
      _parameters: dict({ ...parts.parameters }),
      _buffers: dict({ ...parts.buffers }),
      _modules: dict({ ...parts.modules }),
      ...parts.attributes,
    });
  const sequential = (items: unknown[], kind = 'Sequential') =>
    module(`torch.nn.modules.container.${kind}`, { modules: Object.fromEntries(items.map((m, i) => [String(i), m])) });
  const pair = (n: number) => tuple(n, n);
  const conv2d = (
    name: string,
    from: number,
    to: number,
    k: number,
    s = 1,
    p = (k - 1) / 2,
    groups = 1,
    bias = false,
  ) =>
    module('torch.nn.modules.conv.Conv2d', {
      parameters: {
        weight: parameter(`${name}.weight`, [to, from / groups, k, k]),
        bias: bias ? parameter(`${name}.bias`, [to]) : null,
      },
      attributes: { kernel_size: pair(k), stride: pair(s), padding: pair(p), dilation: pair(1), groups },
    });
  const norm = (name: string, channels: number) => {
    names.push(`${name}.num_batches_tracked`);
    const count = storage('LongStorage', 1, () => new Uint8Array(new BigInt64Array([7n]).buffer));
    return module('torch.nn.modules.batchnorm.BatchNorm2d', {
      parameters: { weight: parameter(`${name}.weight`, [channels]), bias: parameter(`${name}.bias`, [channels]) },
      buffers: {
        running_mean: tensor(`${name}.running_mean`, [channels]),
        running_var: tensor(`${name}.running_var`, [channels]),
        num_batches_tracked: view(count, []),
      },
      attributes: { eps: new Float(1e-3), momentum: new Float(0.03) },
    });
  };
  const activation = (a: { kind: string; slope?: number }) => {
    const names: Record<string, string> = { silu: 'SiLU', relu: 'ReLU', leakyRelu: 'LeakyReLU' };
    const known = names[a.kind];
    const attributes = a.slope === undefined ? {} : { negative_slope: new Float(a.slope) };
    return module(known ? `torch.nn.modules.activation.${known}` : 'torch.nn.modules.linear.Identity', { attributes });
  };
  const silu = { kind: 'silu' };
  const conv = (name: string, from: number, to: number, k: number, s = 1, p = (k - 1) / 2, groups = 1, act = silu) =>
    module('models.common.Conv', {
      modules: {
        conv: conv2d(`${name}.conv`, from, to, k, s, p, groups),
        bn: norm(`${name}.bn`, to),
        act: activation(act),
      },
    });

  const layerModule = (layer: Layer): Instance => {
    const name = `model.${layer.row}`;
    const c1 = layer.inChannels[0] ?? 0;
    const c2 = layer.outChannels;
    switch (layer.op) {
      case 'Conv': {
        const { kernel, stride, padding, groups, activation: act, repeat } = layer;
        if (repeat === 1) return conv(name, c1, c2, kernel, stride, padding, groups, act);
        return sequential(
          Array.from({ length: repeat }, (_, i) => conv(`${name}.${i}`, c2, c2, kernel, stride, padding, groups, act)),
        );
      }
      case 'RepConv': {
        const modules = {
          act: activation(layer.activation),
          rbr_dense: sequential([
            conv2d(`${name}.rbr_dense.0`, c1, c2, 3, layer.stride, 1, layer.groups),
            norm(`${name}.rbr_dense.1`, c2),
          ]),
          rbr_1x1: sequential([
            conv2d(`${name}.rbr_1x1.0`, c1, c2, 1, layer.stride, 0, layer.groups),
            norm(`${name}.rbr_1x1.1`, c2),
          ]),
        };
        const identity = c1 === c2 && layer.stride === 1 ? { rbr_identity: norm(`${name}.rbr_identity`, c2) } : {};
        return module('models.common.RepConv', { modules: { ...modules, ...identity } });
      }
      case 'DownC':
        return module('models.common.DownC', {
          modules: {
            cv1: conv(`${name}.cv1`, c1, c1, 1),
            cv2: conv(`${name}.cv2`, c1, c2 / 2, 3, 2),
            cv3: conv(`${name}.cv3`, c1, c2 / 2, 1),
          },
        });
      case 'SPPCSPC': {
        const shapes = [
          [c1, 1],
          [c1, 1],
          [c2, 3],
          [c2, 1],
          [4 * c2, 1],
          [c2, 3],
          [2 * c2, 1],
        ] as const;
        const parts = shapes.map(([from, k], i) => [`cv${i + 1}`, conv(`${name}.cv${i + 1}`, from, c2, k)]);
        return module('models.common.SPPCSPC', { modules: Object.fromEntries(parts) });
      }
      case 'C3': {
        const hidden = Math.floor(c2 / 2);
        const bottlenecks = Array.from({ length: layer.repeat }, (_, i) =>
          module('models.common.Bottleneck', {
            modules: {
              cv1: conv(`${name}.m.${i}.cv1`, hidden, hidden, 1),
              cv2: conv(`${name}.m.${i}.cv2`, hidden, hidden, 3),
            },
            attributes: { add: layer.shortcut },
          }),
        );
        return module('models.common.C3', {
          modules: {
            cv1: conv(`${name}.cv1`, c1, hidden, 1),
            cv2: conv(`${name}.cv2`, c1, hidden, 1),
            cv3: conv(`${name}.cv3`, 2 * hidden, c2, 1),
            m: sequential(bottlenecks),
          },
        });
      }
      case 'SPP':
      case 'SPPF': {
        const hidden = Math.floor(c1 / 2);
        const pools = layer.op === 'SPP' ? layer.kernels.length : 3;
        return module(`models.common.${layer.op}`, {
          modules: { cv1: conv(`${name}.cv1`, c1, hidden, 1), cv2: conv(`${name}.cv2`, hidden * (pools + 1), c2, 1) },
        });
      }
      case 'Focus':
        return module('models.common.Focus', {
          modules: {
            conv: conv(`${name}.conv`, 4 * c1, c2, layer.kernel, 1, (layer.kernel - 1) / 2, 1, layer.activation),
          },
        });
      case 'Detect':
        return detect(layer, name);
      default:
        return module(
          layer.op === 'Upsample' ? 'torch.nn.modules.upsampling.Upsample' : `models.common.${layer.op}`,
          {},
        );
    }
  };

  const detect = (layer: Layer & { op: 'Detect' }, name: string): Instance => {
    const levels = layer.inputs.length;
    const pairs = (layer.anchors[0]?.length ?? 0) / 2;
    const channels = pairs * (5 + layer.classes);
    const strides = layer.inputs.map((i) => architecture.layers[i]?.outStride ?? 1);
    const list = (make: (level: number) => unknown) =>
      sequential(
        Array.from({ length: levels }, (_, level) => make(level)),
        'ModuleList',
      );
    const implicit = (kind: string, level: number, c: number) =>
      module('models.common.Implicit', {
        parameters: { implicit: parameter(`${name}.${kind}.${level}.implicit`, [1, c, 1, 1]) },
      });
    const inputs = layer.inChannels;
    const plain = { m: list((i) => conv2d(`${name}.m.${i}`, inputs[i]!, channels, 1, 1, 0, 1, true)) };
    const trained =
      head === 'Detect'
        ? {}
        : {
            ia: list((i) => implicit('ia', i, inputs[i]!)),
            im: list((i) => implicit('im', i, channels)),
          };
    const auxiliary =
      head === 'IAuxDetect'
        ? { m2: list((i) => conv2d(`${name}.m2.${i}`, options.auxiliary![i]!.channels, channels, 1, 1, 0, 1, true)) }
        : {};
    const pixels = layer.anchors.flat();
    return module(`models.yolo.${head}`, {
      modules: { ...plain, ...auxiliary, ...trained },
      buffers: {
        anchors: tensor(
          `${name}.anchors`,
          [levels, pairs, 2],
          pixels.map((a, i) => a / strides[Math.floor(i / (2 * pairs))]!),
        ),
        anchor_grid: tensor(`${name}.anchor_grid`, [levels, 1, pairs, 1, 1, 2], pixels),
      },
      attributes: { stride: strideTensor(strides), nc: layer.classes, nl: levels, na: pairs },
    });
  };
  const strideTensor = (strides: number[]) =>
    view(
      storage('FloatStorage', strides.length, () => encodeValues(Float32Array.from(strides), 'float')),
      [strides.length],
    );

  const rows: Record<string, unknown> = {};
  for (const layer of architecture.layers) rows[layer.row] = layerModule(layer);
  for (const { row, from, channels } of options.auxiliary ?? []) {
    rows[row] = conv(`model.${row}`, architecture.layers[from]!.outChannels, channels, 3);
  }
  const model = module('models.yolo.Model', {
    modules: { model: module('torch.nn.modules.container.Sequential', { modules: rows }) },
    attributes: {
      yaml: new Map(Object.entries(cfg)),
      names: options.names ?? Array.from({ length: cfg.nc }, (_, i) => `class ${i}`),
      nc: cfg.nc,
    },
  });
  const root = new Map<string, unknown>([
    ['model', model],
    ['optimizer', null],
    ['training_results', null],
    ['epoch', -1],
  ]);
  const content = pickle(options.alter ? options.alter(root) : root);
  writeZip(file, entries(content, storages));
  return { names };
}

function* entries(content: Uint8Array, storages: { key: string; bytes: () => Uint8Array }[]): Generator<ZipEntry> {
  yield { name: 'archive/data.pkl', bytes: content };
  for (const { key, bytes } of [...storages].sort((a, b) => (a.key < b.key ? -1 : 1))) {
    yield { name: `archive/data/${key}`, bytes };
  }
  yield { name: 'archive/version', bytes: Buffer.from('3\n') };
}

import type { Layer } from '../../src/models/yolo/layers';
import type { Activation } from '../../src/models/onnx/graph';

/**
 * A slow interpreter of layers in plain loops, written from the definition of each layer and not from the
 * graph builder, so that the two can be compared.
 */
export type Tensor = { channels: number; height: number; width: number; data: Float64Array };
export type Weights = Map<string, Float32Array>;

export function tensor(channels: number, height: number, width: number): Tensor {
  return { channels, height, width, data: new Float64Array(channels * height * width) };
}

function get(t: Tensor, c: number, y: number, x: number, outside: number): number {
  if (y < 0 || x < 0 || y >= t.height || x >= t.width) return outside;
  return t.data[(c * t.height + y) * t.width + x] as number;
}

function map(
  channels: number,
  height: number,
  width: number,
  value: (c: number, y: number, x: number) => number,
): Tensor {
  const out = tensor(channels, height, width);
  for (let c = 0, i = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) out.data[i++] = value(c, y, x);
  }
  return out;
}

function activate(value: number, activation: Activation): number {
  if (activation.kind === 'silu') return value / (1 + Math.exp(-value));
  if (activation.kind === 'relu') return Math.max(0, value);
  if (activation.kind === 'leakyRelu') return value < 0 ? value * activation.slope : value;
  return value;
}

const silu: Activation = { kind: 'silu' };

function conv(
  w: Weights,
  name: string,
  from: Tensor,
  kernel: number,
  stride: number,
  activation: Activation,
  groups = 1,
  pad = Math.floor(kernel / 2),
): Tensor {
  const weight = w.get(`${name}.weight`) as Float32Array;
  const bias = w.get(`${name}.bias`) as Float32Array;
  const inGroup = from.channels / groups;
  const outGroup = bias.length / groups;
  return map(bias.length, Math.ceil(from.height / stride), Math.ceil(from.width / stride), (o, y, x) => {
    let sum = bias[o] as number;
    for (let i = 0; i < inGroup; i++) {
      for (let ky = 0; ky < kernel; ky++) {
        for (let kx = 0; kx < kernel; kx++) {
          const channel = Math.floor(o / outGroup) * inGroup + i;
          const value = get(from, channel, y * stride + ky - pad, x * stride + kx - pad, 0);
          sum += value * (weight[((o * inGroup + i) * kernel + ky) * kernel + kx] as number);
        }
      }
    }
    return activate(sum, activation);
  });
}

function pool(from: Tensor, kernel: number, stride: number, pad: number): Tensor {
  return map(from.channels, from.height / stride, from.width / stride, (c, y, x) => {
    let most = Number.NEGATIVE_INFINITY;
    for (let ky = 0; ky < kernel; ky++) {
      for (let kx = 0; kx < kernel; kx++) {
        most = Math.max(most, get(from, c, y * stride + ky - pad, x * stride + kx - pad, Number.NEGATIVE_INFINITY));
      }
    }
    return most;
  });
}

function concat(parts: Tensor[]): Tensor {
  const [first] = parts as [Tensor];
  const out = tensor(
    parts.reduce((n, p) => n + p.channels, 0),
    first.height,
    first.width,
  );
  let at = 0;
  for (const part of parts) {
    out.data.set(part.data, at);
    at += part.data.length;
  }
  return out;
}

/** Boxes of one image: rows of 5 + classes values, in the order level, anchor, row, column. */
export function interpret(layers: Layer[], w: Weights, image: Tensor): number[] {
  const values: Tensor[] = [];
  for (const layer of layers) {
    const inputs = layer.inputs.map((i) => (i < 0 ? image : (values[i] as Tensor)));
    if (layer.op === 'Detect') return detect(layer, inputs, w, image);
    values.push(run(layer, inputs as [Tensor, Tensor], w));
  }
  return [];
}

function run(layer: Layer, inputs: [Tensor, Tensor], w: Weights): Tensor {
  const [x, second] = inputs;
  const name = `model.${layer.row}`;
  switch (layer.op) {
    case 'Conv': {
      let out = x;
      for (let i = 0; i < layer.repeat; i++) {
        const own = layer.repeat > 1 ? `${name}.${i}.conv` : `${name}.conv`;
        out = conv(w, own, out, layer.kernel, layer.stride, layer.activation, layer.groups, layer.padding);
      }
      return out;
    }
    case 'RepConv':
      return conv(w, `${name}.rbr_reparam`, x, 3, layer.stride, layer.activation);
    case 'MP':
      return pool(x, layer.kernel, layer.kernel, 0);
    case 'SP':
      return pool(x, layer.kernel, layer.stride, Math.floor(layer.kernel / 2));
    case 'Concat':
      return concat(inputs);
    case 'Shortcut':
      return map(x.channels, x.height, x.width, (c, y, z) => get(x, c, y, z, 0) + get(second, c, y, z, 0));
    case 'Upsample': {
      const at = (i: number) => Math.floor(i / layer.scale);
      return map(x.channels, x.height * layer.scale, x.width * layer.scale, (c, y, z) => get(x, c, at(y), at(z), 0));
    }
    case 'ReOrg':
      return map(4 * x.channels, x.height / 2, x.width / 2, (c, y, z) => {
        const group = Math.floor(c / x.channels);
        return get(x, c % x.channels, 2 * y + (group % 2), 2 * z + Math.floor(group / 2), 0);
      });
    case 'DownC': {
      const strided = conv(w, `${name}.cv2.conv`, conv(w, `${name}.cv1.conv`, x, 1, 1, silu), 3, 2, silu);
      return concat([strided, conv(w, `${name}.cv3.conv`, pool(x, 2, 2, 0), 1, 1, silu)]);
    }
    case 'SPPCSPC': {
      const c = (from: Tensor, index: number, kernel: number) =>
        conv(w, `${name}.cv${index}.conv`, from, kernel, 1, silu);
      const main = c(c(c(x, 1, 1), 3, 3), 4, 1);
      const pyramid = concat([main, pool(main, 5, 1, 2), pool(main, 9, 1, 4), pool(main, 13, 1, 6)]);
      return c(concat([c(c(pyramid, 5, 1), 6, 3), c(x, 2, 1)]), 7, 1);
    }
    case 'Focus': {
      const parts = [0, 1, 2, 3].map((g) =>
        map(x.channels, x.height / 2, x.width / 2, (c, y, z) => get(x, c, 2 * y + (g % 2), 2 * z + (g >> 1), 0)),
      );
      return conv(w, `${name}.conv.conv`, concat(parts), layer.kernel, 1, layer.activation);
    }
    case 'C3': {
      let main = conv(w, `${name}.cv1.conv`, x, 1, 1, silu);
      for (let i = 0; i < layer.repeat; i++) {
        const before = main;
        const inner = conv(w, `${name}.m.${i}.cv1.conv`, before, 1, 1, silu);
        main = conv(w, `${name}.m.${i}.cv2.conv`, inner, 3, 1, silu);
        if (layer.shortcut) for (let k = 0; k < main.data.length; k++) main.data[k]! += before.data[k]!;
      }
      return conv(w, `${name}.cv3.conv`, concat([main, conv(w, `${name}.cv2.conv`, x, 1, 1, silu)]), 1, 1, silu);
    }
    case 'SPP': {
      const main = conv(w, `${name}.cv1.conv`, x, 1, 1, silu);
      const pools = layer.kernels.map((k) => pool(main, k, 1, (k - 1) / 2));
      return conv(w, `${name}.cv2.conv`, concat([main, ...pools]), 1, 1, silu);
    }
    case 'SPPF': {
      const k = layer.kernel;
      const parts = [conv(w, `${name}.cv1.conv`, x, 1, 1, silu)];
      for (let i = 0; i < 3; i++) parts.push(pool(parts[i]!, k, 1, (k - 1) / 2));
      return conv(w, `${name}.cv2.conv`, concat(parts), 1, 1, silu);
    }
    case 'Detect':
      throw new Error('not here');
  }
}

function detect(layer: Layer & { op: 'Detect' }, inputs: Tensor[], w: Weights, image: Tensor): number[] {
  const out: number[] = [];
  const count = 5 + layer.classes;
  inputs.forEach((input, level) => {
    const head = conv(w, `model.${layer.row}.m.${level}`, input, 1, 1, { kind: 'none' });
    const stride = image.height / input.height;
    const anchors = layer.anchors[level] as number[];
    for (let anchor = 0; anchor < anchors.length / 2; anchor++) {
      for (let row = 0; row < input.height; row++) {
        for (let column = 0; column < input.width; column++) {
          const sigma = (i: number) => 1 / (1 + Math.exp(-get(head, anchor * count + i, row, column, 0)));
          out.push((2 * sigma(0) - 0.5 + column) * stride, (2 * sigma(1) - 0.5 + row) * stride);
          out.push(
            (2 * sigma(2)) ** 2 * (anchors[2 * anchor] as number),
            (2 * sigma(3)) ** 2 * (anchors[2 * anchor + 1] as number),
          );
          for (let i = 4; i < count; i++) out.push(sigma(i));
        }
      }
    }
  });
  return out;
}

import { makeReader, type Reader } from './arguments';
import type { Made, Module } from './module';
import type { Context } from './rowContext';
import { yolov5Modules } from './modulesYolov5';
import type { Operation } from './layers';
import { describeCell } from './rows';

const modules: Record<string, Module> = {
  Conv: {
    signature: '[channels, kernel = 1, stride = 1, padding = kernel // 2, groups = 1, activation = SiLU]',
    arguments: [1, 6],
    inputs: 1,
    make: makeConv,
  },
  RepConv: {
    signature: '[channels, kernel = 3, stride = 1, padding = 1, groups = 1, activation = SiLU]',
    arguments: [1, 6],
    inputs: 1,
    make: (read, { row, rows, shapes, repeat, report }) => {
      const channels = read.channels(0);
      const kernel = read.integer(1, 'kernel', 3, 3, 3);
      const stride = read.integer(2, 'stride', 1, 8, 1);
      const padding = read.integer(3, 'padding', 1, 1, 1);
      const groups = read.integer(4, 'groups', 1, 65_536, 1);
      const activation = read.activation(5);
      // YOLOv7's own program does not read the key, and those that do treat this module differently.
      if (rows.activation && (row.args[5] ?? { value: true }).value === true)
        report(
          row.module,
          'RepConv without an activation of its own, in a cfg with the key activation',
          'the activation as its 6th argument',
        );
      read.once(repeat);
      const [input] = shapes ?? [];
      if (!input || !channels || !kernel || !stride || !padding || !groups || !activation) return undefined;
      if (!read.divides(4, groups, input.channels, channels)) return undefined;
      return { operation: { op: 'RepConv', stride, groups, activation }, channels, stride: input.stride * stride };
    },
  },
  MP: {
    signature: '[kernel = 2]',
    arguments: [0, 1],
    inputs: 1,
    make: (read, { shapes, repeat }) => {
      const kernel = read.integer(0, 'kernel', 1, 16, 2);
      read.once(repeat);
      const [input] = shapes ?? [];
      if (!input || !kernel) return undefined;
      return { operation: { op: 'MP', kernel }, channels: input.channels, stride: input.stride * kernel };
    },
  },
  SP: {
    signature: '[kernel = 3, stride = 1]',
    arguments: [0, 2],
    inputs: 1,
    make: (read, { shapes, repeat }) => {
      const kernel = read.integer(0, 'kernel', 1, 63, 3);
      const stride = read.integer(1, 'stride', 1, 8, 1);
      read.once(repeat);
      const [input] = shapes ?? [];
      if (!kernel || !stride || !read.keepsGrid(0, kernel, stride, Math.floor(kernel / 2)) || !input) return undefined;
      return { operation: { op: 'SP', kernel, stride }, channels: input.channels, stride: input.stride * stride };
    },
  },
  Concat: {
    signature: '[1] (the channel dimension)',
    arguments: [1, 1],
    inputs: null,
    make: (read, { shapes, repeat }) => {
      read.integer(0, 'dimension', 1, 1, 1);
      read.once(repeat);
      const inputs = read.sameStride(shapes);
      if (!inputs) return undefined;
      const channels = inputs.reduce((sum, input) => sum + input.channels, 0);
      return { operation: { op: 'Concat' }, channels, stride: inputs[0]?.stride ?? 1 };
    },
  },
  'nn.Upsample': {
    signature: '[None, scale, nearest]',
    arguments: [3, 3],
    inputs: 1,
    make: (read, { row, shapes, repeat, report }) => {
      read.word(0, 'size', ['None']);
      const scale = read.integer(1, 'scale', 2, 16, 2);
      read.word(2, 'mode', ['nearest']);
      read.once(repeat);
      const [input] = shapes ?? [];
      if (!input || !scale) return undefined;
      if (input.stride % scale !== 0) {
        report(
          row.args[1] ?? row.module,
          `upsampling by ${scale} from stride ${input.stride}`,
          'a divisor of the stride',
        );
        return undefined;
      }
      return { operation: { op: 'Upsample', scale }, channels: input.channels, stride: input.stride / scale };
    },
  },
  Shortcut: {
    signature: '[1]',
    arguments: [0, 1],
    inputs: 2,
    make: (read, { row, shapes, repeat, report }) => {
      read.once(repeat);
      const inputs = read.sameStride(shapes);
      if (!inputs) return undefined;
      const channels = inputs.map((input) => input.channels);
      if (channels[0] !== channels[1]) {
        report(row.from, `Shortcut adds ${channels.join(' and ')} channels`, 'two inputs with equally many channels');
        return undefined;
      }
      return { operation: { op: 'Shortcut' }, channels: channels[0] ?? 0, stride: inputs[0]?.stride ?? 1 };
    },
  },
  ReOrg: {
    signature: '[]',
    arguments: [0, 0],
    inputs: 1,
    make: (read, { shapes, repeat }) => {
      read.once(repeat);
      const [input] = shapes ?? [];
      return input && { operation: { op: 'ReOrg' }, channels: input.channels * 4, stride: input.stride * 2 };
    },
  },
  DownC: {
    signature: '[channels]',
    arguments: [1, 1],
    inputs: 1,
    make: (read, { shapes }) => {
      const channels = read.channels(0);
      const [input] = shapes ?? [];
      if (!input || !channels) return undefined;
      return {
        operation: { op: 'DownC', activation: read.usualActivation },
        channels,
        stride: input.stride * 2,
      };
    },
  },
  SPPCSPC: {
    signature: '[channels]',
    arguments: [1, 1],
    inputs: 1,
    make: (read, { shapes }) => {
      const channels = read.channels(0);
      const [input] = shapes ?? [];
      if (!input || !channels) return undefined;
      return { operation: { op: 'SPPCSPC', activation: read.usualActivation }, channels, stride: input.stride };
    },
  },
  ...yolov5Modules,
  Detect: { signature: '[nc, anchors]', arguments: [2, 2], inputs: null, make: (r, c) => makeDetect(r, c, 1) },
  IDetect: { signature: '[nc, anchors]', arguments: [2, 2], inputs: null, make: (r, c) => makeDetect(r, c, 1) },
  IAuxDetect: { signature: '[nc, anchors]', arguments: [2, 2], inputs: null, make: (r, c) => makeDetect(r, c, 2) },
};

/** Reads one row; reports what is wrong with it and then returns undefined. */
export function readModule(context: Context): Made | undefined {
  const { row, shapes, report } = context;
  const name = row.module.value;
  const module = typeof name === 'string' && Object.hasOwn(modules, name) ? modules[name] : undefined;
  if (!module) {
    report(row.module, `unknown module ${describeCell(row.module)}`, Object.keys(modules).join(', '));
    return undefined;
  }
  const [least, most] = module.arguments;
  if (row.args.length < least || row.args.length > most) {
    const at = row.args[most] ?? row.module;
    report(
      at,
      `${name} with ${row.args.length} arguments`,
      `${least === most ? least : `${least} to ${most}`}: ${module.signature}`,
    );
    return undefined;
  }
  if (module.inputs !== null && shapes && shapes.length !== module.inputs) {
    report(row.from, `${name} with ${shapes.length} inputs`, `${module.inputs}`);
    return undefined;
  }
  return module.make(makeReader(context), context);
}

function makeConv(read: Reader, { row, shapes, repeat, report }: Context): Made | undefined {
  const channels = read.channels(0);
  const kernel = read.integer(1, 'kernel', 1, 63, 1);
  const stride = read.integer(2, 'stride', 1, 8, 1);
  const padding = kernel && read.integer(3, 'padding', 0, 31, Math.floor(kernel / 2));
  const groups = read.integer(4, 'groups', 1, 65_536, 1);
  const activation = read.activation(5);
  if (kernel === undefined || stride === undefined || padding === undefined) return undefined;
  const [input] = shapes ?? [];
  if (!read.keepsGrid(3, kernel, stride, padding) || !input || !channels || !groups || !activation) return undefined;
  if (!read.divides(4, groups, input.channels, channels)) return undefined;
  if (repeat > 1 && input.channels !== channels) {
    report(
      row.number,
      `${repeat} equal Convs from ${input.channels} to ${channels} channels`,
      'number 1, or equal channels',
    );
    return undefined;
  }
  const operation: Operation = { op: 'Conv', kernel, stride, padding, groups, activation, repeat };
  return { operation, channels, stride: input.stride * stride ** repeat };
}

/** `inputsPerLevel`: 2 where a second half of the inputs feeds auxiliary heads, which exist in training only. */
function makeDetect(
  read: Reader,
  { row, shapes, repeat, rows, isLast, report }: Context,
  inputsPerLevel: number,
): Made | undefined {
  const { classes, anchors } = rows;
  read.word(0, 'the number of classes', classes === undefined ? ['nc'] : ['nc', classes]);
  read.word(1, 'the anchors', ['anchors']);
  read.once(repeat);
  if (!isLast) report(row.module, `${row.module.value} is not the last row`, 'one detection head, in the last row');
  if (!shapes || classes === undefined || !anchors) return undefined;
  if (typeof anchors === 'number' && inputsPerLevel === 2) {
    report(row.module, `${row.module.value} with a number of anchors`, 'the anchors of each level written out');
    return undefined;
  }
  const levels = typeof anchors === 'number' ? shapes.length : anchors.length;
  if (shapes.length !== levels * inputsPerLevel) {
    const aux = inputsPerLevel === 2 ? `, ${levels} levels and ${levels} auxiliary` : '';
    report(
      row.from,
      `${row.module.value} with ${shapes.length} inputs but anchors for ${levels} levels`,
      `${levels * inputsPerLevel} inputs${aux}`,
    );
    return undefined;
  }
  const used = shapes.slice(0, levels).filter((shape) => shape !== undefined);
  const [first] = used;
  const end = used.at(-1);
  if (used.length !== levels || !first || !end) return undefined;
  if (typeof anchors === 'number') {
    // What YOLOv5 and YOLOv7 put in their place until training finds better ones.
    const level = Array.from({ length: 2 * anchors }, (_, i) => i);
    return {
      operation: { op: 'Detect', classes, anchors: used.map(() => level) },
      ...{ channels: anchors * (classes + 5), stride: first.stride, usedInputs: levels },
    };
  }
  // As in YOLOv7: if the anchors run from large to small while the strides grow, the levels' anchors are swapped.
  const area = (level: number[] | undefined, pair: number) =>
    (level?.at(pair * 2) ?? 0) * (level?.at(pair * 2 + 1) ?? 0);
  const growth = area(anchors.at(-1), -1) - area(anchors[0], 0);
  const ordered = Math.sign(growth) === Math.sign(end.stride - first.stride) ? anchors : [...anchors].reverse();
  const channels = ((anchors[0]?.length ?? 0) / 2) * (classes + 5);
  return { operation: { op: 'Detect', classes, anchors: ordered }, channels, stride: first.stride, usedInputs: levels };
}

import type { Activation } from '../onnx/graph';
import type { Context, Shape } from './rowContext';
import { type Cell, describeCell } from './rows';

/** Reads the arguments of one row by place; what is wrong is reported and read as undefined. */
export type Reader = ReturnType<typeof makeReader>;

const mostChannels = 65_536;
const silu: Activation = { kind: 'silu' };

export function makeReader({ row, rows, report }: Context) {
  const name = String(row.module.value);
  const at = (place: number): Cell => row.args[place] ?? row.module;

  /** `fallback` stands for an argument that is left out or None. */
  function integer(place: number, what: string, low: number, high: number, fallback: number): number | undefined {
    const cell = row.args[place];
    if (!cell || isNone(cell)) return fallback;
    const { value } = cell;
    if (typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high) return value;
    report(
      cell,
      `${what} of ${name} is ${describeCell(cell)}`,
      low === high ? `${low}` : `a whole number from ${low} to ${high}`,
    );
    return undefined;
  }

  /** Output channels after width_multiple: ⌈c · width / m⌉ · m, m = 8 or channel_multiple, except where c is the detection head's own count. */
  function channels(place: number): number | undefined {
    const cell = at(place);
    const { value } = cell;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > mostChannels) {
      report(cell, `channels of ${name} are ${describeCell(cell)}`, `a whole number from 1 to ${mostChannels}`);
      return undefined;
    }
    const { anchors, widthMultiple = 1, channelMultiple = 8 } = rows;
    const perLevel = typeof anchors === 'number' ? anchors : (anchors?.[0]?.length ?? 6) / 2;
    const headChannels = perLevel * ((rows.classes ?? 80) + 5);
    const scaled =
      value === headChannels ? value : Math.ceil((value * widthMultiple) / channelMultiple) * channelMultiple;
    if (scaled <= mostChannels) return scaled;
    report(cell, `channels of ${name} are ${scaled} after width_multiple`, `at most ${mostChannels}`);
    return undefined;
  }

  function word(place: number, what: string, allowed: (string | number)[]): void {
    const cell = at(place);
    if (allowed.some((v) => v === cell.value || (v === 'None' && isNone(cell)))) return;
    report(cell, `${what} of ${name} is ${describeCell(cell)}`, allowed.join(' or '));
  }

  function flag(place: number, what: string, fallback: boolean): boolean | undefined {
    const cell = row.args[place];
    if (!cell) return fallback;
    if (typeof cell.value === 'boolean') return cell.value;
    report(cell, `${what} of ${name} is ${describeCell(cell)}`, 'True or False');
    return undefined;
  }

  function activation(place: number): Activation | undefined {
    const cell = row.args[place];
    if (!cell || cell.value === true) return usualActivation;
    if (cell.value === false || isNone(cell)) return { kind: 'none' };
    const activation = activationModule(cell);
    if (!activation)
      report(
        cell,
        `activation of ${name} is ${describeCell(cell)}`,
        `True (the usual one), False (none), ${activationModules}`,
      );
    return activation;
  }

  /** A size that is a multiple of the stride must come out as exactly size / stride. */
  function keepsGrid(place: number, kernel: number, stride: number, padding: number): boolean {
    const least = Math.max(0, Math.ceil((kernel - stride) / 2));
    const most = Math.floor((kernel - 1) / 2);
    if (padding >= least && padding <= most) return true;
    const fits = least > most ? 'another kernel' : least === most ? `padding ${least}` : `padding ${least} to ${most}`;
    report(
      at(place),
      `padding ${padding} of ${name} with kernel ${kernel} and stride ${stride} does not give size / stride`,
      fits,
    );
    return false;
  }

  function divides(place: number, groups: number, ...counts: number[]): boolean {
    if (counts.every((count) => count % groups === 0)) return true;
    report(at(place), `${groups} groups of ${name} with ${counts.join(' to ')} channels`, 'a divisor of both');
    return false;
  }

  /** For modules that cannot be repeated. */
  function once(repeat: number): void {
    if (repeat !== 1) report(row.number, `${repeat} repeats of ${name}`, '1 after depth_multiple');
  }

  function sameStride(shapes: (Shape | undefined)[] | undefined): Shape[] | undefined {
    const known = shapes?.filter((shape) => shape !== undefined);
    if (!known || known.length !== shapes?.length) return undefined;
    if (known.every((shape) => shape.stride === known[0]?.stride)) return known;
    report(
      row.from,
      `${name} of inputs with strides ${known.map((s) => s.stride).join(', ')}`,
      'inputs of equal stride',
    );
    return undefined;
  }

  /** Of convolutions inside a module, which its arguments say nothing of. */
  const usualActivation = rows.activation ?? silu;

  return { integer, channels, word, flag, activation, keepsGrid, divides, once, sameStride, usualActivation };
}

export const activationModules = 'nn.SiLU(), nn.ReLU(), nn.LeakyReLU(slope from 0 to 1), nn.Identity()';

/** What a module of PyTorch that is written out, e.g. `nn.LeakyReLU(0.1)`, computes; undefined: another one. */
export function activationModule({ value }: Cell): Activation | undefined {
  const [, module, given = ''] = /^\s*nn\.(\w+)\(([^()]*)\)\s*$/.exec(String(value)) ?? [];
  // Where its result is written to is all the same.
  const argument = given.replace(/(^|,)\s*inplace\s*=\s*(True|False)\s*$/, '').trim();
  if (module === 'LeakyReLU') {
    // 0.01 is what LeakyReLU() means in PyTorch.
    const slope = argument === '' ? 0.01 : Number(argument.replace(/^negative_slope\s*=/, ''));
    return slope >= 0 && slope <= 1 ? { kind: 'leakyRelu', slope } : undefined;
  }
  if (argument !== '') return undefined;
  if (module === 'SiLU') return silu;
  if (module === 'ReLU') return { kind: 'relu' };
  return module === 'Identity' ? { kind: 'none' } : undefined;
}

function isNone(cell: Cell): boolean {
  return cell.value === null || cell.value === 'None';
}

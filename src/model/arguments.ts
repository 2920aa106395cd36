import type { Activation } from './layers';
import type { Context } from './modules';
import type { Shape } from './resolveRows';
import { type Cell, describeCell } from './rows';

/** Reads the arguments of one row by place; what is wrong is reported and read as undefined. */
export type Reader = ReturnType<typeof makeReader>;

const mostChannels = 65_536;

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

  /** Output channels after width_multiple: ⌈c · width / 8⌉ · 8, except where c is the detection head's own count. */
  function channels(place: number): number | undefined {
    const cell = at(place);
    const { value } = cell;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > mostChannels) {
      report(cell, `channels of ${name} are ${describeCell(cell)}`, `a whole number from 1 to ${mostChannels}`);
      return undefined;
    }
    const headChannels = ((rows.anchors?.[0]?.length ?? 6) / 2) * ((rows.classes ?? 80) + 5);
    const scaled = value === headChannels ? value : Math.ceil((value * (rows.widthMultiple ?? 1)) / 8) * 8;
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
    if (!cell || cell.value === true) return { kind: 'silu' };
    if (cell.value === false || isNone(cell)) return { kind: 'none' };
    const [, module, argument] = /^nn\.(\w+)\(([^()]*)\)$/.exec(String(cell.value)) ?? [];
    if (module === 'LeakyReLU') {
      // 0.01 is what LeakyReLU() means in PyTorch.
      const slope = argument === '' ? 0.01 : Number((argument ?? '').replace(/^negative_slope=/, ''));
      if (slope >= 0 && slope <= 1) return { kind: 'leakyRelu', slope };
    }
    if (module === 'SiLU' && argument === '') return { kind: 'silu' };
    if (module === 'ReLU' && argument === '') return { kind: 'relu' };
    if (module === 'Identity' && argument === '') return { kind: 'none' };
    const allowed = 'True (SiLU), False (none), nn.SiLU(), nn.ReLU(), nn.LeakyReLU(slope from 0 to 1), nn.Identity()';
    report(cell, `activation of ${name} is ${describeCell(cell)}`, allowed);
    return undefined;
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

  return { integer, channels, word, flag, activation, keepsGrid, divides, once, sameStride };
}

function isNone(cell: Cell): boolean {
  return cell.value === null || cell.value === 'None';
}

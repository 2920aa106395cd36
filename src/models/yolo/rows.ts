import type { CfgProblem } from './cfgError';
import type { Activation } from '../onnx/graph';

/** A value of a cfg and where it stands (line and column from 1; both 0 in a built-in architecture). */
export type Cell = { value: CellValue; line: number; column: number };
export type CellValue = null | boolean | number | string | Cell[];

/** One row of `backbone` or `head`: [from, number, module, args]. */
export type Row = { from: Cell; number: Cell; module: Cell; args: Cell[] };

/** A cfg's text as data, before any row is understood. undefined: wrong in a way that is already reported. */
export type Rows = {
  classes: number | undefined;
  depthMultiple: number | undefined;
  widthMultiple: number | undefined;
  /** Width, height pairs in pixels, a list for each level; or how many a level has, where training was to find their sizes. */
  anchors: number[][] | number | undefined;
  /** Of a convolution whose row names none. */
  activation: Activation | undefined;
  /** Scaled channels are rounded up to a multiple of this. */
  channelMultiple: number | undefined;
  rows: (Row | undefined)[];
};

/** Collects what is wrong; nothing is thrown until the whole text has been looked at. */
export type Report = (at: Pick<CfgProblem, 'line' | 'column'>, problem: string, allowed: string) => void;

/** A value as it would be written in a cfg, cut to a length that fits a message. */
export function describeCell(cell: Cell): string {
  const text = (value: CellValue): string => {
    if (Array.isArray(value))
      return `[${value
        .slice(0, 8)
        .map((c) => text(c.value))
        .join(', ')}]`;
    if (value === null) return 'None';
    return typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value).slice(0, 80);
  };
  const full = text(cell.value);
  return full.length > 60 ? `${full.slice(0, 57)}...` : full;
}

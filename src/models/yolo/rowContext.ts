import type { Report, Row, Rows } from './rows';

/** What a layer hands on; undefined where the layer itself is wrong (reported once, not again downstream). */
export type Shape = { channels: number; stride: number };

/** Everything a module's row is read from. `shapes`: of its inputs; undefined where an input is wrong itself. */
export type Context = {
  row: Row;
  shapes: (Shape | undefined)[] | undefined;
  repeat: number;
  rows: Rows;
  isLast: boolean;
  report: Report;
};

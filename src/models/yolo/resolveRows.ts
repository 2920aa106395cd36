import type { Architecture, Layer } from './layers';
import { readModule } from './modules';
import type { Shape } from './rowContext';
import { describeCell, type Report, type Row, type Rows } from './rows';

/** More rows than any real network has; a list this long is a wrong file. */
const mostRows = 5000;
const mostRepeats = 100;
const mostChannels = 1_048_576;
const mostStride = 4096;

/**
 * Works out inputs, channels and strides of all rows, with the scaling rules of YOLOv7's model builder,
 * and keeps the layers that the Detect at the end depends on.
 *
 * @returns undefined if anything was reported
 */
export function resolveRows(rows: Rows, report: Report): Architecture | undefined {
  let wrong = false;
  const tell: Report = (at, problem, allowed) => {
    wrong = true;
    report(at, problem, allowed);
  };
  const list = rows.rows;
  const last = list.at(-1);
  if (list.length === 0 || list.length > mostRows) {
    tell({ line: 1, column: 1 }, `backbone and head have ${list.length} rows together`, `1 to ${mostRows}`);
    return undefined;
  }
  const layers = list.map((): Layer | undefined => undefined);
  list.forEach((row, index) => {
    if (!row) return;
    const inputs = readFrom(row, index, tell);
    const repeat = readNumber(row, rows.depthMultiple ?? 1, tell);
    const shapes = inputs?.map((i): Shape | undefined => {
      if (i === -1) return { channels: 3, stride: 1 };
      const layer = layers[i];
      return layer && { channels: layer.outChannels, stride: layer.outStride };
    });
    const isLast = index === list.length - 1;
    const made = readModule({ row, shapes, repeat, rows, isLast, report: tell });
    if (!made || !inputs) return;
    if (made.channels > mostChannels || made.stride > mostStride) {
      const most = `at most ${mostChannels} channels and stride ${mostStride}`;
      tell(row.module, `row ${index} gives ${made.channels} channels at stride ${made.stride}`, most);
      return;
    }
    const used = made.usedInputs ?? inputs.length;
    layers[index] = {
      ...made.operation,
      row: index,
      inputs: inputs.slice(0, used),
      inChannels: (shapes ?? []).slice(0, used).map((s) => s?.channels ?? 0),
      outChannels: made.channels,
      outStride: made.stride,
    };
  });
  if (last && !/^I?(Aux)?Detect$/.test(String(last.module.value))) {
    tell(last.module, `the last row is ${describeCell(last.module)}`, 'Detect, IDetect or IAuxDetect as the last row');
  }
  const complete = layers.filter((layer) => layer !== undefined);
  return wrong || complete.length !== layers.length ? undefined : { layers: reachable(complete) };
}

/** Rows read, as absolute indices; −1 only for the image. */
function readFrom(row: Row, index: number, report: Report): number[] | undefined {
  const cells = Array.isArray(row.from.value) ? row.from.value : [row.from];
  const allowed =
    index === 0
      ? '-1 (the image)'
      : `${index === 1 ? '' : `-${index} to `}-1 (counted back from this row) or ${index === 1 ? '0' : `0 to ${index - 1}`} (a row above)`;
  if (cells.length === 0) {
    report(row.from, 'from is an empty list', allowed);
    return undefined;
  }
  const resolved = cells.map((cell) => {
    const { value } = cell;
    const whole = typeof value === 'number' && Number.isInteger(value);
    if (whole && index === 0 && value === -1) return -1;
    const absolute = whole ? (value < 0 ? index + value : value) : -1;
    if (whole && absolute >= 0 && absolute < index) return absolute;
    const what = whole && absolute >= index ? 'points at itself or forward' : 'is no row above';
    report(cell, `from ${describeCell(cell)} in row ${index} ${what}`, allowed);
    return undefined;
  });
  const good = resolved.filter((i) => i !== undefined);
  return good.length === cells.length ? good : undefined;
}

/** Repeats after scaling: max(round(n · depth_multiple), 1), rounding halves to even as Python does. */
function readNumber(row: Row, depthMultiple: number, report: Report): number {
  const { value } = row.number;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > mostRepeats) {
    report(row.number, `number is ${describeCell(row.number)}`, `a whole number from 1 to ${mostRepeats}`);
    return 1;
  }
  if (value === 1) return 1;
  const scaled = value * depthMultiple;
  const down = Math.floor(scaled);
  const isHalf = scaled - down === 0.5;
  const rounded = Math.max(1, isHalf ? down + (down % 2) : Math.round(scaled));
  if (rounded <= mostRepeats) return rounded;
  report(row.number, `number ${value} is ${rounded} after depth_multiple`, `at most ${mostRepeats}`);
  return 1;
}

/** The layers that the last one depends on, renumbered. */
function reachable(layers: Layer[]): Layer[] {
  const needed = new Set([layers.length - 1]);
  for (let i = layers.length - 1; i >= 0; i--) {
    if (needed.has(i)) for (const input of layers[i]?.inputs ?? []) needed.add(input);
  }
  const places = new Map([[-1, -1]]);
  const kept = layers.filter((_, i) => needed.has(i));
  for (const layer of kept) places.set(layer.row, places.size - 1);
  return kept.map((layer) => ({ ...layer, inputs: layer.inputs.map((i) => places.get(i) ?? -1) }));
}

import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { CfgError, type CfgProblem } from './cfgError';
import type { Architecture } from './layers';
import { resolveRows } from './resolveRows';
import { type Cell, describeCell, type Report, type Row, type Rows } from './rows';

/** Far above any real cfg (the largest official one has 20 kB); keeps a wrong file from being chewed on. */
const longestText = 256 * 1024;
export const cfgKeys = ['nc', 'depth_multiple', 'width_multiple', 'anchors', 'backbone', 'head'] as const;

/**
 * Reads a model configuration in YOLOv7's YAML format. Training heads (IDetect, IAuxDetect) are read as the
 * graph that is deployed: auxiliary inputs and layers that only feed them are left out.
 *
 * @param file name for messages
 * @throws CfgError naming every problem; never anything else
 */
export function parseCfg(text: string, file?: string): Architecture {
  const problems: CfgProblem[] = [];
  const report: Report = ({ line, column }, problem, allowed) => problems.push({ line, column, problem, allowed });
  const top = readTop(text, report);
  const architecture = top && resolveRows(readRows(top, report), report);
  if (problems.length > 0 || !architecture) throw new CfgError(problems, file);
  return architecture;
}

/** The values of a cfg by key, from text or from a checkpoint; what is wrong is reported and left out. */
export function readRows(top: ReadonlyMap<string, Cell>, report: Report): Rows {
  const value = (key: string) => top.get(key);
  const classes = number(value('nc'), 'nc', 1, 10_000, true, report);
  const depthMultiple = number(value('depth_multiple'), 'depth_multiple', 0.01, 100, false, report);
  const widthMultiple = number(value('width_multiple'), 'width_multiple', 0.01, 100, false, report);
  const channels = value('ch');
  if (channels) number(channels, 'ch (images are RGB)', 3, 3, true, report);
  const anchors = readAnchors(value('anchors'), report);
  const rows = [...readSection(value('backbone'), 'backbone', report), ...readSection(value('head'), 'head', report)];
  return { classes, depthMultiple, widthMultiple, anchors, rows };
}

/** The top-level mapping, every node already turned into cells. */
function readTop(text: string, report: Report): Map<string, Cell> | undefined {
  const start = { line: 1, column: 1 };
  if (text.length > longestText) {
    report(start, `the text has ${text.length} characters`, `at most ${longestText}`);
    return undefined;
  }
  const lines = new LineCounter();
  let document: ReturnType<typeof parseDocument>;
  try {
    document = parseDocument(text, { lineCounter: lines, prettyErrors: false, strict: true });
  } catch (error) {
    // The parser recurses into nested collections and may run out of stack.
    report(start, `not readable as YAML (${error instanceof Error ? error.message : error})`, 'YAML 1.2');
    return undefined;
  }
  const at = (offset: number | undefined) => {
    const { line, col } = lines.linePos(offset ?? 0);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  for (const error of document.errors) report(at(error.pos[0]), firstLine(error.message), 'well-formed YAML 1.2');
  if (document.errors.length > 0) return undefined;

  const cell = (node: unknown, depth: number): Cell => {
    const range = (node as { range?: [number, number, number] | null } | null)?.range;
    const where = at(range?.[0]);
    if (isAlias(node)) {
      report(where, 'a YAML alias (*name)', 'the value written out');
      return { value: null, ...where };
    }
    if (isSeq(node) && depth < 4) return { value: node.items.map((item) => cell(item, depth + 1)), ...where };
    if (isScalar(node)) {
      const v = node.value;
      return { value: typeof v === 'number' || typeof v === 'boolean' || v === null ? v : String(v), ...where };
    }
    if (node !== null && node !== undefined) report(where, 'a nested collection', 'a number, a word or a short list');
    return { value: null, ...where };
  };

  if (!isMap(document.contents)) {
    report(start, 'the file is not a mapping', `the keys ${cfgKeys.join(', ')}`);
    return undefined;
  }
  const top = new Map<string, Cell>();
  for (const { key, value } of document.contents.items) {
    const name = isScalar(key) ? String(key.value) : '';
    // Other keys (names, comments of tools) mean nothing to the network.
    if (name === 'ch' || cfgKeys.some((k) => k === name)) top.set(name, cell(value, 0));
  }
  for (const key of cfgKeys) if (!top.has(key)) report(start, `${key} is missing`, `the keys ${cfgKeys.join(', ')}`);
  return top;
}

function number(
  cell: Cell | undefined,
  what: string,
  low: number,
  high: number,
  whole: boolean,
  report: Report,
): number | undefined {
  if (!cell) return undefined;
  const { value } = cell;
  if (typeof value === 'number' && value >= low && value <= high && (!whole || Number.isInteger(value))) return value;
  report(cell, `${what} is ${describeCell(cell)}`, `a ${whole ? 'whole ' : ''}number from ${low} to ${high}`);
  return undefined;
}

function readAnchors(cell: Cell | undefined, report: Report): number[][] | undefined {
  if (!cell) return undefined;
  const allowed =
    'a list for each level: width, height pairs in pixels, equally many in each, e.g. [12,16, 19,36, 40,28]';
  if (!Array.isArray(cell.value) || cell.value.length === 0 || cell.value.length > 16) {
    report(cell, `anchors is ${describeCell(cell)}`, allowed);
    return undefined;
  }
  const before = cell.value.map((level) => {
    const numbers = Array.isArray(level.value) ? level.value.map((c) => c.value) : [];
    const good = numbers.filter((n): n is number => typeof n === 'number' && n > 0 && n <= 100_000);
    const fits = good.length > 0 && good.length <= 64 && good.length === numbers.length && good.length % 2 === 0;
    if (!fits) report(level, `anchors of a level are ${describeCell(level)}`, allowed);
    return fits ? good : undefined;
  });
  const levels = before.filter((level) => level !== undefined);
  const odd = before.findIndex((level) => level && level.length !== levels[0]?.length);
  const oddCell = cell.value[odd];
  if (oddCell)
    report(oddCell, `this level has ${before[odd]?.length} numbers, the first ${levels[0]?.length}`, allowed);
  return levels.length === before.length && !oddCell ? levels : undefined;
}

function readSection(cell: Cell | undefined, name: string, report: Report): (Row | undefined)[] {
  if (!cell) return [];
  const allowed = '[from, number, module, [arguments]]';
  if (!Array.isArray(cell.value)) {
    report(cell, `${name} is ${describeCell(cell)}`, `a list of rows ${allowed}`);
    return [];
  }
  return cell.value.map((row) => {
    const [from, count, module, args] = Array.isArray(row.value) && row.value.length === 4 ? row.value : [];
    if (!from || !count || !module || !args) {
      report(row, `a row of ${name} is ${describeCell(row)}`, allowed);
      return undefined;
    }
    if (Array.isArray(args.value)) return { from, number: count, module, args: args.value };
    report(args, `the arguments are ${describeCell(args)}`, 'a list, e.g. [64, 3, 2]');
    return undefined;
  });
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? text;
}

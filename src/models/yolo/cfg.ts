import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node } from 'yaml';
import { activationModule, activationModules } from './arguments';
import { CfgError, type CfgProblem } from './cfgError';
import type { Architecture } from './layers';
import type { Activation } from '../onnx/graph';
import { parsePyYaml } from './pyYaml';
import { resolveRows } from './resolveRows';
import { type Cell, describeCell, type Report, type Row, type Rows } from './rows';

/** Far above any real cfg (the largest official one has 20 kB); keeps a wrong file from being chewed on. */
export const longestCfg = 256 * 1024;
/** Far more than any cfg has; one list may stand in many places, so that a small file could unfold without end. */
export const mostCells = 50_000;
/** Without these no network can be built. */
const neededKeys = ['nc', 'depth_multiple', 'width_multiple', 'anchors', 'backbone', 'head'];
const networkKeys = new Set([...neededKeys, 'ch', 'activation', 'channel_multiple']);
/** Keys by which no program builds its network: of data sets, which Roboflow and others write into the same file, and notes. */
const idleKeys = new Set([
  ...['names', 'path', 'train', 'val', 'test', 'download', 'roboflow', 'inplace', 'yaml_file'],
  ...['name', 'title', 'description', 'author', 'license', 'url', 'version', 'date', 'comment', 'comments', 'notes'],
]);

/**
 * Reads a model configuration in YOLOv7's and YOLOv5's YAML format, as their programs do. Training heads (IDetect,
 * IAuxDetect) are read as the graph that is deployed: auxiliary inputs and layers that only feed them are left out.
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

/** Whether a key says nothing about the network, so that its value is not looked at. */
export const isIdleKey = (key: string) => idleKeys.has(key);

/** The values of a cfg by key, from text or from a checkpoint; what is wrong is reported and left out. */
export function readRows(top: ReadonlyMap<string, Cell>, report: Report): Rows {
  const value = (key: string) => top.get(key);
  const read = [...networkKeys].join(', ');
  for (const key of neededKeys)
    if (!top.has(key)) report({ line: 1, column: 1 }, `${key} is missing`, `the keys ${read}`);
  for (const [key, cell] of top) {
    if (networkKeys.has(key) || isIdleKey(key)) continue;
    const problem = `the key ${describeCell({ ...cell, value: key })}, which may change the network, is not known`;
    report(cell, problem, `${read}; without a meaning here: ${[...idleKeys].join(', ')}`);
  }
  const classes = number(value('nc'), 'nc', 1, 10_000, true, report);
  const depthMultiple = number(value('depth_multiple'), 'depth_multiple', 0.01, 100, false, report);
  const widthMultiple = number(value('width_multiple'), 'width_multiple', 0.01, 100, false, report);
  number(value('ch'), 'ch (images are RGB)', 3, 3, true, report);
  const activation = readActivation(value('activation'), report);
  const multiple = value('channel_multiple');
  const channelMultiple = isFalsy(multiple) ? undefined : number(multiple, 'channel_multiple', 1, 1024, true, report);
  const anchors = readAnchors(value('anchors'), report);
  const rows = [...readSection(value('backbone'), 'backbone', report), ...readSection(value('head'), 'head', report)];
  return { classes, depthMultiple, widthMultiple, activation, channelMultiple, anchors, rows };
}

/** The top-level mapping, every node already turned into cells. */
function readTop(text: string, report: Report): Map<string, Cell> | undefined {
  const start = { line: 1, column: 1 };
  if (text.length > longestCfg) {
    report(start, `the text has ${text.length} characters`, `at most ${longestCfg}`);
    return undefined;
  }
  const lines = new LineCounter();
  for (const { index } of text.matchAll(/^|(?<=\n)/g)) lines.addNewLine(index);
  let document: ReturnType<typeof parsePyYaml>;
  try {
    document = parsePyYaml(text);
  } catch (error) {
    // The parser recurses into nested collections and may run out of stack.
    report(start, `not readable as YAML (${error instanceof Error ? error.message : error})`, 'YAML 1.1');
    return undefined;
  }
  const at = (offset: number | undefined) => {
    const { line, col } = lines.linePos(offset ?? 0);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  for (const error of document.errors) report(at(error.pos[0]), firstLine(error.message), 'well-formed YAML 1.1');
  if (document.errors.length > 0) return undefined;

  const anchored = new Map<string, Node>();
  let cells = 0;
  const cell = (node: unknown, depth: number): Cell => {
    const range = (node as { range?: [number, number, number] | null } | null)?.range;
    const where = at(range?.[0]);
    if (++cells > mostCells) {
      if (cells === mostCells + 1) report(where, 'more values than any network has', `at most ${mostCells}`);
      return { value: null, ...where };
    }
    if (isAlias(node)) {
      const meant = anchored.get(node.source);
      if (meant) return { ...cell(meant, depth), ...where };
      report(where, `the alias *${node.source} stands for nothing above`, 'the value written out');
      return { value: null, ...where };
    }
    if ((isSeq(node) || isScalar(node)) && node.anchor !== undefined) anchored.set(node.anchor, node);
    if (isSeq(node) && depth < 4) return { value: node.items.map((item) => cell(item, depth + 1)), ...where };
    if (isScalar(node)) {
      const v = node.value;
      return { value: typeof v === 'number' || typeof v === 'boolean' || v === null ? v : String(v), ...where };
    }
    if (node !== null && node !== undefined) report(where, 'a nested collection', 'a number, a word or a short list');
    return { value: null, ...where };
  };

  if (!isMap(document.contents)) {
    report(start, 'the file is not a mapping', `the keys ${neededKeys.join(', ')}`);
    return undefined;
  }
  const top = new Map<string, Cell>();
  for (const { key, value } of document.contents.items) {
    const name = isScalar(key) ? (key.source ?? String(key.value)) : 'that is no word';
    if (isIdleKey(name)) continue;
    // One that is not known is named where it stands; its value may be anything.
    if (!networkKeys.has(name)) top.set(name, { value: null, ...at(isScalar(key) ? key.range?.[0] : undefined) });
    else top.set(name, cell(value, 0));
  }
  return top;
}

/** What Python takes for "not given". */
function isFalsy(cell: Cell | undefined): boolean {
  return !cell || cell.value === null || cell.value === false || cell.value === '' || cell.value === 0;
}

/** YOLOv5: what convolutions use whose row names no activation. */
function readActivation(cell: Cell | undefined, report: Report): Activation | undefined {
  if (!cell || isFalsy(cell)) return undefined;
  const activation = activationModule(cell);
  if (!activation) report(cell, `activation is ${describeCell(cell)}`, activationModules);
  return activation;
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
  const value = numberOf(cell);
  if (value !== undefined && value >= low && value <= high && (!whole || Number.isInteger(value))) return value;
  report(cell, `${what} is ${describeCell(cell)}`, `a ${whole ? 'whole ' : ''}number from ${low} to ${high}`);
  return undefined;
}

/** A number, or text that is one: scripts that fill in a template write `nc: "80"`. */
function numberOf({ value }: Cell): number | undefined {
  if (typeof value === 'number') return value;
  const isNumber = typeof value === 'string' && /^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/.test(value);
  return isNumber ? Number(value) : undefined;
}

/** A list for each level, or YOLOv5's `anchors: 3`. */
function readAnchors(cell: Cell | undefined, report: Report): Rows['anchors'] {
  if (!cell) return undefined;
  const allowed =
    'a list for each level: width, height pairs in pixels, equally many in each, e.g. [12,16, 19,36, 40,28]; or how many a level has, 1 to 32';
  if (typeof cell.value === 'number' && Number.isInteger(cell.value) && cell.value >= 1 && cell.value <= 32)
    return cell.value;
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
    if (Array.isArray(args.value)) return { from, number: count, module, args: args.value.map(evaluated) };
    report(args, `the arguments are ${describeCell(args)}`, 'a list, e.g. [64, 3, 2]');
    return undefined;
  });
}

/** The programs evaluate a text among the arguments as Python: "64" is a number there, and 'None' is none. */
function evaluated(cell: Cell): Cell {
  const { value } = cell;
  if (typeof value !== 'string') return cell;
  const number = numberOf(cell);
  if (number !== undefined) return { ...cell, value: number };
  const word = value.trim();
  if (word === 'None') return { ...cell, value: null };
  if (word === 'True' || word === 'False') return { ...cell, value: word === 'True' };
  const quoted = /^(['"])([^'"\\]*)\1$/.exec(word);
  return { ...cell, value: quoted?.[2] ?? word };
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? text;
}

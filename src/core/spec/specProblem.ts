import { firstIndex } from '../statistics/sorted';
import { isCollection, isNode, isPair, type Node } from 'yaml';

/** What is wrong, or doubtful, at one place of an experiment file. */
export type SpecProblem = {
  /** From 1. */
  line: number;
  /** From 1, in UTF-16 units, as editors count. */
  column: number;
  endLine?: number;
  endColumn?: number;
  /** The field: `measure.repeats.min`, `batchSizes[2]`; empty for the file as a whole. */
  path: string;
  message: string;
  /** What may stand there, in words; null where the message says it all. */
  allowed: string | null;
  /** What was most likely meant, to be written in its place. */
  instead?: string;
  /** A rule that no JSON schema tells. */
  isBeyondSchema?: true;
};

/** Start and end of a stretch of text, as offsets in UTF-16 units; the end is not included. */
export type TextRange = readonly [start: number, end: number];

/** Makes a problem of a stretch of text. */
export type ProblemMaker = (range: TextRange, path: string, message: string, allowed: string | null) => SpecProblem;

/** Turns offsets of `text` into lines and columns. Lines end at `\n`. */
export function problemMaker(text: string): ProblemMaker {
  const lineStarts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1);
  const positionOf = (offset: number) => {
    const line = firstIndex(lineStarts.length, (i) => lineStarts[i]! > offset);
    return { line, column: offset - lineStarts[line - 1]! + 1 };
  };
  return ([from, to], path, message, allowed) => {
    const start = positionOf(Math.min(from, text.length));
    const end = positionOf(Math.min(Math.max(from, to), text.length));
    return { ...start, endLine: end.line, endColumn: end.column, path, message, allowed };
  };
}

/** Where a YAML node stands, without the comments and line ends that the parser counts in. */
export function rangeOf(node: Node): TextRange {
  const [start, end] = node.range ?? [0, 0];
  if (isCollection(node) && !node.flow) {
    const last = node.items.at(-1);
    const ends = isPair<Node, Node | null>(last) ? [last.key, last.value] : [last];
    return [start, Math.max(start, ...ends.map((part) => (isNode(part) ? rangeOf(part)[1] : 0)))];
  }
  return [start, end];
}

/** `['measure', 'repeats', 'min']` as `measure.repeats.min`, list indices in brackets. */
export function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index > 0 ? '.' : ''}${String(part)}`))
    .join('');
}

import { lineEndOf, type TextEdit, wholeNumber } from './configFile';
import { scan } from './textProto';

/**
 * Reads the outermost object of a JSON text with offsets into it (UTF-16 units), and changes its properties without touching the rest.
 * Comments and trailing commas are tolerated.
 */

type JsonProperty = {
  key: string;
  /** Of the key, with its quotes. */
  start: number;
  keyEnd: number;
  valueStart: number;
  valueEnd: number;
};

export type JsonObject = {
  properties: JsonProperty[];
  /** Offsets of the outer braces; close is -1 where it is missing. */
  open: number;
  close: number;
  /** End of the last token before the closing brace, and that token. */
  lastEnd: number;
  last: string;
  /** Offset of what cannot be read. */
  problem: number | null;
};

const tokenPattern = /\s+|\/\/[^\n]*|\/\*.*?(?:\*\/|$)|"(?:[^"\\\n]|\\.)*"?|[{}[\]:,]|[^\s{}[\]:,"/]+|./gsy;
export const jsonTokensOf = (text: string) => scan(text, tokenPattern, /^(\s|\/[/*])/);
const closing: Record<string, string> = { '{': '}', '[': ']' };

/** The properties of the object that the text is, or that its stretch between two offsets is; null where it is none. */
export function readObject(text: string, from = 0, to = text.length): JsonObject | null {
  const tokens = jsonTokensOf(text.slice(from, to));
  if (from > 0) for (const token of tokens) token.start += from;
  if (tokens[0]?.text !== '{') return null;
  const object: JsonObject = {
    properties: [],
    open: tokens[0].start,
    close: -1,
    lastEnd: tokens[0].start + 1,
    last: '{',
    problem: null,
  };
  const brackets: string[] = ['}'];
  let property: JsonProperty | null = null;
  for (let i = 1; i < tokens.length; i++) {
    const { text: sign, start } = tokens[i]!;
    const end = start + sign.length;
    if (brackets.length === 0) {
      object.problem ??= start;
      break;
    }
    if (closing[sign]) {
      if (brackets.length === 1 && !property) object.problem ??= start;
      brackets.push(closing[sign]);
    } else if (sign === '}' || sign === ']') {
      if (brackets.pop() !== sign) object.problem ??= start;
      if (brackets.length === 0) {
        object.close = start;
        continue;
      }
    } else if (brackets.length === 1 && sign.startsWith('"') && tokens[i + 1]?.text === ':' && !property) {
      const value = tokens[i + 2]?.start ?? end;
      property = { key: nameOf(sign), start, keyEnd: end, valueStart: value, valueEnd: value };
      object.properties.push(property);
    } else if (brackets.length === 1 && sign === ',') {
      if (!property) object.problem ??= start;
      property = null;
    } else if (brackets.length === 1 && !property) object.problem ??= start;
    if (property && start >= property.valueStart) property.valueEnd = end;
    object.last = sign;
    object.lastEnd = end;
  }
  if (object.close === -1) object.problem ??= to;
  return object;
}

/** Whether the text is JSON, comments and trailing commas aside. */
export function isJson(text: string): boolean {
  const signs = jsonTokensOf(text).map((token) => token.text);
  try {
    JSON.parse(signs.filter((sign, i) => sign !== ',' || !/^[}\]]$/.test(signs[i + 1] ?? '')).join(' '));
    return true;
  } catch {
    return false;
  }
}

export function nameOf(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted;
  }
}

/**
 * Sets a property to a number, or adds it behind the others, laid out as the first one is: on a line of its own where that has one.
 *
 * @param lineEnd how a line ends within the object
 * @returns the edit, null where it says so already; a sentence where it stands there in a way that cannot be set
 */
export function setProperty(
  text: string,
  object: JsonObject,
  key: string,
  value: number,
  lineEnd = lineEndOf(text),
): TextEdit | null | string {
  const found = object.properties.filter((p) => p.key === key);
  if (found.length > 1) return `"${key}" stands here more than once`;
  const newText = String(value);
  const [property] = found;
  if (property) {
    const { valueStart: offset, valueEnd } = property;
    const before = text.slice(offset, valueEnd);
    if (before === newText) return null;
    return /^[-+.\w]+$/.test(before) ? { offset, length: valueEnd - offset, newText } : `"${key}" is not a number`;
  }
  const first = object.properties[0];
  const lead = first ? text.slice(object.open + 1, first.start) : '';
  const indent = /\n([ \t]*)$/.exec(lead)?.[1];
  const gap = indent === undefined ? (first ? ' ' : '') : `${lineEnd}${indent}`;
  const comma = object.last === ',' || object.last === '{' ? '' : ',';
  return { offset: object.lastEnd, length: 0, newText: `${comma}${gap}"${key}": ${newText}` };
}

/** The number that a property is set to; undefined where it is none, or missing. */
export function numberOf(text: string, object: JsonObject, key: string): number | undefined {
  const property = object.properties.findLast((p) => p.key === key);
  return property && (wholeNumber(text.slice(property.valueStart, property.valueEnd)) ?? undefined);
}

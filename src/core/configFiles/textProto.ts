import { wholeNumber } from './configFile';

/**
 * Reads protocol buffers' text format (protobuf.dev/reference/protobuf/textformat-spec) without a schema, with offsets
 * into the text (UTF-16 units). Tolerant: what cannot be read is passed over, and `problem` says where it began.
 */
export type TextProto = { fields: ProtoField[]; problem: { offset: number; message: string } | null };

export type ProtoField = {
  name: string;
  /** From the first character of the name to behind the value. */
  start: number;
  end: number;
  /** Several where the value is a list. */
  values: ProtoValue[];
  /** Offsets of `[` and `]`; null where the value is no list. */
  list: { open: number; close: number } | null;
};

export type ProtoValue =
  | { kind: 'scalar'; text: string; start: number; end: number }
  /** `start` at the opening brace, `end` behind the closing one. */
  | { kind: 'message'; fields: ProtoField[]; start: number; end: number };

type Token = { text: string; start: number };

const maxDepth = 64;
const tokenPattern =
  /\s+|#[^\n]*|"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|[A-Za-z_][\w.]*|[-+]?\.?\d[\w.]*(?:[-+]\d+)?|[{}<>[\]:,;]|./gsy;
const closing: Record<string, string> = { '{': '}', '<': '>', '[': ']' };

export function readTextProto(text: string): TextProto {
  const tokens = tokensOf(text);
  let at = 0;
  let problem: TextProto['problem'] = null;
  const peek = () => tokens[at]?.text ?? '';
  const offset = () => tokens[at]?.start ?? text.length;
  const endOfLast = () => {
    const last = tokens[at - 1];
    return last ? last.start + last.text.length : 0;
  };
  const complain = (message: string) => {
    problem ??= { offset: offset(), message };
  };

  /** Fields up to the closing sign, which is consumed; `''`: to the end of the text. */
  function fieldsUntil(close: string, depth: number): ProtoField[] {
    const fields: ProtoField[] = [];
    for (;;) {
      const sign = peek();
      if (at >= tokens.length) {
        if (close) complain(`${close} is missing`);
        return fields;
      }
      if (close && sign === close) {
        at++;
        return fields;
      }
      if (/^[A-Za-z_]/.test(sign)) fields.push(field(depth));
      else {
        complain(`${sign} does not belong here`);
        at++;
      }
    }
  }

  function field(depth: number): ProtoField {
    const { text: name, start } = tokens[at++]!;
    const hasColon = peek() === ':';
    if (hasColon) at++;
    const open = offset();
    const values: ProtoValue[] = [];
    let list: ProtoField['list'] = null;
    if (peek() === '[') {
      at++;
      while (at < tokens.length && peek() !== ']') {
        const read = value(true, depth);
        if (!read) break;
        values.push(read);
        if (peek() === ',') at++;
        else if (peek() !== ']') break;
      }
      list = { open, close: offset() };
      if (peek() === ']') at++;
      else complain('] is missing');
    } else {
      const read = value(hasColon, depth);
      if (read) values.push(read);
    }
    const end = endOfLast();
    if (peek() === ',' || peek() === ';') at++;
    return { name, start, end, values, list };
  }

  function value(hasColon: boolean, depth: number): ProtoValue | null {
    const start = offset();
    const sign = peek();
    if (sign === '{' || sign === '<') {
      if (depth >= maxDepth) {
        complain('nested too deeply');
        at = tokens.length;
        return null;
      }
      at++;
      const fields = fieldsUntil(closing[sign]!, depth + 1);
      return { kind: 'message', fields, start, end: endOfLast() };
    }
    if (!hasColon || !isScalar(sign)) {
      complain(hasColon ? 'a value is missing' : 'a colon or a brace is missing');
      return null;
    }
    at++;
    // Strings that follow each other are one.
    if (isQuoted(sign)) while (isQuoted(peek())) at++;
    return { kind: 'scalar', text: sign, start, end: endOfLast() };
  }

  return { fields: fieldsUntil('', 0), problem };
}

const isQuoted = (sign: string) => sign.length > 1 && /^["']/.test(sign);
const isScalar = (sign: string) => /^[\w.+-]/.test(sign) || isQuoted(sign);

/** All tokens but white space and comments. */
export function tokensOf(text: string): Token[] {
  return scan(text, tokenPattern, /^[\s#]/);
}

/** Cuts a text by a sticky pattern that always matches, leaving out what begins like `ignored`. */
export function scan(text: string, pattern: RegExp, ignored: RegExp): Token[] {
  const tokens: Token[] = [];
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    if (!ignored.test(match[0])) tokens.push({ text: match[0], start: match.index });
  }
  return tokens;
}

/** The fields of all groups of this name. */
export const inside = (fields: readonly ProtoField[], name: string): ProtoField[] =>
  fields
    .filter((f) => f.name === name)
    .flatMap((f) => f.values)
    .flatMap((v) => (v.kind === 'message' ? v.fields : []));

/** A field's last value as it is written, strings with their quotes; null where it is missing, or a group. */
export function scalarOf(fields: readonly ProtoField[], name: string): string | null {
  const value = fields.findLast((f) => f.name === name)?.values[0];
  return value?.kind === 'scalar' ? value.text : null;
}

/** A field's last value between its quotes; empty where it has none. */
export const stringOf = (fields: readonly ProtoField[], name: string) => scalarOf(fields, name)?.slice(1, -1) ?? '';

/** The whole number that a value is; null for anything else. */
export const numberOf = (value: ProtoValue | undefined) => (value?.kind === 'scalar' ? wholeNumber(value.text) : null);

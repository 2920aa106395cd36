/** Where in an experiment's text a person is about to write; found by lines and brackets, since a text that is being written is seldom whole YAML. */
export type FileContext = {
  /** Keys of the groups around the place, from the top. */
  path: string[];
  /** A key of that group is to stand here, or a value of `key`, or one of the items of its list. */
  expects: 'key' | 'value' | 'item';
  /** Of a value or an item. */
  key: string | null;
  /** What is written of it already: from here to the place. */
  wordStart: number;
};

/** Offsets are in UTF-16 units. */
export function contextAt(text: string, offset: number): FileContext {
  const before = text.slice(0, offset);
  const wordStart = offset - (/[^\s:,{}[\]]*$/.exec(before)?.[0].length ?? 0);
  const flow = openBrackets(text, topLevelStart(text, offset), offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  if (flow.length > 0) {
    const [outermost] = flow;
    const own = blockPlace(text, outermost!.offset);
    const path = own.key === null ? own.path : [...own.path, own.key];
    // Each bracket after the first stands at a key of the group before it; those in lists add nothing to the path.
    const inner = flow.slice(1).flatMap(({ key }) => (key === null ? [] : [key]));
    const { isList, pendingKey } = flow.at(-1)!;
    const whole = [...path, ...inner];
    if (isList) return { path: whole.slice(0, -1), expects: 'item', key: whole.at(-1) ?? null, wordStart };
    return pendingKey === null
      ? { path: whole, expects: 'key', key: null, wordStart }
      : { path: whole, expects: 'value', key: pendingKey, wordStart };
  }
  const { path, key, isItem } = blockPlace(text, offset);
  if (isItem) return { path: path.slice(0, -1), expects: 'item', key: path.at(-1) ?? null, wordStart };
  if (key !== null) return { path, expects: 'value', key, wordStart };
  return { path, expects: 'key', key: null, wordStart: Math.max(wordStart, lineStart) };
}

const keyOfLine = /^(\s*)((?:-\s+)*)("[^"]*"|'[^']*'|[^\s#:,{}[\]"'-][^\s:#]*)\s*:(?=\s|$)/;
const unquoted = (key: string) => key.replace(/^(["'])(.*)\1$/, '$2');

/** Groups in block style around a place: whoever is indented less, line by line upwards; then what its own line says before it. */
function blockPlace(text: string, offset: number): { path: string[]; key: string | null; isItem: boolean } {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const line = text.slice(start, offset);
  let indent = /^\s*/.exec(text.slice(start).split('\n', 1)[0]!)![0].length;
  if (line.trim() === '') indent = line.length;
  const own = keyOfLine.exec(line);
  const dash = /^\s*-\s/.test(`${line} `);
  const path: string[] = [];
  // A list may stand as far left as its key.
  let within = dash ? indent + 1 : indent;
  for (let end = start - 1; end > 0 && within > 0;) {
    const from = text.lastIndexOf('\n', end - 1) + 1;
    const above = keyOfLine.exec(text.slice(from, end));
    if (above && above[1]!.length < within) {
      path.unshift(unquoted(above[3]!));
      within = above[1]!.length;
    }
    end = from - 1;
  }
  const isItem = dash && own === null;
  return { path, key: own ? unquoted(own[3]!) : null, isItem };
}

/** Where the group of the top begins that a place is in: what stands before it cannot be open there. */
function topLevelStart(text: string, offset: number): number {
  for (let end = offset; end > 0;) {
    const from = text.lastIndexOf('\n', end - 1) + 1;
    if (/^[^\s#{}[\],]/.test(text.slice(from, end))) return from;
    end = from - 1;
  }
  return 0;
}

type Bracket = {
  offset: number;
  isList: boolean;
  /** At which key of the group around it this one stands. */
  key: string | null;
  /** In a group: whose value is being written. */
  pendingKey: string | null;
};

function openBrackets(text: string, from: number, to: number): Bracket[] {
  const open: Bracket[] = [];
  for (let at = from; at < to; at++) {
    const c = text[at]!;
    const inner = open.at(-1);
    if (c === '#' && (at === 0 || /\s/.test(text[at - 1]!))) {
      const end = text.indexOf('\n', at);
      if (end === -1 || end >= to) return open;
      at = end;
    } else if (c === '"' || (c === "'" && !/\w/.test(text[at - 1] ?? ''))) {
      const end = text.indexOf(c, at + 1);
      if (end === -1 || end >= to) return open;
      at = end;
    } else if (c === '{' || c === '[') {
      open.push({ offset: at, isList: c === '[', key: inner?.pendingKey ?? null, pendingKey: null });
    } else if (c === '}' || c === ']') open.pop();
    else if (c === ',' && inner) inner.pendingKey = null;
    else if (c === ':' && inner && !inner.isList && /\s/.test(text[at + 1] ?? ' ')) {
      const word = /("[^"]*"|'[^']*'|[^\s,{}[\]]+)\s*$/.exec(text.slice(inner.offset + 1, at));
      if (word) inner.pendingKey = unquoted(word[1]!);
    }
  }
  return open;
}

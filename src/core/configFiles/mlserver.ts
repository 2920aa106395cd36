import { type ConfigFile, lineEndOf, placeOf, type Suggestion, wholeNumber } from './configFile';
import { scan } from './textProto';

/**
 * MLServer's `model-settings.json`. `max_batch_size` above 1 turns on adaptive batching, together with
 * `max_batch_time` in seconds (mlserver.readthedocs.io, "Adaptive batching"). Comments are tolerated and kept.
 */

type Property = {
  key: string;
  /** Of the key, with its quotes. */
  start: number;
  keyEnd: number;
  valueStart: number;
  valueEnd: number;
};

type Settings = {
  properties: Property[];
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
const tokensOf = (text: string) => scan(text, tokenPattern, /^(\s|\/[/*])/);
const closing: Record<string, string> = { '{': '}', '[': ']' };

/** The properties of the outermost object; null where the text is none. */
function readSettings(text: string): Settings | null {
  const tokens = tokensOf(text);
  if (tokens[0]?.text !== '{') return null;
  const settings: Settings = {
    properties: [],
    open: tokens[0].start,
    close: -1,
    lastEnd: tokens[0].start + 1,
    last: '{',
    problem: null,
  };
  const brackets: string[] = ['}'];
  let property: Property | null = null;
  for (let i = 1; i < tokens.length; i++) {
    const { text: sign, start } = tokens[i]!;
    const end = start + sign.length;
    if (brackets.length === 0) {
      settings.problem ??= start;
      break;
    }
    if (closing[sign]) {
      if (brackets.length === 1 && !property) settings.problem ??= start;
      brackets.push(closing[sign]);
    } else if (sign === '}' || sign === ']') {
      if (brackets.pop() !== sign) settings.problem ??= start;
      if (brackets.length === 0) {
        settings.close = start;
        continue;
      }
    } else if (brackets.length === 1 && sign.startsWith('"') && tokens[i + 1]?.text === ':' && !property) {
      const value = tokens[i + 2]?.start ?? end;
      property = { key: nameOf(sign), start, keyEnd: end, valueStart: value, valueEnd: value };
      settings.properties.push(property);
    } else if (brackets.length === 1 && sign === ',') {
      if (!property) settings.problem ??= start;
      property = null;
    } else if (brackets.length === 1 && !property) settings.problem ??= start;
    if (property && start >= property.valueStart) property.valueEnd = end;
    settings.last = sign;
    settings.lastEnd = end;
  }
  if (settings.close === -1) settings.problem ??= text.length;
  return settings;
}

/** Whether the text is JSON, comments and trailing commas aside. */
function isJson(text: string): boolean {
  const signs = tokensOf(text).map((token) => token.text);
  try {
    JSON.parse(signs.filter((sign, i) => sign !== ',' || !/^[}\]]$/.test(signs[i + 1] ?? '')).join(' '));
    return true;
  } catch {
    return false;
  }
}

function nameOf(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted;
  }
}

/** null where the text is no JSON object. */
export function recogniseMlserver(text: string): ConfigFile | null {
  const settings = readSettings(text);
  const has = (...keys: string[]) => settings?.properties.find((p) => keys.includes(p.key));
  const main = has('max_batch_size') ?? has('name') ?? has('implementation', 'parameters');
  if (!main) return null;
  const field = main.key;
  const value = field === 'max_batch_size' ? wholeNumber(text.slice(main.valueStart, main.valueEnd)) : null;
  return {
    kind: 'mlserver',
    text,
    places: [placeOf(text, field, main.start, main.keyEnd - main.start)],
    // 0 and 1 leave adaptive batching off: requests are run as they come.
    batchSize: value !== null && value > 1 ? value : null,
  };
}

export function editMlserver(text: string, batchSize: number): Suggestion {
  const settings = readSettings(text);
  const byHand = `set "max_batch_size" to ${batchSize} by hand`;
  if (!settings || settings.problem !== null || !isJson(text)) {
    const at = settings?.problem ?? null;
    const where = at === null ? 'The file' : `Line ${placeOf(text, '', at, 0).line}`;
    return { refused: `${where} cannot be read as JSON: mend it, or ${byHand}. Not changed.` };
  }
  const found = settings.properties.filter((p) => p.key === 'max_batch_size');
  if (found.length > 1) return { refused: `"max_batch_size" stands here more than once: ${byHand}. Not changed.` };
  const seconds = settings.properties.findLast((p) => p.key === 'max_batch_time');
  const waits = seconds !== undefined && Number(text.slice(seconds.valueStart, seconds.valueEnd)) > 0;
  const note =
    waits || batchSize === 1
      ? null
      : 'MLServer forms batches only where "max_batch_time" (seconds) is above 0 as well: set how long a request may wait.';
  const [property] = found;
  if (property) {
    const { valueStart: offset, valueEnd } = property;
    const newText = String(batchSize);
    if (text.slice(offset, valueEnd) === newText) return { edits: [], note: null };
    if (!/^[-+.\w]+$/.test(text.slice(offset, valueEnd))) {
      return { refused: `"max_batch_size" is not a number: ${byHand}. Not changed.` };
    }
    return { edits: [{ offset, length: valueEnd - offset, newText }], note };
  }
  const first = settings.properties[0];
  const lead = first ? text.slice(settings.open + 1, first.start) : '';
  const indent = /\n([ \t]*)$/.exec(lead)?.[1];
  const gap = indent === undefined ? (first ? ' ' : '') : `${lineEndOf(text)}${indent}`;
  const comma = settings.last === ',' || settings.last === '{' ? '' : ',';
  const newText = `${comma}${gap}"max_batch_size": ${batchSize}`;
  return { edits: [{ offset: settings.lastEnd, length: 0, newText }], note };
}

/** What the file says besides batching and comments: the same before and after a suggestion is applied. */
export function mlserverIdentity(text: string): string {
  const left = (readSettings(text)?.properties ?? []).filter((p) => /^max_batch_(size|time)$/.test(p.key));
  return tokensOf(text)
    .filter(({ text: sign, start }) => sign !== ',' && !left.some((p) => start >= p.start && start < p.valueEnd))
    .map((token) => token.text)
    .join('\n');
}

/** `parameters.uri`, the model that the settings name; null where they name none. */
export function mlserverModel(text: string): string | null {
  const parameters = readSettings(text)?.properties.findLast((p) => p.key === 'parameters');
  if (!parameters) return null;
  const uri = readSettings(text.slice(parameters.valueStart, parameters.valueEnd));
  const property = uri?.properties.findLast((p) => p.key === 'uri');
  if (!uri || !property) return null;
  const quoted = text.slice(parameters.valueStart + property.valueStart, parameters.valueStart + property.valueEnd);
  return quoted.startsWith('"') ? nameOf(quoted) : null;
}

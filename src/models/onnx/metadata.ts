import { ModelError } from '../modelError';
import { type Field, readProtobuf } from './protobufReader';

/** Largest value that is read, and of all together: names of classes take a few kilobytes. */
const mostBytes = 1024 * 1024;
const mostInAll = 16 * mostBytes;
const mostEntries = 10_000;

/**
 * What an exporter wrote about a model into its file (`metadata_props` in onnx/onnx.proto), without loading it.
 *
 * @throws ModelError if the file is no ONNX model
 */
export function readMetadata(file: string): Map<string, string> {
  try {
    return readProtobuf(file, ({ size, fields, text }) => {
      const entries = new Map<string, string>();
      let length = 0;
      for (const entry of fields(0, size)) {
        if (entry.field !== 14 || entry.wire !== 2) continue;
        let key: Field | undefined;
        let value: Field | undefined;
        for (const part of fields(entry.start, entry.end)) {
          if (part.wire === 2 && part.field === 1) key = part;
          if (part.wire === 2 && part.field === 2) value = part;
        }
        if (!key || !value) continue;
        const content = text(value, mostBytes);
        length += content.length;
        entries.set(text(key), content);
        if (length > mostInAll || entries.size > mostEntries)
          throw new RangeError('its metadata are larger than those of any model');
      }
      return entries;
    });
  } catch (error) {
    if (error instanceof RangeError) throw new ModelError(`${file} is not an ONNX model, or torn (${error.message})`);
    throw error;
  }
}

/**
 * Class names out of the metadata key `names`: a JSON list, or what YOLOv5 writes, a Python dictionary
 * from class to name or a list, as text. null where it is neither.
 */
export function parseNames(text: string): string[] | null {
  const { names, rest } = scan(text.trim());
  return rest.trim() === '' && names.length > 0 && !names.includes(undefined) ? (names as string[]) : null;
}

/** `[name, …]` or `{index: name, …}`; what could not be read stays in `rest`. */
function scan(text: string): { names: (string | undefined)[]; rest: string } {
  const names: (string | undefined)[] = [];
  const isList = text.startsWith('[');
  const close = isList ? ']' : '}';
  if (!isList && !text.startsWith('{')) return { names, rest: text };
  const item = new RegExp(
    String.raw`\s*${isList ? '' : String.raw`["']?(\d{1,6})["']?\s*:\s*`}('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\s*(,?)`,
    'sy',
  );
  let at = 1;
  for (;;) {
    item.lastIndex = at;
    const match = item.exec(text);
    if (!match) break;
    const [quoted, comma] = match.slice(-2) as [string, string];
    const index = isList ? names.length : Number(match[1]);
    // A gap before an index stays undefined, which makes the whole unreadable.
    while (names.length < index) names.push(undefined);
    names[index] = unescape(quoted.slice(1, -1));
    at = item.lastIndex;
    if (comma === '') break;
  }
  const rest = text.slice(at).trimStart();
  return { names, rest: rest.startsWith(close) ? rest.slice(1) : `${rest} ` + '?' };
}

const plainEscapes: Record<string, string> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' };

/** Escapes that JSON and Python have in common; others stand for the character itself. */
function unescape(text: string): string {
  return text.replace(/\\(u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|.)/gs, (_, code: string) =>
    code.length > 1 ? String.fromCharCode(Number.parseInt(code.slice(1), 16)) : (plainEscapes[code] ?? code),
  );
}

import { isMap, isScalar, type Node } from 'yaml';
import { rangeOf, type TextRange } from '../specProblem';
import { allowedAt, schemaAt, type SpecPath, specJsonSchema } from '../specJsonSchema';
import { withoutByteOrderMark } from '../specText';
import { readSpecYaml } from '../specYaml';

/** What a key of an experiment file is, with where it stands. */
export type KeyHelp = {
  range: TextRange;
  /** `measure.repeats.min`. */
  path: string;
  description: string;
  allowed: string | null;
  /** As JSON; null where there is none. */
  usual: string | null;
};

/** The key at `offset` (UTF-16 units); null where none stands, or the schema does not know it. */
export function hoverAt(source: string, offset: number, schema = specJsonSchema()): KeyHelp | null {
  const text = withoutByteOrderMark(source);
  const shift = source.length - text.length;
  const found = keyAt(readSpecYaml(text).document?.contents ?? null, offset - shift, []);
  if (!found) return null;
  const node = schemaAt(found.path, schema);
  if (node?.description === undefined) return null;
  return {
    range: [found.range[0] + shift, found.range[1] + shift],
    path: found.path.filter((part) => typeof part === 'string').join('.'),
    description: node.description,
    allowed: allowedAt(found.path, schema),
    usual: node.default === undefined ? null : JSON.stringify(node.default),
  };
}

function keyAt(node: unknown, offset: number, path: SpecPath): { path: SpecPath; range: TextRange } | null {
  const items = isMap<Node, Node | null>(node) ? node.items : [];
  for (const { key, value } of items) {
    if (!isScalar(key)) continue;
    const own = [...path, String(key.value)];
    const range = rangeOf(key);
    if (offset >= range[0] && offset <= range[1]) return { path: own, range };
    const inside = keyAt(value, offset, own);
    if (inside) return inside;
  }
  return null;
}

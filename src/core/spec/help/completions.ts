import { builtinModels } from '../builtinModels';
import { allowedAt, groupIn, type SchemaNode, schemaAt, specJsonSchema } from '../specJsonSchema';
import { valueAt } from '../specIssues';
import { withoutByteOrderMark } from '../specText';
import { readSpecYaml } from '../specYaml';
import { contextAt, type FileContext } from './fileContext';

/** Something that may stand at a place of an experiment file. */
export type Completion = {
  /** The key, or the value as it is written. */
  text: string;
  kind: 'key' | 'value';
  /** What may stand there, in words; null where that is said nowhere. */
  allowed: string | null;
  /** What it is for. */
  description: string | null;
  /** What follows a key: a value in its line, a list in brackets, a group of keys below it. */
  opens: 'value' | 'list' | 'group';
};

/** What may be written at `offset` (UTF-16 units), with where the word begins that it takes the place of; a key that its group has is not offered again. */
export function completionsAt(
  source: string,
  offset: number,
  schema = specJsonSchema(),
): { from: number; items: Completion[] } {
  const text = withoutByteOrderMark(source);
  const shift = source.length - text.length;
  const context = contextAt(text, offset - shift);
  const items = context.expects === 'key' ? keysOf(text, context, schema) : valuesOf(context, schema);
  return { from: context.wordStart + shift, items };
}

function keysOf(text: string, { path, wordStart }: FileContext, schema: SchemaNode): Completion[] {
  const properties = groupIn(inLists(path, schema))?.properties ?? {};
  const written = valueAt(readSpecYaml(text).value, path);
  // The word that is being written is a key too.
  const word = /^[^\s:]*/.exec(text.slice(wordStart))![0];
  const taken = new Set(typeof written === 'object' && written !== null ? Object.keys(written) : []);
  taken.delete(word);
  return Object.entries(properties)
    .filter(([key]) => !taken.has(key))
    .map(([key, node]) => ({
      ...{ text: key, kind: 'key' as const, allowed: allowedAt([key], { properties }) },
      ...{ description: node.description ?? null, opens: opening(node) },
    }));
}

const opening = (node: SchemaNode): Completion['opens'] =>
  node.type === 'array' ? 'list' : groupIn(node)?.properties && node.type !== 'string' ? 'group' : 'value';

function valuesOf({ path, key, expects }: FileContext, schema: SchemaNode): Completion[] {
  if (key === null) return [];
  const node = inLists([...path, key], schema);
  const one = expects === 'item' ? itemOf(node) : node;
  const names = path.length === 0 && key === 'models' && expects === 'item' ? builtinModels : [];
  const allowed = node ? allowedAt([key], { properties: { [key]: node } }) : null;
  return [...new Set([...names, ...literals(one)])].map((text) => ({
    ...{ text, kind: 'value' as const, allowed, description: node?.description ?? null, opens: 'value' as const },
  }));
}

/** The schema of a place; groups in lists are looked through. */
function inLists(path: readonly string[], schema: SchemaNode): SchemaNode | undefined {
  let node: SchemaNode | undefined = schema;
  for (const part of path) {
    const group: SchemaNode | undefined = groupIn(node)?.properties ? node : itemOf(node);
    node = group && schemaAt([part], group);
  }
  return node;
}

function itemOf(node: SchemaNode | undefined): SchemaNode | undefined {
  const list = node?.type === 'array' ? node : node?.anyOf?.find(({ type }) => type === 'array');
  return Array.isArray(list?.items) ? list.items[0] : list?.items;
}

/** Values that can be named: of a list of names each, of yes and no both, else what stands as default or example. */
function literals(node: SchemaNode | undefined): string[] {
  if (!node) return [];
  if (node.enum) return node.enum;
  if (node.type === 'boolean') return ['true', 'false'];
  const ofBranches = (node.anyOf ?? []).flatMap(literals);
  const named = [node.default, ...(node.examples ?? [])].filter((value) => value !== undefined && !isGroup(value));
  return [...ofBranches, ...named.map((value) => JSON.stringify(value))].map((value) =>
    // Plain words need no quotes.
    value.replace(/^"([\w./-]+)"$/, '$1'),
  );
}

const isGroup = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);

import * as z from 'zod';
import { builtinModels, modelPath } from './builtinModels';
import { specSchema } from './spec';
import { usualWorkload } from './usualWorkload';

/** The part of JSON Schema (draft 7) that the experiment file's schema uses. */
export type SchemaNode = {
  type?: string;
  description?: string;
  default?: unknown;
  examples?: unknown[];
  properties?: Record<string, SchemaNode>;
  /** Of a group whose keys are a person's own names. */
  additionalProperties?: SchemaNode | boolean;
  required?: string[];
  items?: SchemaNode | SchemaNode[];
  anyOf?: SchemaNode[];
  enum?: string[];
  minimum?: number;
  exclusiveMinimum?: number;
  maximum?: number;
};

/** A place in an experiment: keys and list indices from the top. */
export type SpecPath = readonly (string | number)[];

let cached: SchemaNode | undefined;

/**
 * The experiment file as JSON Schema draft 7 (what editors read), as a person may write it: keys with
 * defaults are optional. `media/energy.schema.json` holds this text.
 */
export function specJsonSchema(): SchemaNode {
  cached ??= z.toJSONSchema(
    specSchema.meta({
      title: 'Greenbatch experiment',
      description: 'Which batch sizes of which models to measure, and how. Docs: docs/experiment-file.md',
      // What a model is depends on the workload; a file that names none is of the usual one.
      if: { properties: { workload: { const: usualWorkload } } },
      then: {
        properties: { models: { items: { anyOf: [{ enum: builtinModels }, { pattern: modelPath.source }] } } },
      },
    }),
    { io: 'input', target: 'draft-7' },
  ) as SchemaNode;
  return cached;
}

/** The schema of one place; undefined where the schema knows no such place. */
export function schemaAt(path: SpecPath, schema = specJsonSchema()): SchemaNode | undefined {
  let node: SchemaNode | undefined = schema;
  for (const part of path) {
    if (typeof part === 'string') {
      const group: SchemaNode | undefined = groupIn(node);
      const rest = group?.additionalProperties;
      const own = typeof rest === 'object' && rest.type !== undefined ? rest : undefined;
      node = group?.properties && Object.hasOwn(group.properties, part) ? group.properties[part] : own;
    } else {
      const list: SchemaNode | undefined = node?.type === 'array' ? node : node?.anyOf?.find((n) => n.type === 'array');
      node = Array.isArray(list?.items) ? list.items[part] : list?.items;
    }
  }
  return node;
}

/** The group of keys that a place may hold, also where it may hold something else instead. */
export const groupIn = (node: SchemaNode | undefined): SchemaNode | undefined =>
  node?.anyOf && !node.properties ? node.anyOf.find((branch) => branch.properties) : node;

/** What a place may hold, in words: `whole number from 1 to 65536`. null where nothing is known. */
export function allowedAt(path: SpecPath, schema = specJsonSchema()): string | null {
  const node = schemaAt(path, schema);
  return node ? describeAllowed(node) : null;
}

function describeAllowed(node: SchemaNode): string {
  if (node.enum) return oneOf(node.enum);
  if (node.anyOf && node.type === undefined) return oneOf(node.anyOf.map(describeAllowed));
  switch (node.type) {
    case 'integer':
      return `whole number${range(node)}`;
    case 'number':
      return `number${range(node)}`;
    case 'boolean':
      return 'true or false';
    case 'array':
      return Array.isArray(node.items)
        ? `[${node.items.map(describeAllowed).join(', ')}]`
        : `list, each: ${node.items ? describeAllowed(node.items) : 'anything'}`;
    case 'object':
      return node.properties ? `keys ${Object.keys(node.properties).join(', ')}` : 'a group of keys';
    default:
      return node.anyOf ? (node.description ?? 'text') : 'text';
  }
}

function range({ minimum, exclusiveMinimum, maximum }: SchemaNode): string {
  if (exclusiveMinimum !== undefined)
    return ` above ${exclusiveMinimum}${maximum === undefined ? '' : ` up to ${maximum}`}`;
  if (minimum === undefined) return maximum === undefined ? '' : ` up to ${maximum}`;
  return maximum === undefined ? ` from ${minimum} up` : ` from ${minimum} to ${maximum}`;
}

/** `a, b or c`. */
export function oneOf(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}

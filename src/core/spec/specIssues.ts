import type { z } from 'zod';
import { nearestName } from './nearestName';
import { allowedAt, groupIn, oneOf, type SchemaNode, schemaAt, specJsonSchema } from './specJsonSchema';

/** A problem of the data, not yet tied to a line. */
export type SpecIssue = {
  path: readonly PropertyKey[];
  /** What to point at: the value, the key (it should not be there), or the parent (something is missing in it). */
  at: 'value' | 'key' | 'parent';
  message: string;
  allowed: string | null;
  /** What was most likely meant, to be written in place of what is pointed at. */
  instead?: string;
  /** A rule that no JSON schema tells, so that an editor that goes by one says nothing of it. */
  isBeyondSchema?: true;
};

type ZodIssue = z.core.$ZodIssue;

const kindNames: Record<string, string> = {
  integer: 'a whole number',
  number: 'a number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of keys',
};

/** Mistakes of a hundredfold are common at these keys. */
const scaleHints: Record<string, string> = {
  'sla.percentile': 'in percent: 95, not 0.95',
  'sla.minAccuracy': 'a fraction: 0.37, not 37',
};

/**
 * Says each issue of the validator in terms of the file: what stands there, and what may.
 *
 * @param schema what the value was validated by
 */
export function issuesOf(zodIssues: readonly ZodIssue[], value: unknown, schema = specJsonSchema()): SpecIssue[] {
  return zodIssues.flatMap((issue) => issueOf(issue, value, schema));
}

function issueOf(issue: ZodIssue, whole: unknown, schema: SchemaNode): SpecIssue[] {
  const path = issue.path;
  const actual = valueAt(whole, path);
  const allowed = allowedAt(path as (string | number)[], schema);
  const one = (message: string, at: SpecIssue['at'] = 'value', instead?: string): SpecIssue[] => [
    { path, at, message, allowed, ...(instead !== undefined && { instead }) },
  ];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(path, key, schema));
    case 'invalid_union': {
      const branch = issue.errors.find(
        (errors) => !errors.some((e) => e.path.length === 0 && e.code === 'invalid_type'),
      );
      if (!branch) return one(...mismatch(actual, path, schema));
      return branch.flatMap((inner) => issueOf({ ...inner, path: [...path, ...inner.path] }, whole, schema));
    }
    case 'invalid_type':
      return actual === undefined ? one('is missing', 'parent') : one(...mismatch(actual, path, schema));
    case 'too_small':
    case 'too_big': {
      if (Array.isArray(actual))
        return one(actual.length === 0 ? 'is empty' : `has ${actual.length} value${actual.length === 1 ? '' : 's'}`);
      if (typeof actual === 'string')
        return one(actual === '' ? 'is empty' : `is too long (${actual.length} characters)`);
      const hint = scaleHints[path.join('.')];
      return one(
        `${shown(actual)} is too ${issue.code === 'too_small' ? 'small' : 'large'}${hint ? ` (${hint})` : ''}`,
      );
    }
    case 'invalid_value': {
      const names = schemaAt(path as (string | number)[], schema)?.enum ?? [];
      const message = `${shown(actual)} is none of the values${didYouMean(String(actual), names)}`;
      return one(message, 'value', nearestName(String(actual), names));
    }
    case 'invalid_format':
      return one(`${shown(actual)} ${issue.message}`);
    case 'invalid_key':
      return one(`${shown(path.at(-1))} ${issue.issues[0]?.message ?? 'is no name'}`, 'key');
    default:
      return one(issue.message).map((issue) => ({ ...issue, isBeyondSchema: true }));
  }
}

function unknownKey(parent: readonly PropertyKey[], key: string, schema: SchemaNode): SpecIssue {
  const known = Object.keys(groupIn(schemaAt(parent as (string | number)[], schema))?.properties ?? {});
  const elsewhere = placesOf(key, schema);
  const near = nearestName(key, known);
  const isMerge = key === '<<';
  let hint = didYouMean(key, known);
  if (isMerge) hint = '; merge keys are not supported: write the keys out';
  // A name that is nearly right here is meant more often than one that is quite right elsewhere.
  else if (elsewhere.length > 0)
    hint =
      near === undefined
        ? `; it belongs at ${elsewhere.join(' or ')}`
        : `${hint} (${key} is a key of ${elsewhere.map(parentOf).join(' and ')})`;
  return {
    ...{ path: [...parent, key], at: 'key', message: `unknown key${hint}`, allowed: known.join(', ') || null },
    ...(near !== undefined && !isMerge && { instead: near }),
  };
}

const parentOf = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf('.'))) || 'the file itself';

/** Why a value has the wrong kind, where to point, and the mend if it is one of the usual slips. */
function mismatch(
  actual: unknown,
  path: readonly PropertyKey[],
  schema: SchemaNode,
): [message: string, at: 'value', instead?: string] {
  const node = schemaAt(path as (string | number)[], schema);
  const kinds = node?.anyOf && !node.type ? node.anyOf.map((branch) => branch.type) : [node?.type];
  const wantsNumber = kinds.includes('number') || kinds.includes('integer');
  const slip = (wrong: string, mend: string, instead: string): [string, 'value', string] => [
    `${shown(actual)} is ${wrong}: ${mend}`,
    'value',
    instead,
  ];
  if (actual === null) return ['has no value: give one, or take the key out', 'value'];
  if (typeof actual === 'string') {
    const number = actual.trim();
    if (wantsNumber && number !== '' && Number.isFinite(Number(number)))
      return slip('text', `take the quotes away (${number})`, number);
    const unit = /^([\d.]+)\s*(s|sec|seconds|ms|%|px|w|mb)$/i.exec(number);
    if (wantsNumber && unit) return slip('text', "write the number alone, the unit is in the key's name", unit[1]!);
    const meant = kinds.includes('boolean') ? truthWord(number) : undefined;
    if (meant !== undefined) return slip('text', `write ${meant}`, meant);
  }
  if (kinds.includes('array') && !Array.isArray(actual) && typeof actual !== 'object' && !wantsNumber) {
    const list = `[${truth(node, actual) ?? String(actual).slice(0, 40)}]`;
    const message = `${shown(actual)} is not a list: write ${list}`;
    return String(actual).length > 40 ? [message, 'value'] : [message, 'value', list];
  }
  if (kinds.includes('integer') && typeof actual === 'number' && Number.isFinite(actual))
    return [`${shown(actual)} is not a whole number`, 'value'];
  if (kinds.includes('string') && typeof actual !== 'object')
    return slip('not text', 'put it in quotes', JSON.stringify(String(actual)));
  return [
    `must be ${oneOf(kinds.map((kind) => kindNames[kind ?? ''] ?? 'something else'))}, not ${kindOf(actual)}`,
    'value',
  ];
}

/** YAML 1.1 took these words for truth values; 1.2 takes two of them. */
const truthWord = (word: string) =>
  /^(yes|no|on|off|true|false)$/i.test(word) ? String(/^(yes|on|true)$/i.test(word)) : undefined;

/** What a word means in a list of truth values. */
const truth = (list: SchemaNode | undefined, actual: unknown) =>
  !Array.isArray(list?.items) && list?.items?.type === 'boolean' ? truthWord(String(actual)) : undefined;

/** The paths at which the schema knows a key, such as `measure.windowSeconds`, `stages[].variant`. */
function placesOf(key: string, node: SchemaNode, prefix = ''): string[] {
  return Object.entries(groupIn(node)?.properties ?? {}).flatMap(([name, child]) => [
    ...(name === key ? [`${prefix}${name}`] : []),
    ...placesOf(key, child, `${prefix}${name}.`),
    ...(child.items && !Array.isArray(child.items) ? placesOf(key, child.items, `${prefix}${name}[].`) : []),
  ]);
}

export function didYouMean(word: string, candidates: readonly string[]): string {
  const name = nearestName(word, candidates);
  return name === undefined ? '' : `: did you mean ${name}?`;
}

/** The value at a path of plain data; undefined where there is none. */
export function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  let current = value;
  for (const part of path) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, part)) return undefined;
    current = (current as Record<PropertyKey, unknown>)[part];
  }
  return current;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'a group of keys';
  return shown(value);
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

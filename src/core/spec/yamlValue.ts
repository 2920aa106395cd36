/** A value that an edit writes: what JSON knows. */
export type YamlValue = string | number | boolean | null | readonly YamlValue[] | { readonly [key: string]: YamlValue };
export type YamlStyle = 'yaml' | 'json';

/** Words that some reader of YAML 1.1 or 1.2 takes for something other than text. */
const reserved = /^(true|false|yes|no|on|off|y|n|null)$/i;

/**
 * A value on one line, in YAML's flow style, or as JSON (which is YAML too) for files that are written as JSON.
 * Text stands in quotes unless no reader could mistake it.
 */
export function yamlFlow(value: YamlValue, style: YamlStyle = 'yaml'): string {
  if (typeof value === 'string') {
    const isPlain = style === 'yaml' && /^(\.{0,2}\/)?[A-Za-z][\w./-]*$/.test(value) && !reserved.test(value);
    return isPlain ? value : quoted(value);
  }
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Error(`${value} cannot be written to a file`);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map((item: YamlValue) => yamlFlow(item, style)).join(', ')}]`;
  const pairs = Object.entries(value).map(([key, item]) => yamlPair(key, item, style));
  return pairs.length === 0 ? '{}' : `{ ${pairs.join(', ')} }`;
}

/** `key: value` on one line. */
export function yamlPair(key: string, value: YamlValue, style: YamlStyle = 'yaml'): string {
  return `${yamlFlow(key, style)}: ${yamlFlow(value, style)}`;
}

/** JSON leaves U+007F to U+009F as they are; YAML does not allow all of them in a text. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(/\p{Cc}/gu, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A copy of plain data with one value set; parents that are missing become groups of keys. */
export function withValue(data: unknown, path: readonly (string | number)[], value: YamlValue): unknown {
  const [part, ...rest] = path;
  if (part === undefined) return value;
  if (Array.isArray(data) && typeof part === 'number') {
    const copy = [...data];
    copy[part] = withValue(data[part], rest, value);
    return copy;
  }
  const group = typeof data === 'object' && data !== null && !Array.isArray(data) ? data : {};
  const inner = Object.hasOwn(group, part) ? (group as Record<string | number, unknown>)[part] : undefined;
  return { ...group, [part]: withValue(inner, rest, value) };
}

/** Whether two plain data are equal, the order of keys aside. */
export function isSameData(a: unknown, b: unknown): boolean {
  if (a === b || (Number.isNaN(a) && Number.isNaN(b))) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every(
      (key) =>
        Object.hasOwn(b, key) && isSameData((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]),
    )
  );
}

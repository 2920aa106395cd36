import { absolutePaths } from './absolutePaths';

/**
 * Texts without places: what is handed on names files from the workspace on, or by their names alone, and no folder of the
 * machine that measured.
 */

/** The kernel's own, the same on every machine, tell where a counter was read. */
const kernels = /^\/(sys|proc|dev)\//;

/** @param roots folders from which on files are named; longer ones first where one holds another */
export function placeless(text: string, roots: readonly string[]): string {
  const named = roots.reduce((shown, root) => fromRoot(shown, root), text);
  return named.replace(absolutePaths(), (path) =>
    kernels.test(path) ? path : `…/${path.slice(1 + Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')))}`,
  );
}

function fromRoot(text: string, root: string): string {
  // The root of all files would be found in every path.
  if (root.length < 2 || !text.includes(root)) return text;
  const quoted = root.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return text
    .replace(new RegExp(`(?<![\\w.~-])${quoted}[/\\\\](?=\\S)`, 'g'), '')
    .replace(new RegExp(`(?<![\\w.~-])${quoted}(?![\\w./\\\\-])`, 'g'), '.');
}

/** The same of all texts in data, names of keys too; what is no plain data (a buffer) stays as it is. */
export function withoutPlaces<T>(value: T, roots: readonly string[]): T {
  const longestFirst = [...roots].sort((a, b) => b.length - a.length);
  const walk = (part: unknown): unknown => {
    if (typeof part === 'string') return placeless(part, longestFirst);
    if (Array.isArray(part)) return part.map(walk);
    if (typeof part !== 'object' || part === null || Object.getPrototypeOf(part) !== Object.prototype) return part;
    return Object.fromEntries(Object.entries(part).map(([key, of]) => [placeless(key, longestFirst), walk(of)]));
  };
  return walk(value) as T;
}

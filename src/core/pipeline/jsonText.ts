import { plainLine } from '../words/plain';

/** A value of JSON, or why there is none, in one sentence. */
export type ReadJson = { ok: true; value: unknown } | { ok: false; problem: string };

/** Deeper than any file of ours, and no danger to whoever walks through it. */
const maxDepth = 20;

/** Reads JSON of others: what is nested deeply is refused, and a key that stands twice in a group, of which JSON takes the last silently. */
export function readJson(text: string): ReadJson {
  const structure = structureProblem(text);
  // Before it is parsed: deep values are the danger.
  if (structure?.isUnsafe) return { ok: false, problem: structure.message };
  try {
    const value: unknown = JSON.parse(text);
    return structure ? { ok: false, problem: structure.message } : { ok: true, value };
  } catch (error) {
    return { ok: false, problem: `this is not JSON: ${plainLine((error as Error).message, 200)}` };
  }
}

/** One pass by hand: a pattern would try again behind each quote of a string without an end. */
function structureProblem(text: string): { message: string; isUnsafe: boolean } | null {
  /** Keys of each open group; null of a list. */
  const open: (Set<string> | null)[] = [];
  /** The string before, where nothing but blanks stands behind it. */
  let last: string | null = null;
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]!;
    if (sign === ' ' || sign === '\n' || sign === '\r' || sign === '\t') continue;
    if (sign === '"') {
      const from = at;
      for (at++; at < text.length && text[at] !== '"'; at++) if (text[at] === '\\') at++;
      last = text.slice(from, at + 1);
      continue;
    }
    if (sign === '{' || sign === '[') open.push(sign === '{' ? new Set() : null);
    else if (sign === '}' || sign === ']') open.pop();
    else if (sign === ':' && last !== null) {
      const keys = open.at(-1);
      const name = nameOf(last);
      if (keys?.has(name)) {
        const message = `${plainLine(last, 60)} stands twice (line ${lineAt(text, at)}): each key once`;
        return { message, isUnsafe: false };
      }
      keys?.add(name);
    }
    if (open.length > maxDepth) {
      const message = `nested too deeply (line ${lineAt(text, at)}): at most ${maxDepth} levels`;
      return { message, isUnsafe: true };
    }
    last = null;
  }
  return null;
}

/** Two ways of writing a key are one key. */
function nameOf(token: string): string {
  try {
    return JSON.parse(token) as string;
  } catch {
    return token;
  }
}

const lineAt = (text: string, index: number) => text.slice(0, index).split('\n').length;

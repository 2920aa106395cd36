import type { SpecProblem } from '../spec/specProblem';

/** What a reader made of a text, or what is wrong with it, at its places. */
export type Reading<T> = { ok: true; value: T } | { ok: false; problems: SpecProblem[] };

export const read = <T>(value: T): Reading<T> => ({ ok: true, value });

/** @param line from 1 */
export const unread = (line: number, message: string, allowed: string | null = null): Reading<never> => ({
  ok: false,
  problems: [{ line, column: 1, path: '', message, allowed }],
});

/** The same that the schema of a pipeline takes for a name (`core/pipeline/problem.ts`); null: it is one. */
export function nameProblem(name: string): string | null {
  if (name === '') return 'a name is empty';
  if (name.length > 200) return `a name is too long (${name.length} characters, at most 200)`;
  return /\p{Cc}/u.test(name) ? 'a name holds a control character' : null;
}

/** What a text of somebody else's says, as far as it is worth showing. */
export const shown = (text: string) => JSON.stringify(text.length > 60 ? `${text.slice(0, 59)}…` : text);

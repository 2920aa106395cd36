import * as z from 'zod';
import { issuesOf } from '../spec/specIssues';
import type { SchemaNode } from '../spec/specJsonSchema';
import { pathText } from '../spec/specProblem';
import { withoutByteOrderMark } from '../spec/specText';
import { readJson } from './jsonText';
import { withIdleOnce } from './idleOnce';
import { type PipelineProblem, problemSchema } from './problem';

/** Nine stages of as many options as are allowed take half of it. */
export const mostProblemBytes = 32e6;

/** A person mends a hundred problems before reading the next. */
const mostTold = 100;

/** The problem file as JSON Schema, as a person may write it. */
export const problemJsonSchema = (): object =>
  z.toJSONSchema(
    problemSchema.meta({
      title: 'Greenbatch pipeline problem',
      description: 'What `greenbatch pipeline solve problem.json` reads. Docs: docs/pipeline.md',
    }),
    { io: 'input', target: 'draft-7' },
  );

export type ParsedProblem = { ok: true; problem: PipelineProblem } | { ok: false; problems: string[] };

/** Reads a problem file (JSON). All problems are told at once: `stages[0].options[2].cores: 0 is too small (allowed: number above 0)`. Never throws. */
export function parseProblem(text: string): ParsedProblem {
  const read = readJson(withoutByteOrderMark(text));
  if (!read.ok) return { ok: false, problems: [read.problem] };
  const parsed = problemSchema.safeParse(read.value);
  if (parsed.success) return { ok: true, problem: withIdleOnce(parsed.data) };
  const { issues } = parsed.error;
  const told = issuesOf(issues.slice(0, mostTold), read.value, problemJsonSchema() as SchemaNode).slice(0, mostTold);
  const problems = told.map(({ path, message, allowed }) => {
    const field = path.length === 0 ? '' : `${pathText(path)}: `;
    return `${field}${message}${allowed === null ? '' : ` (allowed: ${allowed})`}`;
  });
  return { ok: false, problems: [...problems, ...(issues.length > mostTold ? ['and more problems'] : [])] };
}

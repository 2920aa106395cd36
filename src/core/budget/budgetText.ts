import * as z from 'zod';
import { issuesOf } from '../spec/specIssues';
import { allowedAt, type SchemaNode } from '../spec/specJsonSchema';
import { problemMaker, type SpecProblem } from '../spec/specProblem';
import { placeIssues, withoutByteOrderMark } from '../spec/specText';
import { readSpecYaml } from '../spec/specYaml';
import { type Budget, budgetSchema } from './budget';

let cached: SchemaNode | undefined;

/** The budget file as JSON Schema draft 7, as a person may write it. `media/budget.schema.json` holds this text. */
export function budgetJsonSchema(): SchemaNode {
  cached ??= z.toJSONSchema(
    budgetSchema.meta({
      title: 'Greenbatch budget',
      description: 'What an experiment may take, for "greenbatch check". Docs: docs/ci.md',
    }),
    { io: 'input', target: 'draft-7' },
  ) as SchemaNode;
  return cached;
}

export type ParsedBudget = { ok: true; budget: Budget } | { ok: false; problems: SpecProblem[] };

/** Reads a budget file: YAML 1.2 (so JSON as well), as experiment files are read and within their bounds. Never throws. */
export function parseBudget(source: string): ParsedBudget {
  const text = withoutByteOrderMark(source);
  const { value, problems } = readSpecYaml(text);
  if (problems.length > 0) return { ok: false, problems };
  const schema = budgetJsonSchema();
  if (value === null) {
    const message = 'the file is empty: it needs at least experiment and limits';
    return { ok: false, problems: [problemMaker(text)([0, 0], '', message, allowedAt([], schema))] };
  }
  const parsed = budgetSchema.safeParse(value);
  if (parsed.success) return { ok: true, budget: parsed.data };
  return { ok: false, problems: placeIssues(source, issuesOf(parsed.error.issues, value, schema)) };
}

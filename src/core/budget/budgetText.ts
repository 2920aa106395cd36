import * as z from 'zod';
import { readBySchema } from '../spec/readBySchema';
import type { SchemaNode } from '../spec/specJsonSchema';
import type { SpecProblem } from '../spec/specProblem';
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

/** Reads a budget file, as `readBySchema` does. */
export function parseBudget(source: string): ParsedBudget {
  const read = readBySchema(source, budgetSchema, { json: budgetJsonSchema(), needed: 'experiment and limits' });
  return read.ok ? { ok: true, budget: read.data } : read;
}

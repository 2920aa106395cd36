import type { Document } from 'yaml';
import type * as z from 'zod';
import { issuesOf } from './specIssues';
import { allowedAt, type SchemaNode } from './specJsonSchema';
import { problemMaker, type SpecProblem } from './specProblem';
import { placeIssues, withoutByteOrderMark } from './specText';
import { readSpecYaml } from './specYaml';

export type ReadBySchema<T> =
  { ok: true; data: T; document: Document.Parsed | null; text: string } | { ok: false; problems: SpecProblem[] };

/**
 * Reads a file beside experiments: YAML 1.2 (so JSON as well), as they are read and within their bounds. Never throws.
 *
 * @param json the same schema as JSON Schema: its words tell what may stand where
 * @param needed what an empty file lacks at least
 */
export function readBySchema<T extends z.ZodType>(
  source: string,
  schema: T,
  { json, needed }: { json: SchemaNode; needed: string },
): ReadBySchema<z.output<T>> {
  const text = withoutByteOrderMark(source);
  const { document, value, problems } = readSpecYaml(text);
  if (problems.length > 0) return { ok: false, problems };
  if (value === null) {
    const message = `the file is empty: it needs at least ${needed}`;
    return { ok: false, problems: [problemMaker(text)([0, 0], '', message, allowedAt([], json))] };
  }
  const parsed = schema.safeParse(value);
  return parsed.success
    ? { ok: true, data: parsed.data, document, text }
    : { ok: false, problems: placeIssues(source, issuesOf(parsed.error.issues, value, json)) };
}

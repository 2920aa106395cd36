import * as z from 'zod';
import { issuesOf } from '../spec/specIssues';
import type { SchemaNode } from '../spec/specJsonSchema';
import type { SpecProblem } from '../spec/specProblem';
import { placeIssues, withoutByteOrderMark } from '../spec/specText';
import { readSpecYaml } from '../spec/specYaml';
import { type MachineFile, machineSchema } from './machineSchema';

/** The JSON schema of the file, of what a person may write. */
export const machineJsonSchema = (): object => z.toJSONSchema(machineSchema, { io: 'input', target: 'draft-7' });

/** Reads the description of a machine: YAML 1.2 (so JSON as well), as experiment files are read. Never throws. */
export function parseMachine(
  source: string,
): { ok: true; machine: MachineFile } | { ok: false; problems: SpecProblem[] } {
  const { value, problems } = readSpecYaml(withoutByteOrderMark(source));
  if (problems.length > 0) return { ok: false, problems };
  const parsed = machineSchema.safeParse(value);
  if (parsed.success) return { ok: true, machine: parsed.data };
  const issues = issuesOf(parsed.error.issues, value, machineJsonSchema() as SchemaNode);
  return { ok: false, problems: placeIssues(source, issues) };
}

import { placeIssues, withoutByteOrderMark } from '../spec/specText';
import type { SpecIssue } from '../spec/specIssues';
import { readSpecYaml } from '../spec/specYaml';
import { nameProblem, read, type Reading } from './reading';

/** Numbers by pipeline, task and variant: the schema of IPA's `accuracies.yaml`, and of its fork's `energy_usages.yaml`. */
export type VariantTable = ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<string, number>>>;

type Path = readonly string[];

/** @param notPipelines keys of the top level that are none */
export function readVariantTable(
  source: string,
  allowed: string,
  notPipelines: readonly string[] = [],
): Reading<VariantTable> {
  const { value, problems } = readSpecYaml(withoutByteOrderMark(source));
  if (problems.length > 0) return { ok: false, problems };
  const { table, issues } = tableOf(value, allowed, notPipelines);
  return issues.length > 0 ? { ok: false, problems: placeIssues(source, issues) } : read(table);
}

/** The table in plain data, with what is wrong with it. */
function tableOf(value: unknown, allowed: string, notPipelines: readonly string[]) {
  const issues: SpecIssue[] = [];
  const refuse = (path: Path, message: string, may: string | null = null) =>
    issues.push({ path, at: 'value', message, allowed: may });
  const group = (at: unknown, path: Path, of: string): [string, unknown][] => {
    if (typeof at !== 'object' || at === null || Array.isArray(at)) {
      refuse(path, 'is no group of keys', `${of}: pipeline, task, variant, and below them a number`);
      return [];
    }
    const entries = Object.entries(at);
    for (const [key] of entries) {
      const problem = nameProblem(key);
      if (problem !== null) issues.push({ path: [...path, key], at: 'key', message: problem, allowed: null });
    }
    return entries;
  };
  const table = new Map<string, Map<string, Map<string, number>>>();
  for (const [pipeline, tasks] of group(value, [], 'pipelines')) {
    if (notPipelines.includes(pipeline)) continue;
    const ofPipeline = new Map<string, Map<string, number>>();
    for (const [task, variants] of group(tasks, [pipeline], 'tasks')) {
      const ofTask = new Map<string, number>();
      for (const [variant, number] of group(variants, [pipeline, task], 'variants')) {
        if (typeof number === 'number' && Number.isFinite(number)) ofTask.set(variant, number);
        else refuse([pipeline, task, variant], `is no number (${describe(number)})`, allowed);
      }
      ofPipeline.set(task, ofTask);
    }
    table.set(pipeline, ofPipeline);
  }
  if (table.size === 0 && issues.length === 0) refuse([], 'has no pipeline', 'pipeline → task → variant → number');
  return { table, issues };
}

const describe = (value: unknown) =>
  typeof value === 'object' && value !== null
    ? Array.isArray(value)
      ? 'a list'
      : 'a group of keys'
    : String(value).slice(0, 40);

import type { Node } from 'yaml';
import { type Spec, specSchema } from './spec';
import { checkErrors, checkWarnings } from './specChecks';
import { issuesOf, type SpecIssue } from './specIssues';
import { allowedAt } from './specJsonSchema';
import { pathText, type ProblemMaker, problemMaker, rangeOf, type SpecProblem, type TextRange } from './specProblem';
import { nodesAt, readSpecYaml, type SpecYaml } from './specYaml';

/** A person mends a hundred problems before reading the next. */
const maxProblems = 100;

export type ParsedSpec = { ok: true; spec: Spec; warnings: SpecProblem[] } | { ok: false; problems: SpecProblem[] };

/**
 * Reads the text of an experiment file: YAML 1.2 (so JSON as well), at most 64 × 1024 characters. All
 * problems are told at once, in the order of the file. Never throws.
 */
export function parseSpec(source: string): ParsedSpec {
  const text = withoutByteOrderMark(source);
  const problem = problemMaker(text);
  const yaml = readSpecYaml(text);
  const { value, problems: syntax } = yaml;
  if (value === undefined) return { ok: false, problems: inOrder(syntax) };
  if (value === null && syntax.length === 0) {
    const message = 'the file is empty: it needs at least models and batchSizes';
    return { ok: false, problems: [problem([0, 0], '', message, allowedAt([]))] };
  }
  const place = placer(yaml, problem);
  const parsed = specSchema.safeParse(value);
  const errors = checkErrors(value).map(beyondSchema);
  if (parsed.success && errors.length === 0 && syntax.length === 0) {
    return { ok: true, spec: parsed.data, warnings: inOrder(checkWarnings(parsed.data).map(beyondSchema).map(place)) };
  }
  const schemaErrors = parsed.success ? [] : issuesOf(parsed.error.issues, value);
  const placed = [...errors, ...schemaErrors]
    // After a syntax error, what seems to be missing may stand in the part that could not be understood,
    // and what it touches is not what the author meant.
    .filter((issue) => syntax.length === 0 || issue.at !== 'parent')
    .slice(0, 5 * maxProblems)
    .map(place)
    .filter(({ line, endLine = line }) => !syntax.some((s) => s.path === '' && s.line >= line && s.line <= endLine));
  return { ok: false, problems: inOrder([...syntax, ...placed]) };
}

/** Where in the text of a valid experiment problems stand that only a look beyond the text can find. */
export function placeIssues(source: string, issues: readonly SpecIssue[]): SpecProblem[] {
  const text = withoutByteOrderMark(source);
  const place = placer(readSpecYaml(text), problemMaker(text));
  return inOrder(issues.map(place));
}

/** One problem a line, as compilers print them: `file:line:column field: message (allowed: …)`. */
export function formatProblems(file: string, problems: readonly SpecProblem[]): string {
  return problems
    .map(({ line, column, path, message, allowed }) => {
      const field = path === '' ? '' : ` ${path}:`;
      return `${file}:${line}:${column}${field} ${message}${allowed === null ? '' : ` (allowed: ${allowed})`}`;
    })
    .join('\n');
}

/** Without the mark U+FEFF that some editors put in front; columns count without it, as editors show them. */
export function withoutByteOrderMark(source: string): string {
  return source.startsWith('\uFEFF') ? source.slice(1) : source;
}

const placer =
  (yaml: SpecYaml, problem: ProblemMaker) =>
  (issue: SpecIssue): SpecProblem => ({
    ...problem(placeOf(yaml, issue), pathText(issue.path), issue.message, issue.allowed),
    ...(issue.instead !== undefined && { instead: issue.instead }),
    ...(issue.isBeyondSchema && { isBeyondSchema: true }),
  });

const beyondSchema = (issue: SpecIssue): SpecIssue => ({ ...issue, isBeyondSchema: true });

function placeOf({ document }: SpecYaml, { path, at }: SpecIssue): TextRange {
  if (!document) return [0, 0];
  const filled = (node: Node | null) => node?.range && node.range[1] > node.range[0];
  for (let depth = at === 'parent' ? path.length - 1 : path.length; depth > 0; depth--) {
    const { key, value } = nodesAt(document, path.slice(0, depth));
    const isOwn = depth === path.length;
    // The value itself if there is one; else, and for what holds the missing thing, its key.
    const node = isOwn && at === 'value' && filled(value) ? value : (key ?? value);
    if (node) return rangeOf(node);
  }
  const start = document.contents ? rangeOf(document.contents)[0] : 0;
  return [start, start];
}

function inOrder(problems: readonly SpecProblem[]): SpecProblem[] {
  const sorted = [...problems].sort((a, b) => a.line - b.line || a.column - b.column);
  const next = sorted[maxProblems];
  if (!next) return sorted;
  const more = {
    ...next,
    path: '',
    message: 'and more problems from here on',
    allowed: null,
  };
  return [...sorted.slice(0, maxProblems), more];
}

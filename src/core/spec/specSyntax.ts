import { type Document, isCollection, isScalar, visit, type YAMLError } from 'yaml';
import { type ProblemMaker, rangeOf, type SpecProblem, type TextRange } from './specProblem';

/** One slip can make the rest of a file meaningless; its first consequences are enough. */
const maxSyntaxProblems = 20;

/** What the YAML parser found, in words for someone who has not read the YAML specification. */
export function syntaxProblems(document: Document.Parsed, text: string, problem: ProblemMaker): SpecProblem[] {
  const unresolvedTags = document.warnings.filter(({ code }) => code === 'TAG_RESOLVE_FAILED');
  const errors = [...document.errors, ...unresolvedTags].sort((a, b) => a.pos[0] - b.pos[0]);
  const reported = new Set<number>();
  return errors.slice(0, maxSyntaxProblems).flatMap((error) => {
    const open = unclosedAt(document, error);
    const at: TextRange = open === null ? error.pos : [open, open + 1];
    if (reported.has(at[0])) return [];
    reported.add(at[0]);
    const { message, allowed } =
      open === null ? explain(error) : { message: `${text[open]} is not closed`, allowed: null };
    return problem(at, '', message, allowed);
  });
}

/**
 * Offset of the bracket or quote that the error misses the end of: the slip is there, not where it was noticed,
 * which may be the end of the file.
 */
function unclosedAt(document: Document.Parsed, error: YAMLError): number | null {
  // One code of the parser stands for many errors: its words alone tell which.
  const what = /^(Missing closing|Flow (map|sequence) in .* must be .*end with|Expected flow (map|sequence) to end)/;
  if (!what.test(error.message)) return null;
  const wantsQuote = error.message.startsWith('Missing closing');
  let found: number | null = null;
  visit(document, {
    Node: (_, node) => {
      const isOpened = wantsQuote ? isScalar(node) && /^QUOTE/.test(node.type ?? '') : isCollection(node) && node.flow;
      const [start, end] = rangeOf(node);
      if (isOpened && start < error.pos[0] && end >= error.pos[0]) found = start;
    },
  });
  return found;
}

function explain({ code, message }: YAMLError): { message: string; allowed: string | null } {
  switch (code) {
    case 'MULTIPLE_DOCS':
      return { message: 'a second YAML document begins here', allowed: 'one document in a file' };
    case 'TAB_AS_INDENT':
      return { message: 'a tab indents this line', allowed: 'spaces' };
    case 'BAD_SCALAR_START':
      return { message: 'a value cannot begin with this character', allowed: 'text in quotes' };
    case 'BLOCK_AS_IMPLICIT_KEY':
    case 'MULTILINE_IMPLICIT_KEY':
      return {
        message: 'a key stands where a value was begun',
        allowed: 'keys of one level indented alike; text that holds ": " in quotes',
      };
    case 'NON_STRING_KEY':
      return { message: 'a key is not plain text', allowed: 'keys such as name' };
    case 'TAG_RESOLVE_FAILED':
      return { message: message.replace('tag:yaml.org,2002:', '!!'), allowed: 'values without tags (!)' };
    case 'MISSING_CHAR':
      return { message: message.replace(/^Implicit map keys.*/, 'a key without ": " and a value'), allowed: null };
    default:
      return { message, allowed: null };
  }
}

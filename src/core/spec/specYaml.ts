import { type Document, isAlias, isMap, isScalar, isSeq, type Node, parseDocument } from 'yaml';
import { problemMaker, type SpecProblem, type TextRange } from './specProblem';
import { maxAliases, maxDepth, structureProblems } from './specStructure';
import { syntaxProblems } from './specSyntax';

/** Far beyond any experiment that makes sense, near enough to be answered at once. */
export const maxSpecCharacters = 64 * 1024;
/** A larger file need not be read to know that its text is longer, however it is encoded. */
export const maxSpecBytes = 8 * maxSpecCharacters;

/** The YAML of an experiment file, with what is wrong with it as YAML. */
export type SpecYaml = {
  /** null where the text is no YAML at all. */
  document: Document.Parsed | null;
  /** Plain data; undefined where it cannot be had. */
  value: unknown;
  problems: SpecProblem[];
};

/** Reads one YAML 1.2 document (core schema). Never throws. `text` has no byte order mark. */
export function readSpecYaml(text: string): SpecYaml {
  const problem = problemMaker(text);
  const refused = (range: TextRange, message: string, allowed: string): SpecYaml => ({
    document: null,
    value: undefined,
    problems: [problem(range, '', message, allowed)],
  });
  if (text.length > maxSpecCharacters) {
    return refused([0, 0], `the file has ${text.length} characters`, `at most ${maxSpecCharacters} characters`);
  }
  // Some of them are signs of the YAML library's own between its lexer and its parser.
  const control = /[^\P{Cc}\t\n\r\u0085]/u.exec(text);
  if (control) {
    const code = control[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0');
    const message = `this is not a text file: it holds the control character U+${code}`;
    return refused([control.index, control.index + 1], message, 'YAML text in UTF-8');
  }
  const document = parseDocument(text, {
    schema: 'core',
    merge: false,
    resolveKnownTags: false,
    stringKeys: true,
    // structureProblems looks for them: the library compares each key with each other, a hang in a large file.
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
    keepSourceTokens: true,
  });
  const tooDeep = document.errors.find((error) => error.code === 'RESOURCE_EXHAUSTION');
  if (tooDeep) return refused(tooDeep.pos, 'nested too deeply', `at most ${maxDepth} levels`);
  const structure = structureProblems(document, problem);
  const problems = [...syntaxProblems(document, text, problem), ...structure.problems];
  if (structure.isUnsafe) return { document, value: undefined, problems };
  try {
    return { document, value: document.toJS({ maxAliasCount: maxAliases }), problems };
  } catch {
    const message = 'aliases refer to aliases, which would grow beyond all bounds';
    problems.push(problem([0, 0], '', message, `values that stand for at most ${maxAliases} others`));
    return { document, value: undefined, problems };
  }
}

/** The nodes of a key and its value, through aliases; what is not there is null. */
export function nodesAt(
  document: Document.Parsed,
  path: readonly PropertyKey[],
): { key: Node | null; value: Node | null } {
  let key: Node | null = null;
  let value: Node | null = document.contents;
  for (const part of path) {
    if (isAlias(value)) value = value.resolve(document) ?? null;
    if (isMap<Node, Node | null>(value)) {
      const pair = value.items.findLast((item) => isScalar(item.key) && String(item.key.value) === part);
      key = pair?.key ?? null;
      value = pair?.value ?? null;
    } else if (isSeq<Node>(value) && typeof part === 'number') {
      key = value.items[part] ?? null;
      value = key;
    } else {
      return { key: null, value: null };
    }
  }
  return { key, value };
}

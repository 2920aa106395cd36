import { type Document, isAlias, isMap, isScalar, isSeq, type Node } from 'yaml';
import { type ProblemMaker, pathText, rangeOf, type SpecProblem } from './specProblem';

export const maxDepth = 20;
export const maxAliases = 100;

/**
 * What the YAML grammar permits and an experiment file does not: repeated keys, aliases of nothing or of what
 * they stand in, great depth. `isUnsafe`: the document must not be turned into plain data.
 */
export function structureProblems(
  document: Document.Parsed,
  problem: ProblemMaker,
): { problems: SpecProblem[]; isUnsafe: boolean } {
  const problems: SpecProblem[] = [];
  const anchors = new Set<string>();
  let aliases = 0;
  let isUnsafe = false;
  const refuse = (node: Node, path: readonly PropertyKey[], message: string, allowed: string) => {
    isUnsafe = true;
    problems.push(problem(rangeOf(node), pathText(path), message, allowed));
  };

  const inspect = (node: unknown, path: readonly PropertyKey[], open: readonly string[]): void => {
    if (isAlias(node)) {
      const name = node.source;
      aliases++;
      if (aliases === maxAliases + 1) refuse(node, path, 'too many aliases', `at most ${maxAliases}`);
      else if (open.includes(name)) {
        refuse(node, path, `*${name} stands inside of what it refers to`, 'an alias of a value before it');
      } else if (!anchors.has(name)) {
        refuse(node, path, `*${name} refers to nothing`, 'an alias of an anchor (&name) before it');
      }
    } else if (isScalar(node)) {
      if (node.anchor) anchors.add(node.anchor);
    } else if (isMap(node) || isSeq(node)) {
      if (path.length >= maxDepth) {
        refuse(node, path, 'nested too deeply', `at most ${maxDepth} levels`);
        return;
      }
      const inside = node.anchor ? [...open, node.anchor] : open;
      if (isSeq(node)) node.items.forEach((item, index) => void inspect(item, [...path, index], inside));
      else inspectPairs(node.items, path, inside);
      if (node.anchor) anchors.add(node.anchor);
    }
  };

  const inspectPairs = (
    pairs: readonly { key: unknown; value: unknown }[],
    path: readonly PropertyKey[],
    open: readonly string[],
  ) => {
    const seen = new Map<string, Node>();
    for (const { key, value } of pairs) {
      inspect(key, path, open);
      const name = isScalar(key) ? String(key.value) : '?';
      if (isScalar(key)) {
        const first = seen.get(name);
        if (first) {
          const { line } = problem(rangeOf(first), '', '', null);
          const message = `stands twice, first in line ${line}`;
          problems.push(problem(rangeOf(key), pathText([...path, name]), message, 'each key once'));
        } else seen.set(name, key);
      }
      inspect(value, [...path, name], open);
    }
  };

  inspect(document.contents, [], []);
  return { problems, isUnsafe };
}

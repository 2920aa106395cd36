import { type Document, isCollection, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import { rangeOf } from './specProblem';
import { withValue, type YamlStyle, type YamlValue, yamlFlow, yamlPair } from './yamlValue';

type Path = readonly (string | number)[];
type Map = YAMLMap<Node, Node | null>;

/**
 * The one change of text that sets a value: goes down the path as far as the document has it, and writes
 * there. Whether the result says what it should is for the caller to check (`setInSpec`): YAML has more ways
 * to write things than are worth treating here.
 *
 * @param document parsed from `text`, without errors
 */
export function editYaml(text: string, document: Document.Parsed, path: Path, value: YamlValue): string {
  let node: Node | null = document.contents;
  const style: YamlStyle =
    isMap<Node>(node) && isScalar(node.items[0]?.key) && node.items[0].key.type === 'QUOTE_DOUBLE' ? 'json' : 'yaml';
  const rest = (depth: number) => withValue(undefined, path.slice(depth), value) as YamlValue;
  if (node === null) return insertLine(text, text.length, yamlPair(String(path[0]), rest(1)));
  let colon = -1;
  for (const [depth, part] of path.entries()) {
    if (isMap<Node, Node | null>(node)) {
      const pair: Pair<Node, Node | null> | undefined = node.items.findLast(
        (item) => isScalar(item.key) && String(item.key.value) === part,
      );
      if (!pair) return addPair(text, node, yamlPair(String(part), rest(depth + 1), style));
      colon = text.indexOf(':', rangeOf(pair.key)[1]);
      const [start, end] = pair.value ? rangeOf(pair.value) : [0, 0];
      if (pair.value === null || start === end) return insert(text, colon + 1, ` ${yamlFlow(rest(depth + 1), style)}`);
      node = pair.value;
    } else if (isSeq<Node>(node) && typeof part === 'number' && node.items[part]) {
      node = node.items[part];
    } else if (isSeq(node) || depth === 0) {
      // A list, where a group of keys is needed: not ours to throw away. The caller sees that nothing changed.
      return text;
    } else {
      // A scalar or an alias, where a group of keys is needed.
      return replace(
        text,
        node,
        colon,
        yamlFlow(withValue(node.toJS(document), path.slice(depth), value) as YamlValue, style),
      );
    }
  }
  return replace(text, node, colon, yamlFlow(value, style));
}

/** Puts a value in the place of another; comments that fill lines of their own stay. */
function replace(text: string, node: Node, colon: number, written: string): string {
  const [start, end] = rangeOf(node);
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const isBlock = isCollection(node) && !node.flow;
  if (isBlock && colon >= 0 && text.slice(lineStart, start).trim() === '') {
    // Its lines go, the value moves up behind the colon.
    const lineEnd = nextLine(text, end);
    const comments = commentLines(text.slice(lineStart, lineEnd));
    return `${text.slice(0, colon + 1)} ${written}${text.slice(colon + 1, lineStart)}${comments}${text.slice(lineEnd)}`;
  }
  const comments = isCollection(node) ? commentLines(text.slice(start, end)) : '';
  // A block of text (| or >) counts its last line end in.
  const valueEnd = start + text.slice(start, end).trimEnd().length;
  return text.slice(0, lineStart) + comments + text.slice(lineStart, start) + written + text.slice(valueEnd);
}

/** Adds a pair after the last one of a map, in the map's own style. */
function addPair(text: string, map: Map, pair: string): string {
  const [mapStart, mapEnd] = rangeOf(map);
  const first = map.items[0];
  const last = map.items.at(-1);
  if (!first || !last) return `${text.slice(0, mapStart)}{ ${pair} }${text.slice(mapEnd)}`;
  const end = Math.max(rangeOf(last.key)[1], last.value ? rangeOf(last.value)[1] : 0);
  const column = mapStart - (text.lastIndexOf('\n', mapStart - 1) + 1);
  if (!map.flow) {
    let at = end;
    // Comments that stand deeper belong to the last pair.
    for (let next = nextLine(text, at); commentColumn(text, next) > column; next = nextLine(text, at)) at = next;
    return insertLine(text, at, ' '.repeat(column) + pair);
  }
  const lead = text.slice(mapStart + 1, rangeOf(first.key)[0]);
  const gap = lead.includes('\n')
    ? lead.slice(lead.lastIndexOf('\n', lead.length) - (lead.includes('\r\n') ? 1 : 0))
    : ' ';
  const comma = /^\s*,/.exec(text.slice(end, mapEnd));
  return comma ? insert(text, end + comma[0].length, gap + pair) : insert(text, end, `,${gap}${pair}`);
}

/** Column of the comment that fills the line which starts at `offset`; -1 where there is none. */
function commentColumn(text: string, offset: number): number {
  return /^[ \t]*(?=#)/.exec(text.slice(offset, nextLine(text, offset)))?.[0].length ?? -1;
}

/** The lines of a text that hold a comment and nothing else, with their ends. */
function commentLines(text: string): string {
  return text.match(/^[ \t]*#[^\n]*(\n|$)/gm)?.join('') ?? '';
}

/** Adds a line after the one in which `offset` lies, with the line ends of the text. */
function insertLine(text: string, offset: number, line: string): string {
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  const at = nextLine(text, offset);
  const isClosed = at === 0 || text[at - 1] === '\n';
  return insert(text, at, isClosed ? line + lineEnd : lineEnd + line);
}

/** Where the line after `offset` starts, or the end of the text; `offset` itself where a line starts there already. */
function nextLine(text: string, offset: number): number {
  const end = text.indexOf('\n', offset);
  return end === -1 ? text.length : end + 1;
}

function insert(text: string, offset: number, added: string): string {
  return text.slice(0, offset) + added + text.slice(offset);
}

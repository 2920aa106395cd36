import { type Document, type ParsedNode, parseDocument, type Tags } from 'yaml';

/**
 * YAML as PyYAML's `safe_load` reads it, by which the programs that cfgs come from do: YAML 1.1, in which 010 is eight,
 * `yes` is true and 1e3 is a word, the last of equal keys counts, comments need no space behind a bracket, a comma or
 * a quotation mark, and what stands in brackets may be indented as little as one likes.
 *
 * @returns the document, whose positions are those of `text`; what PyYAML would not read stands in its `errors`
 * @throws RangeError where collections are nested so deep that the stack ends
 */
export function parsePyYaml(text: string): Document.Parsed<ParsedNode, true> {
  const document = parseDocument(plainLayout(text), {
    ...{ version: '1.1', schema: 'yaml-1.1', uniqueKeys: false, merge: false },
    ...{ prettyErrors: false, strict: true, customTags: (tags) => tags.map(asPyYaml) },
  });
  const unknownTags = document.warnings.filter(({ code }) => code === 'TAG_RESOLVE_FAILED');
  document.errors.push(...(unknownTags as unknown as typeof document.errors));
  return document;
}

type Tag = Tags[number];

const digits = '[0-9][0-9_]*';
/** Where PyYAML (yaml/resolver.py) recognises a value by another pattern than the library: by tag and format. */
const patterns: Record<string, RegExp> = {
  'bool true': /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/,
  'bool false': /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/,
  int: /^[-+]?(?:0|[1-9][0-9_]*)$/,
  'int TIME': /^[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+$/,
  float: new RegExp(String.raw`^(?:[-+]?${digits}\.[0-9_]*|\.${digits})$`),
  'float EXP': new RegExp(String.raw`^(?:[-+]?${digits}\.[0-9_]*|\.${digits})[eE][-+][0-9]+$`),
};

function asPyYaml(tag: Tag): Tag {
  if (typeof tag === 'string' || !('test' in tag) || !tag.test) return tag;
  const type = tag.tag.replace('tag:yaml.org,2002:', '');
  const which = type === 'bool' ? ` ${tag.test.test('true')}` : tag.format ? ` ${tag.format}` : '';
  // NaN and infinity are a tag of their own, without a format.
  const isNamed = type === 'float' && tag.test.test('.nan');
  const test = isNamed ? undefined : patterns[type + which];
  return test ? { ...tag, test } : tag;
}

/**
 * The same text with positions kept, in a layout that YAML 1.2 allows as well: comments that touch a bracket, a comma or
 * a quotation mark become spaces, and so do line ends in brackets. Values are not changed.
 */
function plainLayout(text: string): string {
  const parts: string[] = [];
  let copied = 0;
  const blank = (from: number, to: number) => {
    parts.push(text.slice(copied, from), ' '.repeat(to - from));
    copied = to;
  };
  let depth = 0;
  for (let at = 0; at < text.length;) {
    token.lastIndex = at;
    const [found = ''] = token.exec(text) ?? [];
    const first = found[0] ?? '';
    const end = at + found.length;
    // Text over several lines, in which brackets are none; or a quotation without end, which is refused anyhow.
    if ((depth === 0 && /^[|>]/.test(first)) || /^['"]$/.test(found)) break;
    if (first === '#' || (depth > 0 && /^[\r\n]/.test(first))) blank(at, end);
    else if (/^[[{]/.test(first)) depth++;
    else if (/^[\]}]/.test(first)) depth = Math.max(0, depth - 1);
    at = end;
    if (!/^[^\s[\]{},#&*!'"]$/.test(found) || (/^[-?:]/.test(found) && !/\S/.test(text[end] ?? ''))) continue;
    const word = depth > 0 ? wordInside : wordOutside;
    word.lastIndex = at;
    at += word.exec(text)?.[0].length ?? 0;
  }
  return parts.join('') + text.slice(copied);
}

/** Blanks, a comment, a whole quotation, an anchor, alias or tag, a document's end or begin, or one character. */
const token =
  /[ \t]+|#[^\r\n]*|'[^']*(?:''[^']*)*'|"[^"\\]*(?:\\[^][^"\\]*)*"|[&*!][^\s,[\]{}]*|(?:---|\.\.\.)(?!\S)|[^]/y;
/** What follows the first character of a plain word; in brackets, commas and brackets end it too. */
const wordOutside = /[^\r\n:#]*(?:(?::(?=\S)|(?<=\S)#)[^\r\n:#]*)*/y;
const wordInside = /[^\r\n:#,[\]{}]*(?:(?::(?=[^\s,[\]{}])|(?<=\S)#)[^\r\n:#,[\]{}]*)*/y;

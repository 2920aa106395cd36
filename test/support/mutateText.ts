import type { Random } from '../../src/core/statistics/random';

/** What YAML minds. */
const scraps = [
  '\t',
  ' ',
  '  ',
  '\n',
  '\r\n',
  '\r',
  ':',
  ': ',
  '- ',
  '? ',
  ',',
  '[',
  ']',
  '{',
  '}',
  '"',
  "'",
  '#',
  ' #',
  '&a ',
  '*a',
  '*b',
  '!',
  '!!set ',
  '!!int ',
  '|',
  '>',
  '|2-\n',
  '%YAML 1.1\n',
  '---\n',
  '...\n',
  '<<: ',
  '~',
  'null',
  'true',
  '.inf',
  '-.inf',
  '.nan',
  '1e999',
  '-0',
  '9007199254740993',
  '0o17',
  '\uFEFF',
  '\u0000',
  '\u0002',
  '\u001f',
  '\u0018',
  '\u2028',
  '\ud800',
  '\uffff',
  '\\x',
  '"\\u12"',
  '__proto__: ',
  'constructor',
  'batchSizes: ',
  'measure: ',
  'toString',
  '@',
  '`',
  '[[[[[[[[',
  '{{{{',
  '😀',
]; // prettier-ignore

/** A text after one to three random edits: cut, doubled, moved, replaced, scraps put in. @param seeds that pieces of are put in */
export function mutatedText(text: string, seeds: readonly string[], random: Random): string {
  const upTo = (n: number) => Math.floor(random() * (n + 1));
  let result = text;
  for (let edits = 1 + upTo(2); edits > 0; edits--) {
    const from = upTo(result.length);
    const to = Math.min(result.length, from + upTo(random() < 0.8 ? 6 : 120));
    const [head, piece, tail] = [result.slice(0, from), result.slice(from, to), result.slice(to)];
    const scrap = scraps[upTo(scraps.length - 1)] ?? '';
    const other = seeds[upTo(seeds.length - 1)] ?? '';
    const start = upTo(other.length);
    const variants = [
      head + tail,
      head + piece + piece + tail,
      head + scrap + piece + tail,
      head + scrap + tail,
      head + scrap.repeat(1 + upTo(15)) + tail,
      tail + piece + head,
      head + String.fromCharCode(upTo(0xff)) + tail,
      head + other.slice(start, start + upTo(80)) + tail,
    ];
    result = variants[upTo(variants.length - 1)] ?? result;
  }
  return result;
}

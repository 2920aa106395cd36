import { describe, expect, it } from 'vitest';
import { parsePyYaml } from '../../../../src/models/yolo/pyYaml';

const read = (text: string): unknown => {
  const document = parsePyYaml(text);
  if (document.errors[0]) throw document.errors[0];
  return document.toJS();
};

/** Texts with what PyYAML 6.0.3 makes of them (`yaml.safe_load`), written down by hand. */
const readable: [what: string, text: string, value: unknown][] = [
  ['a comment behind a comma', 'a:\n  [[1],#1-P1/2\n   [2],#2\n  ]\n', { a: [[1], [2]] }],
  ['a comment behind a bracket', 'a: [1, 2]#c\nb: {c: 1}#d\n', { a: [1, 2], b: { c: 1 } }],
  ['a comment behind a quotation', `a: 'x'#c\nb: ["y"#d\n]\n`, { a: 'x', b: ['y'] }],
  ['# inside of a word and of a quotation', `a: 80#c\nb: [d#e, '#f', "[#"]\n`, { a: '80#c', b: ['d#e', '#f', '[#'] }],
  ['a key twice: the last counts', 'a: 1\nb: 2\na: 3\n', { a: 3, b: 2 }],
  ['lines in brackets at the very left', 'a:\n [[1,2],\n[3]]\nb: [4,\n5]\n', { a: [[1, 2], [3]], b: [4, 5] }],
  ['a closing bracket at the very left', 'a:\n  [[1],\n]\nb: 2\n', { a: [[1]], b: 2 }],
  ['apostrophes and brackets in words', "a: don't [x # it's\nb: [1]\nc: -[1\n", { a: "don't [x", b: [1], c: '-[1' }],
  ['a comma at the end', 'a: [1, 2,]\n', { a: [1, 2] }],
  ['a directive and a document', '%YAML 1.1\n---\na: [1,\n2]#c\n...\n', { a: [1, 2] }],
  ['another version, all the same', '%YAML 1.2\n---\na: 010\n', { a: 8 }],
  ['an alias', 'a: &x [1,\n2]\nb: *x\n', { a: [1, 2], b: [1, 2] }],
  ['several lines of text', 'a: |\n  [x\n  #y\nb: 2\n', { a: '[x\n#y\n', b: 2 }],
  ['octal, binary and hexadecimal numbers', '[010, -010, 0b11, 0x_1F, 0o17, 08]', [8, -8, 3, 31, '0o17', '08']],
  ['numbers with _ and :', '[1_000, -1_0, 1__0.5_, 1:30, _1]', [1000, -10, 10.5, 90, '_1']],
  ['fractions', '[.5, 0., 010.5, -.5, ., 1.e-3]', [0.5, 0, 10.5, '-.5', '.', 0.001]],
  ['exponents without a point or a sign: words', '[1e-3, 1.0e3, 1.0e+3]', ['1e-3', '1.0e3', 1000]],
  ['truth', '[yes, On, TRUE, no, OFF, False, y, n, tRUE]', [true, true, true, false, false, false, 'y', 'n', 'tRUE']],
  ['nothing', '[~, null, NULL, nUll, ""]', [null, null, null, 'nUll', '']],
];

describe('YAML as PyYAML reads it', () => {
  it.each(readable)('%s', (_, text, value) => {
    expect(read(text)).toEqual(value);
  });

  it('is the same with the line ends of Windows', () => {
    expect(read('a:\r\n [[1],#c\r\n[2]]\r\nb: 3\r\n')).toEqual({ a: [[1], [2]], b: 3 });
  });

  it.each([
    ['a bracket too many', 'a: [1, 2]]\n'],
    ['a bracket without end', 'a: [1, 2\nb: 3\n'],
    ['a quotation without end', "a: 'x\nb: 3\n"],
    ['nothing between two commas', 'a: [1,,2]\n'],
    ['a second document', 'a: b\n---\nc: d\n'],
    ['an alias of nothing', 'a: *b\n'],
    ['a tag of Python', 'a: !!python/object/apply:os.system [id]\n'],
    ['a tag of another program', 'a: !foo 3\n'],
  ])('is not read with %s', (_, text) => {
    expect(() => read(text)).toThrow();
  });

  it('tells places in the text as it was written', () => {
    const document = parsePyYaml('a: [1,#c\n  2]\nb: ]\n');
    expect(document.errors[0]?.pos[0]).toBe('a: [1,#c\n  2]\nb: '.length);
  });

  it('is laid out in time that grows with the text only', () => {
    const start = performance.now();
    for (const piece of ["'", '"', '#', ' #', '[', ':', '- ', "a'", '\\"', '&', '|'])
      try {
        read(piece.repeat(100_000 / piece.length));
      } catch {
        // How it is refused is another test's matter.
      }
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

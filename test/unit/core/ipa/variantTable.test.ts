import { describe, expect, it } from 'vitest';
import { readVariantTable } from '../../../../src/core/ipa/variantTable';
import { problemsOf, valueOf } from '../../../support/ipaFiles';

const problems = (text: string) => problemsOf(readVariantTable(text, 'a number')).join('\n');

describe('numbers by pipeline, task and variant', () => {
  it('are read by their names', () => {
    const table = valueOf(readVariantTable('video:\n  crop: { yolov5n: 45.7, 5: 1 }\nnlp:\n  li: {}\n', 'a number'));
    expect([...table.keys()]).toEqual(['video', 'nlp']);
    expect([...table.get('video')!.get('crop')!]).toEqual(
      expect.arrayContaining([
        ['yolov5n', 45.7],
        ['5', 1],
      ]),
    );
  });

  it('may have keys at the top that are no pipelines', () => {
    expect([...valueOf(readVariantTable('v: { t: { m: 1 } }\nper: x\n', 'a number', ['per'])).keys()]).toEqual(['v']);
  });

  it.each([
    ['', /has no pipeline|is no group/],
    ['[]', /is no group of keys/],
    ['video: 3\n', /1 video is no group of keys tasks/],
    ['video:\n  crop:\n    a: 45\n    b: "46"\n', /4 video.crop.b is no number \(46\) a number/],
    ['video:\n  crop:\n    a: .nan\n', /3 video.crop.a is no number \(NaN\)/],
    ['video:\n  crop:\n    a: [1]\n', /is no number \(a list\)/],
    ['video:\n  crop:\n    a: 1\n    a: 2\n', /4 video.crop.a stands twice, first in line 3/],
    [`video:\n  ${'x'.repeat(201)}: {}\n`, /2 .* a name is too long/],
    ['video:\n  "a\\u0007": {}\n', /2 .* holds a control character/],
    [`a: ${'['.repeat(60)}`, /./],
    ['a: &x { b: *x }\n', /stands inside of what it refers to/],
    [`# ${'x'.repeat(70_000)}`, /the file has 7\d+ characters/],
  ])('are refused at their line (%#)', (text, message) => {
    expect(problems(text)).toMatch(message);
  });

  it('may be called as an object has its own properties', () => {
    const table = valueOf(readVariantTable('constructor:\n  toString:\n    __proto__: 3\n', 'a number'));
    expect(table.get('constructor')?.get('toString')?.get('__proto__')).toBe(3);
  });
});

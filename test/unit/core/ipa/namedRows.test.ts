import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { csvText } from '../../../../src/core/ipa/csvText';
import { numberIn, readNamedRows } from '../../../../src/core/ipa/namedRows';
import { problemsOf, valueOf } from '../../../support/ipaFiles';

const cellsOf = (text: string, needed: string[] = []) =>
  valueOf(readNamedRows(text, needed)).rows.map(({ line, cells }) => [line, ...cells.values()]);

describe('a CSV file as pandas writes it', () => {
  it('has cells by their columns, with the line where a row begins', () => {
    expect(cellsOf('a,b\n1,2\r\n\n"x, y","say ""so"""\n"two\nlines",4\n5,6')).toEqual([
      [2, '1', '2'],
      [4, 'x, y', 'say "so"'],
      [5, 'two\nlines', '4'],
      [7, '5', '6'],
    ]);
    expect(valueOf(readNamedRows('\ufeffa\n1\n', ['a'])).columns).toEqual(['a']);
  });

  it.each([
    ['', 'the file is empty'],
    ['a,b\n', '1  has a head and no row'],
    ['a,b\n1,2\n3\n', '3  has 1 cells; the head has 2 columns'],
    ['a,b\n1,"2\n3,4\n', '2  a quote is not closed'],
    ['a,b\n"1"x,2\n', '2  text follows a closing quote'],
    ['a,a\n1,2\n', '1  has the column "a" twice'],
    ['a,b\n1,\u0000\n', '2  holds a control character'],
    [`a,b\n1,${'x'.repeat(10_001)}\n`, '2  has a cell of unheard-of length'],
    ['x'.repeat(201), '1  has no head of columns'],
    [`a\n${'1\n'.repeat(100_001)}`, '100001  has more than 100000 rows'],
    [`${Array.from({ length: 201 }, (_, i) => `c${i}`).join()}\n`, '1  has more than 200 columns'],
  ])('is refused with its line (%#)', (text, message) => {
    expect(problemsOf(readNamedRows(text, [])).join()).toContain(message);
  });

  it('keeps an apostrophe, which pandas puts before nothing', () => {
    expect(cellsOf("a\n'-x\n")).toEqual([[2, "'-x"]]);
  });

  it('says which column is missing, and which was meant', () => {
    expect(problemsOf(readNamedRows('model_varient\nx\n', ['model_variant']))[0]).toMatch(
      /1 {2}has no column model_variant: did you mean model_varient\? columns model_variant/,
    );
  });

  it('has numbers where a cell is one alone', () => {
    const row = valueOf(readNamedRows('a,b,c,d,e,f\n1e-3,nan,0x10,,.5,1e999\n', [])).rows[0]!;
    expect(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => numberIn(row, name))).toEqual([
      ...[0.001, null, null, null, 0.5, null],
      null,
    ]);
  });

  it('gives back any cells that csvText wrote', () => {
    const cell = fc.string({ maxLength: 20 }).map((text) => text.replace(/[\p{Cc}\ufeff]/gu, '').trim());
    const rows = fc
      .integer({ min: 2, max: 4 })
      .chain((width) =>
        fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 5 }),
      );
    fc.assert(
      fc.property(rows, (cells) => {
        const head = cells[0]!.map((_, i) => `c${i}`);
        expect(cellsOf(csvText([head, ...cells])).map(([, ...texts]) => texts)).toEqual(cells);
      }),
      { numRuns: 200, seed: 5 },
    );
  });
});

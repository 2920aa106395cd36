import { expect, test } from 'vitest';
import { csvNumber, readCsvRows } from '../../../../src/core/words/csvRows';
import { type Random, seededRandom } from '../../../../src/core/statistics/random';
import { toCsv } from '../../../../src/core/export/csv';

const most = { rows: 1000, columns: 20 };
const rows = (text: string) => {
  const found = readCsvRows(text, most);
  return 'problem' in found ? found.problem : found.rows.map(({ line, cells }) => [line, ...cells]);
};

test.each<[string, unknown]>([
  ['', []],
  ['a,b', [[1, 'a', 'b']]],
  [
    '\uFEFFa , b\r\n\r\nc,\r',
    [
      [1, 'a', 'b'],
      [3, 'c', ''],
    ],
  ],
  [
    '"a,""b""\n",c\nd',
    [
      [1, 'a,"b"\n', 'c'],
      [3, 'd'],
    ],
  ],
  ["'=1,'x", [[1, '=1', "'x"]]],
  [',', [[1, '', '']]],
  ['a\n"b', 'line 2: a quote is not closed'],
  ['"a"b', 'line 1: text follows a closing quote'],
  ['a"b', 'line 1: a quote stands within a cell that is not quoted'],
  [','.repeat(20), 'line 1: has more than 20 columns'],
  ['a\n'.repeat(1001), 'line 1001: has more than 1000 rows before it'],
])('%j', (text, expected) => {
  expect(rows(text)).toEqual(expected);
});

test('what is written is read again', () => {
  const random = seededRandom(5);
  const text = (length: number) => Array.from({ length }, () => ' ,"\'=-a\n\r\tß'[Math.floor(random() * 11)]).join('');
  for (let i = 0; i < 500; i++) {
    const made = { columns: ['a', 'b'], rows: [[`${text(3)}x`, `${text(4)}y`]] };
    // Blanks around a cell that needs no quotes are not its own; neither is an apostrophe before what a formula begins with.
    const wanted = made.rows[0]!.map((cell) =>
      /^[=+\-@\t\r]/.test(cell) ? cell : (/[",\r\n]/.test(cell) ? cell : cell.trim()).replace(/^'(?=[=+\-@\t\r])/, ''),
    );
    expect(rows(toCsv(made)), JSON.stringify(made)).toEqual([
      [1, 'a', 'b'],
      [2, ...wanted],
    ]);
  }
});

test('any text has an answer', () => {
  const random: Random = seededRandom(6);
  for (let i = 0; i < 2000; i++) {
    const text = Array.from({ length: 12 }, () => 'a,"\n\r\uFEFF'[Math.floor(random() * 6)]).join('');
    expect(Array.isArray(rows(text)) || /^line \d+: /.test(rows(text) as string)).toBe(true);
  }
});

test.each<[string, number | null]>([
  ['1', 1],
  ['-.5', -0.5],
  ['1.', 1],
  ['+1e-3', 0.001],
  ['1e999', null],
  ['0x10', null],
  ['', null],
  ['1 000', null],
  ['NaN', null],
])('the number %j', (text, number) => {
  expect(csvNumber(text)).toBe(number);
});

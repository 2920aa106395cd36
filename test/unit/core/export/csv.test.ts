import { describe, expect, it } from 'vitest';
import { toCsv } from '../../../../src/core/export/csv';

describe('CSV', () => {
  it('quotes what needs it, leaves unknown numbers empty and defuses formulas', () => {
    const rows = [
      ['a,b', 1.5, null],
      ['say "x"', Number.NaN, '=SUM(A1)'],
      ['two\nlines', -3, '@x'],
    ];
    expect(toCsv({ columns: ['k', 'n', 't'], rows })).toBe(
      'k,n,t\r\n"a,b",1.5,\r\n"say ""x""",,\'=SUM(A1)\r\n"two\nlines",-3,\'@x\r\n',
    );
  });
});

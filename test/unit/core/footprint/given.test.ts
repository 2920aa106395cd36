import { describe, expect, it } from 'vitest';
import { parseGrid, parsePrice, parsePue } from '../../../../src/core/footprint/given';

describe('what a person sets', () => {
  it('is a number, a region with its dataset and year, or a file', () => {
    expect(parseGrid('385')).toEqual({
      grid: { gramsPerKilowattHour: 385, from: 'number', name: '385', dataset: null, year: null, hours: null },
    });
    expect(parseGrid(' de ')).toEqual({
      grid: {
        ...{ gramsPerKilowattHour: 342.06, from: 'region', name: 'Germany', year: 2024, hours: null },
        dataset: 'Ember, Yearly Electricity Data (CC BY 4.0)',
      },
    });
    expect(parseGrid('DE.csv')).toEqual({ file: 'DE.csv' });
    expect(parseGrid('./hours')).toEqual({ file: './hours' });
    expect(parseGrid('0')).toHaveProperty('grid.gramsPerKilowattHour', 0);
  });

  it.each([
    ['Germny', 'did you mean Germany?'],
    ['ZZ', '"ZZ" is no region of the table; allowed'],
    ['385,5', 'is no number of grams'],
    ['-1', 'is no number of grams'],
    ['5001', 'from 0 to 5000'],
    ['0.385', 'not in kilograms'],
    ['385g', 'is no number of grams'],
    ['x'.repeat(10_000), 'is no region'],
  ])('grid %.20s is refused', (text, problem) => {
    const parsed = parseGrid(text);
    expect('problem' in parsed && parsed.problem).toContain(problem);
    expect('problem' in parsed && parsed.problem.length).toBeLessThan(300);
  });

  it('a price is a number and a currency', () => {
    expect(parsePrice('0.30 EUR')).toEqual({ price: { perKilowattHour: 0.3, currency: 'EUR' } });
    expect(parsePrice('12€')).toEqual({ price: { perKilowattHour: 12, currency: '€' } });
    expect(parsePrice('0 Kč')).toEqual({ price: { perKilowattHour: 0, currency: 'Kč' } });
  });

  it.each(['0.30', 'EUR', '0,30 EUR', '-1 EUR', '0.3 <script>', '1 abcdefghi', '1 E U', '9999999 X', ''])(
    'price "%s" is refused',
    (text) => {
      expect(parsePrice(text)).toHaveProperty('problem', expect.stringContaining('as 0.30 EUR'));
    },
  );

  it('a PUE is from 1 on', () => {
    expect(parsePue('1')).toEqual({ pue: 1 });
    expect(parsePue(' 1.25 ')).toEqual({ pue: 1.25 });
    for (const text of ['0.99', '11', '', 'x', '1e1', '-2']) expect(parsePue(text)).toHaveProperty('problem');
  });
});

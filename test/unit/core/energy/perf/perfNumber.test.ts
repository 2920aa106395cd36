import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupedNumber, parseGrouped, parsePlain } from '../../../../../src/core/energy/perf/perfNumber';

describe('parseGrouped', () => {
  it.each([
    ['3.59', 3.59],
    ['0,05', 0.05],
    ['3,352.31', 3352.31],
    ['2.006,65', 2006.65],
    ['5 591,86', 5591.86],
    ['5\u00a0591,86', 5591.86],
    ['5\u202f591,86', 5591.86],
    ["1'234'567.89", 1234567.89],
    ['1’234.50', 1234.5],
    ['12,34,567.89', 1234567.89],
    ['1٬234٫50', 1234.5],
    ['1,234,567', 1234567],
    ['1 234', 1234],
    ['475', 475],
  ])('reads %s', (text, value) => expect(parseGrouped(text)).toBe(value));

  it.each([
    '1,234',
    '1.234',
    '1,23,4',
    '1,234,56',
    '1.234.56',
    '1,2345',
    '12.3',
    '1 2.34',
    '',
    '.5',
    '-1.00',
    '1e3',
    'nan',
  ])('takes %s for no number, or for two', (text) => expect(parseGrouped(text)).toBeNull());

  it('gives back whatever a locale made of a number', () => {
    const locales = fc.constantFrom('en-US', 'de-DE', 'fr-FR', 'de-CH', 'en-IN', 'cs-CZ', 'pt-BR', 'es-ES');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e11 }), locales, (cents, locale) => {
        const options = { minimumFractionDigits: 2, maximumFractionDigits: 2, numberingSystem: 'latn' };
        const text = new Intl.NumberFormat(locale, options).format(cents / 100);
        expect(parseGrouped(text)).toBe(cents / 100);
        expect(new RegExp(`^${groupedNumber}$`).test(text)).toBe(true);
      }),
    );
  });
});

describe('parsePlain', () => {
  it.each([
    ['88.445740', 88.44574],
    ['88,445740', 88.44574],
    ['7', 7],
  ])('reads %s', (text, value) => expect(parsePlain(text)).toBe(value));

  it.each(['', '1,234.5', '1 234', '-1', '1e3', '0x1', '.5', '5.'])('takes %s for none', (text) =>
    expect(parsePlain(text)).toBeNull(),
  );
});

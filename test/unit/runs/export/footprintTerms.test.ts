import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ExpectedError } from '../../../../src/core/failure/expectedError';
import { footprintTerms, type GivenFootprint } from '../../../../src/runs/export/footprintTerms';

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-footprint-'));
const names = { grid: '--grid', price: '--price', pue: '--pue' };
const termsOf = (given: GivenFootprint) => footprintTerms(given, folder, names);

beforeAll(() => {
  writeFileSync(join(folder, 'day.csv'), Array.from({ length: 24 }, (_, i) => `${i},${100 + i}`).join('\n'));
  writeFileSync(join(folder, 'bad.csv'), '0,100\n1,many\n');
  writeFileSync(join(folder, 'large.csv'), Buffer.alloc(4_000_001, '#'));
  mkdirSync(join(folder, 'folder.csv'));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('what carbon and cost are told by', () => {
  it('is nothing where neither a grid nor a price is set', () => {
    expect(termsOf({})).toBeNull();
    expect(termsOf({ grid: ' ', price: '' })).toBeNull();
    expect(() => termsOf({ pue: '1.2' })).toThrow('--pue says nothing without --grid or --price');
  });

  it('is a grid, a price, a factor', () => {
    expect(termsOf({ grid: '385', pue: '1.2' })).toMatchObject({
      grid: { gramsPerKilowattHour: 385 },
      price: null,
      pue: 1.2,
    });
    expect(termsOf({ price: '0.30 EUR' })).toEqual({
      grid: null,
      price: { perKilowattHour: 0.3, currency: 'EUR' },
      pue: null,
    });
  });

  it('is a file of hours from the folder that is named, without its place', () => {
    const { grid } = termsOf({ grid: 'day.csv' })!;
    expect(grid).toMatchObject({ from: 'hours', name: 'day.csv', gramsPerKilowattHour: 111.5 });
    expect(JSON.stringify(grid)).not.toContain(folder);
  });

  it.each([
    ['bad.csv', /^--grid: \/.*bad\.csv: line 2 has "many" for an intensity/, 'usage'],
    ['none.csv', /none\.csv cannot be read: ENOENT/, 'usage'],
    ['folder.csv', /folder\.csv is no regular file/, 'file-not-regular'],
    ['large.csv', /large\.csv is larger than 4 MB/, 'file-too-large'],
    ['/dev/zero', /is no regular file/, 'file-not-regular'],
    ['Nowhere', /--grid: "Nowhere" is no region/, 'usage'],
  ])('grid %s is refused', (grid, message, code) => {
    const refused = () => termsOf({ grid });
    expect(refused).toThrow(message);
    try {
      refused();
    } catch (error) {
      expect((error as ExpectedError).code).toBe(code);
    }
  });

  it('names what was set wrong', () => {
    expect(() => termsOf({ price: 'cheap' })).toThrow(/^--price: "cheap" is no price/);
    expect(() => termsOf({ price: '1 EUR', pue: '0.5' })).toThrow(/^--pue: "0.5" is no power usage/);
  });
});

import { describe, expect, it } from 'vitest';
import { gridRegions, gridTable, regionOf } from '../../../../src/core/footprint/gridIntensity';

describe('the table of grids', () => {
  it('has each country once, in numbers that a grid can have, and says where they are from', () => {
    expect(gridRegions.length).toBe(91);
    expect(new Set(gridRegions.map(({ code }) => code)).size).toBe(91);
    for (const { code, gramsPerKilowattHour } of gridRegions) {
      expect(code).toMatch(/^([A-Z]{2}|WORLD)$/);
      expect(gramsPerKilowattHour, code).toBeGreaterThan(20);
      expect(gramsPerKilowattHour, code).toBeLessThan(1000);
    }
    expect(gridTable).toMatchObject({ year: 2024, licence: 'CC BY 4.0' });
  });

  // As the dataset has them.
  it.each([
    ['DE', 342.06],
    ['fr', 44.18],
    ['USA', 383.55],
    [' united kingdom ', 215.79],
    ['EU', 213.02],
    ['world', 472.94],
    ['PL', 614.98],
  ])('finds %s by code or name', (text, grams) => {
    expect(regionOf(text)?.gramsPerKilowattHour).toBe(grams);
  });

  it.each(['', 'XX', 'D', '__proto__', 'constructor'])('has no region "%s"', (text) => {
    expect(regionOf(text)).toBeNull();
  });

  it('calls each country by the name that belongs to its code', () => {
    const names = new Intl.DisplayNames('en', { type: 'region' });
    const others = { EU: 'European Union', WORLD: 'World', BA: 'Bosnia and Herzegovina', MM: 'Myanmar', XK: 'Kosovo' };
    for (const { code, name } of gridRegions)
      expect(name).toBe(code in others ? others[code as keyof typeof others] : names.of(code));
  });
});

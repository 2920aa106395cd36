import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { chosenFootprint, footprintSetting } from '../../../../src/extension/panel/footprintSetting';

const values: Record<string, unknown> = {};
vi.mock('../../../../src/extension/window/config', () => ({ setting: (key: string) => values[key] }));

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-setting-'));
writeFileSync(join(folder, 'day.csv'), Array.from({ length: 24 }, (_, i) => `${i},${100 + i}`).join('\n'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  Object.assign(values, {
    'footprint.gridIntensity': '',
    'footprint.pricePerKilowattHour': '',
    'footprint.pue': null,
  });
});

describe('the settings of carbon and cost', () => {
  it('are off by default, and with a PUE alone', () => {
    expect(footprintSetting(folder)).toEqual({});
    values['footprint.pue'] = 1.3;
    expect(footprintSetting(folder)).toEqual({});
    expect(chosenFootprint(folder)).toBeNull();
  });

  it('are a country, a file of the folder, a number that is one in the file too', () => {
    values['footprint.pue'] = 1.3;
    values['footprint.gridIntensity'] = 'FR';
    expect(footprintSetting(folder)).toMatchObject({ footprint: { terms: { grid: { name: 'France' }, pue: 1.3 } } });
    values['footprint.gridIntensity'] = 'day.csv';
    expect(footprintSetting(folder)).toMatchObject({ footprint: { terms: { grid: { name: 'day.csv' } } } });
    values['footprint.gridIntensity'] = 385;
    expect(footprintSetting(folder)).toMatchObject({ footprint: { terms: { grid: { gramsPerKilowattHour: 385 } } } });
  });

  it.each([
    ['footprint.gridIntensity', 'none.csv', /^greenbatch\.footprint\.gridIntensity: .*none\.csv cannot be read/],
    ['footprint.gridIntensity', {}, /^greenbatch\.footprint\.gridIntensity: .* is no region/],
    ['footprint.pricePerKilowattHour', '0.3', /^greenbatch\.footprint\.pricePerKilowattHour: "0\.3" is no price/],
  ])('say what is wrong with %s %s', (key, value, problem) => {
    values[key] = value;
    expect(footprintSetting(folder)).toEqual({ footprint: { problem: expect.stringMatching(problem) } });
    expect(() => chosenFootprint(folder)).toThrow(problem);
  });
});

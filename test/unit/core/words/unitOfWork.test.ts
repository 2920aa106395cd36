import { expect, it } from 'vitest';
import { inUnits, joulesPer, keyInUnits, plural } from '../../../../src/core/words/unitOfWork';

it.each([
  ['image', 'images'],
  ['token', 'tokens'],
  ['query', 'queries'],
  ['day', 'days'],
])('more than one %s are %s', (unit, units) => expect(plural(unit)).toBe(units));

it('names the unit in texts and keys, and leaves those that name none', () => {
  expect(inUnits('{units}/s, net J/{unit}', 'token')).toBe('tokens/s, net J/token');
  expect(joulesPer('image')).toBe('J/image');
  expect(keyInUnits('netJoulesPerUnit', 'token')).toBe('netJoulesPerToken');
  expect(keyInUnits('unitsPerSecond', 'query')).toBe('queriesPerSecond');
  for (const key of ['averageWatts', 'joulesPerRequest', 'unit', 'batchLatencyMs.p95'])
    expect(keyInUnits(key, 'token')).toBe(key);
});

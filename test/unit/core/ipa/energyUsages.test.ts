import { describe, expect, it } from 'vitest';
import { energyOf, readEnergyUsages } from '../../../../src/core/ipa/energyUsages';
import { hasIpaData, ipaFile, problemsOf, valueOf } from '../../../support/ipaFiles';

const text = `video:
  crop:
    small: 3
    large: 9
per_batch:
  unit: J/request
  net_of_idle: { video: { crop: { small: { 1: 2.5, 2: 2 } } } }
  including_idle: { video: { crop: { small: { 8: 4, 16: { 1: 5, 2: 6 } } } } }
  idle_watts_per_core: { video: { crop: { small: { 1: 0.5 } } } }
`;

describe('energy_usages.yaml', () => {
  it('has joules of a request by batch size where it says so, else of the variant', () => {
    const usages = valueOf(readEnergyUsages(text));
    const at = (variant: string, batch: number, cores = 1) =>
      energyOf(usages, { pipeline: 'video', task: 'crop', variant, batch, cores });
    expect(at('small', 1)).toEqual({ joulesPerRequest: 2.5, idleWattsPerCore: 0.5, isPerVariant: false });
    expect(at('small', 2)).toEqual({ joulesPerRequest: 2, isPerVariant: false });
    expect(at('small', 8)).toEqual({ joulesPerRequest: 4, energyIncludesIdle: true, isPerVariant: false });
    expect([at('small', 16, 2)?.joulesPerRequest, at('small', 16, 4)?.isPerVariant]).toEqual([6, true]);
    // Of the variant alone it is gross: nobody says that it is not.
    expect(at('small', 4)).toEqual({ joulesPerRequest: 3, energyIncludesIdle: true, isPerVariant: true });
    expect(at('large', 8)?.joulesPerRequest).toBe(9);
    expect(at('medium', 1)).toBeNull();
    expect(usages.hasDummyValues).toBe(false);
  });

  it.each([
    ['video:\n  crop:\n    small: -1\n', /3 video.crop.small is below 0/],
    [text.replace('J/request', 'kWh'), /6 per_batch.unit is another unit than is read J\/request/],
    [text.replace('net_of_idle', 'net'), /7 per_batch.net unknown key/],
    [text.replace('2: 2 ', 'two: 2 '), /7 per_batch.net_of_idle.video.crop.small.two is no batch size/],
    [text.replace('8: 4', '8: x'), /8 .*small.8 is no number from 0/],
    [text.replace('{ 8: 4, 16: { 1: 5, 2: 6 } }', '4'), /8 .*small is no group of keys/],
    ['per_batch: {}\n', /has no pipeline/],
  ])('is refused at its line', (changed, message) => {
    expect(problemsOf(readEnergyUsages(changed)).join('\n')).toMatch(message);
  });

  it.skipIf(!hasIpaData)('of the fork is known by its dummy values (shared data, GREENBATCH_FIXTURES)', () => {
    const usages = valueOf(readEnergyUsages(ipaFile('energy_usages.fork-DUMMY-values.yaml')));
    expect(usages.hasDummyValues).toBe(true);
    expect(
      energyOf(usages, { pipeline: 'video', task: 'classification', variant: 'resnet152', batch: 4, cores: 1 }),
    ).toEqual({
      joulesPerRequest: 143000,
      energyIncludesIdle: true,
      isPerVariant: true,
    });
  });
});

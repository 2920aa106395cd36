import { expect, it } from 'vitest';
import { isOlder, raplDriver } from '../../../src/energy/raplDriver';
import { cpus } from '../../support/machines';

it('takes the driver by family and model', () => {
  const driverOf = (name: keyof typeof cpus) => Object.values(raplDriver(cpus[name]));
  for (const name of ['graniteRapids', 'sierraForest', 'clearwaterForest'] as const)
    expect(driverOf(name)).toEqual(['intel_rapl_tpmi', '6.5']);
  expect(driverOf('sapphireRapids')).toEqual(['intel_rapl_msr', null]);
  expect(driverOf('rome')).toEqual(['intel_rapl_msr', '5.11']);
  expect(driverOf('turin')).toEqual(['intel_rapl_msr', '6.12']);
  // The same numbers of another vendor are another CPU.
  expect(raplDriver({ ...cpus.graniteRapids, vendor: 'other' }).module).toBe('intel_rapl_msr');
});

it('compares releases by number', () => {
  expect(isOlder('6.8.0-45-generic', '6.10')).toBe(true);
  expect(isOlder('6.10.0-rc3', '6.10')).toBe(false);
  expect(isOlder('5.15.153.1-microsoft-standard-WSL2', '6.5')).toBe(true);
  expect(isOlder('7.0.1', '6.12')).toBe(false);
  expect(isOlder('custom', '6.12')).toBe(false);
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readCpuSettings, readTemperatures } from '../../../src/machine/cpuSettings';

let root: string;
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'greenbatch-settings-'));
});
afterEach(() => rmSync(root, { recursive: true }));

it('reads how the CPUs are set', () => {
  const cpus = 'sys/devices/system/cpu';
  write(`${cpus}/smt/control`, 'on\n');
  write(`${cpus}/cpu0/cpufreq/scaling_governor`, 'performance\n');
  write(`${cpus}/cpu0/cpufreq/scaling_driver`, 'intel_pstate\n');
  write(`${cpus}/cpu0/cpufreq/scaling_max_freq`, '3700000\n');
  write(`${cpus}/cpufreq/boost`, '1\n');
  const settings = { smt: 'on', governor: 'performance', scalingDriver: 'intel_pstate', maxFrequencyKhz: 3_700_000 };
  expect(readCpuSettings(root)).toEqual({ ...settings, turboOff: '1' });
  write(`${cpus}/intel_pstate/no_turbo`, '0\n');
  expect(readCpuSettings(root)).toEqual({ ...settings, turboOff: '0' });
});

it('reads the temperature of each zone', () => {
  write('sys/class/thermal/thermal_zone0/type', 'x86_pkg_temp\n');
  write('sys/class/thermal/thermal_zone0/temp', '41500\n');
  write('sys/class/thermal/thermal_zone1/type', 'outside\n');
  write('sys/class/thermal/thermal_zone1/temp', '-3000\n');
  // One that is asleep.
  write('sys/class/thermal/thermal_zone2/type', 'iwlwifi\n');
  write('sys/class/thermal/cooling_device0/temp', '1\n');
  expect(readTemperatures(root)).toEqual({
    ...{ 'thermal_zone0 x86_pkg_temp': 41.5, 'thermal_zone1 outside': -3, 'thermal_zone2 iwlwifi': null },
  });
});

it('knows nothing where there is no /sys', () => {
  const nothing = { smt: null, governor: null, scalingDriver: null, maxFrequencyKhz: null, turboOff: null };
  expect(readCpuSettings(root)).toEqual(nothing);
  expect(readTemperatures(root)).toEqual({});
});

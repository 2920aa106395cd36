import { join } from 'node:path';
import { namesIn, readSmallFile, readWholeNumber } from './smallFile';

/** How the CPUs are set to run, in the system's own words; null where it does not tell. */
export type CpuSettings = {
  /** Whether siblings of a core are used: `on`, `off`, `forceoff`, `notsupported`, … */
  smt: string | null;
  governor: string | null;
  scalingDriver: string | null;
  maxFrequencyKhz: number | null;
  /** `no_turbo` of Intel's driver (1: off), else `boost` of the others (0: off). */
  turboOff: string | null;
};

/** Of the first CPU, where each has its own. @param root of the tree, for tests */
export function readCpuSettings(root = '/'): CpuSettings {
  const cpus = join(root, 'sys/devices/system/cpu');
  const text = (file: string) => readSmallFile(join(cpus, file)).text;
  return {
    smt: text('smt/control'),
    governor: text('cpu0/cpufreq/scaling_governor'),
    scalingDriver: text('cpu0/cpufreq/scaling_driver'),
    maxFrequencyKhz: readWholeNumber(join(cpus, 'cpu0/cpufreq/scaling_max_freq')),
    turboOff: text('intel_pstate/no_turbo') ?? text('cpufreq/boost'),
  };
}

/** Of all CPUs, each once; null where the system does not tell. @param root as above */
export function readGovernors(root = '/'): string | null {
  const folder = join(root, 'sys/devices/system/cpu/cpufreq');
  const governors = namesIn(folder)
    .filter((name) => name.startsWith('policy'))
    .flatMap((name) => readSmallFile(join(folder, name, 'scaling_governor')).text ?? []);
  return governors.length > 0 ? [...new Set(governors)].sort().join(', ') : null;
}

/** Degrees Celsius by zone and kind (`thermal_zone0 x86_pkg_temp`); null where a zone tells none. @param root as above */
export function readTemperatures(root = '/'): Record<string, number | null> {
  const folder = join(root, 'sys/class/thermal');
  const zones = namesIn(folder).filter((name) => name.startsWith('thermal_zone'));
  return Object.fromEntries(
    zones.map((zone) => {
      const { text } = readSmallFile(join(folder, zone, 'temp'));
      // Millidegrees, which may be below 0.
      const degrees = text !== null && /^-?\d+$/.test(text) ? Number(text) / 1000 : null;
      return [`${zone} ${readSmallFile(join(folder, zone, 'type')).text}`, degrees];
    }),
  );
}

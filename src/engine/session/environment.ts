import { readdirSync, readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { gitCommit } from './gitCommit';

/**
 * What may explain a result later: the machine and its settings, once per session. A value that
 * cannot be read is null, never guessed.
 */
export function snapshotEnvironment(workspace: string, powercapRoot: string): Record<string, unknown> {
  const cpuInfo = text('/proc/cpuinfo') ?? '';
  const field = (name: string) => new RegExp(`^${name}\\s*:\\s*(.*)$`, 'm').exec(cpuInfo)?.[1] ?? null;
  const cpu0 = '/sys/devices/system/cpu/cpu0/cpufreq';
  return {
    cpuModel: field('model name') ?? cpus()[0]?.model ?? null,
    sockets: distinct(cpuInfo, 'physical id'),
    physicalCores: physicalCores(),
    logicalCpus: cpus().length,
    allowedCpus: /^Cpus_allowed_list:\s*(.*)$/m.exec(text('/proc/self/status') ?? '')?.[1] ?? null,
    availableParallelism: availableParallelism(),
    smt: text('/sys/devices/system/cpu/smt/control'),
    microcode: field('microcode'),
    virtualMachine: cpuInfo === '' ? null : /\bhypervisor\b/.test(field('flags') ?? ''),
    governor: text(`${cpu0}/scaling_governor`),
    scalingDriver: text(`${cpu0}/scaling_driver`),
    maxFrequencyKhz: number(`${cpu0}/scaling_max_freq`),
    turboOff: text('/sys/devices/system/cpu/intel_pstate/no_turbo') ?? text('/sys/devices/system/cpu/cpufreq/boost'),
    raplLimitsMicrowatts: raplLimits(powercapRoot),
    temperaturesCelsius: temperatures(),
    memoryBytes: totalmem(),
    loadAverage: loadavg(),
    kernel: release(),
    platform: `${platform()}-${arch()}`,
    node: process.version,
    onnxruntimeOptions: { executionMode: 'sequential', graphOptimizationLevel: 'all', enableMemPattern: false },
    git: gitCommit(workspace),
  };
}

/** Physical cores that this process may use: siblings of one core count once. */
export function physicalCores(): number {
  const ids = new Set<string>();
  for (const block of (text('/proc/cpuinfo') ?? '').split('\n\n')) {
    const core = /^core id\s*:\s*(\d+)/m.exec(block)?.[1];
    const socket = /^physical id\s*:\s*(\d+)/m.exec(block)?.[1];
    if (core !== undefined) ids.add(`${socket}/${core}`);
  }
  return Math.max(1, Math.min(ids.size || availableParallelism(), availableParallelism()));
}

function text(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return null;
  }
}

function number(file: string): number | null {
  const value = text(file);
  return value === null || value === '' || Number.isNaN(Number(value)) ? null : Number(value);
}

function distinct(cpuInfo: string, name: string): number | null {
  const values = new Set([...cpuInfo.matchAll(new RegExp(`^${name}\\s*:\\s*(.*)$`, 'gm'))].map((m) => m[1]));
  return values.size || null;
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function raplLimits(root: string): Record<string, number | null> {
  const zones = list(root).filter((name) => /^intel-rapl:[0-9a-f]+$/.test(name));
  return Object.fromEntries(zones.map((zone) => [zone, number(join(root, zone, 'constraint_0_power_limit_uw'))]));
}

function temperatures(): Record<string, number | null> {
  const root = '/sys/class/thermal';
  const zones = list(root).filter((name) => name.startsWith('thermal_zone'));
  return Object.fromEntries(
    zones.map((zone) => {
      const millidegrees = number(join(root, zone, 'temp'));
      return [`${zone} ${text(join(root, zone, 'type'))}`, millidegrees === null ? null : millidegrees / 1000];
    }),
  );
}

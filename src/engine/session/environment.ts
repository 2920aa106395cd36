import { arch, availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { readCpuSettings, readTemperatures } from '../../machine/cpuSettings';
import { namesIn, readWholeNumber } from '../../machine/smallFile';
import { allowedCpus, physicalCores, readCpuInfo } from '../../machine/topology';
import { gitCommit } from './gitCommit';

/**
 * What may explain a result later: the machine and its settings, once per session. A value that
 * cannot be read is null, never guessed.
 */
export function snapshotEnvironment(workspace: string, powercapRoot: string): Record<string, unknown> {
  const info = readCpuInfo();
  return {
    cpuModel: info?.model ?? cpus()[0]?.model ?? null,
    sockets: info?.sockets ?? null,
    physicalCores: physicalCores(info),
    logicalCpus: cpus().length,
    allowedCpus: allowedCpus(),
    availableParallelism: availableParallelism(),
    microcode: info?.microcode ?? null,
    virtualMachine: info?.flags.has('hypervisor') ?? null,
    ...readCpuSettings(),
    raplLimitsMicrowatts: raplLimits(powercapRoot),
    temperaturesCelsius: readTemperatures(),
    memoryBytes: totalmem(),
    loadAverage: loadavg(),
    kernel: release(),
    platform: `${platform()}-${arch()}`,
    node: process.version,
    onnxruntimeOptions: { executionMode: 'sequential', graphOptimizationLevel: 'all', enableMemPattern: false },
    git: gitCommit(workspace),
  };
}

function raplLimits(root: string): Record<string, number | null> {
  const zones = namesIn(root).filter((name) => /^intel-rapl:[0-9a-f]+$/.test(name));
  return Object.fromEntries(
    zones.map((zone) => [zone, readWholeNumber(join(root, zone, 'constraint_0_power_limit_uw'))]),
  );
}

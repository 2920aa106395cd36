import { arch, availableParallelism, loadavg, platform, release, totalmem } from 'node:os';
import { readCpuSettings, readTemperatures } from '../../machine/cpuSettings';
import { machineId } from '../../machine/machineId';
import { processorOf } from '../../machine/processor';
import { allowedCpus, physicalCores, readCpuInfo } from '../../machine/topology';
import { gitCommit } from './gitCommit';

/**
 * What may explain a result later: the machine and its settings, once per session. A value that
 * cannot be read is null, never guessed.
 *
 * @param besides what the energy sources add (`sourceSettings`), and the name that a testbed has for the machine
 */
export function snapshotEnvironment(workspace: string, besides: Record<string, unknown>): Record<string, unknown> {
  const info = readCpuInfo();
  return {
    machineId: machineId(),
    ...processorOf(info),
    physicalCores: physicalCores(info),
    allowedCpus: allowedCpus(),
    availableParallelism: availableParallelism(),
    microcode: info?.microcode ?? null,
    virtualMachine: info?.flags.has('hypervisor') ?? null,
    ...readCpuSettings(),
    ...besides,
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

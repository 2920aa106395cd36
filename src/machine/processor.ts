import { cpus } from 'node:os';
import { type CpuInfo, readCpuInfo } from './topology';

/** Which processors a machine has, under the keys of a session's environment. */
export type Processor = { cpuModel: string | null; sockets: number | null; logicalCpus: number };

export function processorOf(info: CpuInfo | null = readCpuInfo()): Processor {
  const logical = cpus();
  return {
    cpuModel: info?.model ?? logical[0]?.model ?? null,
    sockets: info?.sockets ?? null,
    logicalCpus: logical.length,
  };
}

/**
 * The processors that a session was measured on, where they are others than this machine's; null where they are the same, or
 * where the log does not say.
 */
export function otherProcessor(environment: Record<string, unknown>, here: Processor = processorOf()): string | null {
  const isOther = (['cpuModel', 'sockets', 'logicalCpus'] as const).some(
    (key) => environment[key] != null && here[key] !== null && environment[key] !== here[key],
  );
  return isOther ? processorText(environment) : null;
}

/** `Intel Xeon Gold 6240R, 2 sockets, 96 CPUs`, of what is known. */
export function processorText({ cpuModel, sockets, logicalCpus }: Record<string, unknown>): string {
  return [
    ...(typeof cpuModel === 'string' ? [cpuModel] : []),
    ...(typeof sockets === 'number' ? [`${sockets} ${sockets === 1 ? 'socket' : 'sockets'}`] : []),
    ...(typeof logicalCpus === 'number' ? [`${logicalCpus} logical CPUs`] : []),
  ].join(', ');
}

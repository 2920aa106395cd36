import { spawnSync } from 'node:child_process';
import { ExpectedError } from '../core/failure/expectedError';
import { cpuList } from './topology';

/** Which CPUs a process may use is said when it starts, by util-linux's `taskset`: Node.js has no call for it. */

/**
 * A command that runs only on these CPUs. The process keeps its pid: taskset becomes the command.
 *
 * @param cpus null: wherever this process may run
 */
export function keptTo(cpus: readonly number[] | null, command: string, args: readonly string[]): [string, string[]] {
  return cpus === null ? [command, [...args]] : ['taskset', ['-c', cpuList(cpus), command, ...args]];
}

/** @throws ExpectedError `affinity` where processes cannot be kept to CPUs here, with the way out */
export function requireAffinity(cpus: readonly number[]): void {
  const { error, status, stderr } = spawnSync('taskset', ['-c', cpuList(cpus), 'true'], { encoding: 'utf8' });
  if (!error && status === 0) return;
  const isMissing = (error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT';
  const why = isMissing ? 'taskset (of util-linux) is not installed' : (error?.message ?? stderr.trim());
  throw new ExpectedError(
    'affinity',
    `processes cannot be kept to CPUs of their own here: ${why}. Without that one process can be measured: instances: [1] and measure.pin: none`,
    isMissing && process.platform === 'linux' ? 'sudo apt-get install util-linux' : null,
  );
}

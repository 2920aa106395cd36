import { spawnSync } from 'node:child_process';

/**
 * Whether the program `perf` can be started. `no-tools`: what is called so is a script that looks for the tools of the kernel
 * that runs (/usr/bin/perf of Ubuntu, and of Debian before 12), and they are not installed.
 */
export type PerfProgram = 'there' | 'missing' | 'no-tools' | 'broken';

/** Asks for its version, which takes a few milliseconds; one that does not answer within two seconds is broken. */
export function perfProgram(program: string): PerfProgram {
  const { status, error, stdout, stderr } = spawnSync(program, ['--version'], {
    ...{ encoding: 'utf8', timeout: 2000, maxBuffer: 65_536, stdio: ['ignore', 'pipe', 'pipe'] },
  });
  if ((error as NodeJS.ErrnoException | undefined)?.code === 'ENOENT') return 'missing';
  if (/perf not found for kernel|linux-perf-\S+ is not installed/.test(`${stdout}${stderr}`)) return 'no-tools';
  return status === 0 ? 'there' : 'broken';
}

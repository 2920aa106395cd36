import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** A program `perf` whose events have known watts on each socket; see perfProgramDriver.mjs for what it does. */
export type PerfProgramOptions = {
  /** By event (`energy-pkg`); others stand still. */
  watts?: Record<string, number>;
  sockets?: number[];
  /** Options that it does not know, as older versions. */
  without?: ('json' | 'control')[];
  /** It says so and ends, without counting. */
  refuses?: string;
  diesAfterMs?: number;
  hangsAfterMs?: number;
};

export const programWatts = { 'energy-pkg': 100, 'energy-ram': 10 } as const;

/** What perf 6.1 says to somebody who may not count the machine. */
export const notPermitted = `Error:
Access to performance monitoring and observability operations is limited.
Consider adjusting /proc/sys/kernel/perf_event_paranoid setting to open
access to performance monitoring and observability operations for processes
without CAP_PERFMON, CAP_SYS_PTRACE or CAP_SYS_ADMIN Linux capability.`;

/** What Ubuntu's /usr/bin/perf says where the tools of the running kernel are missing. */
export const wrapperWithoutTools = `WARNING: perf not found for kernel 5.15.0-91

  You may need to install the following packages for this specific kernel:
    linux-tools-5.15.0-91-generic`;

const driver = path.join(import.meta.dirname, 'perfProgramDriver.mjs');
const quoted = (text: string) => `'${text.replaceAll("'", String.raw`'\''`)}'`;

export function makePerfProgram(options: PerfProgramOptions = {}): { program: string; remove(): void } {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'greenbatch-perf-program-'));
  const program = path.join(folder, 'perf');
  const given = JSON.stringify({ watts: programWatts, ...options });
  const command = [process.execPath, driver, given].map(quoted).join(' ');
  writeFileSync(program, `#!/bin/sh\nexec ${command} "$@"\n`);
  chmodSync(program, 0o700);
  return { program, remove: () => rmSync(folder, { recursive: true }) };
}

/** Processes that were started with this program as their perf, and it itself: to see that none is left. */
export function programsOf(program: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1').includes(`GREENBATCH_PERF=${program}\0`);
      } catch {
        return false;
      }
    })
    .map(Number);
}

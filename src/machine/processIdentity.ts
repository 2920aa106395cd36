import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';
import type { ProcessIdentity } from '../core/run/events';
import { readProcFile } from './smallFile';

/**
 * Who a process is, so that it can be signalled later without ever hitting a stranger. Pid, start time and boot id tell
 * it from another one that was given the same pid; but all three are known to everybody, and a log may come from anybody.
 * So a process must also prove itself: by its command line it works at that very run, and it belongs to us.
 */

/** Another one after each start of the machine; null where the system has none. */
export function bootId(): string | null {
  return readProcFile('/proc/sys/kernel/random/boot_id');
}

/** Field 22 of /proc/<pid>/stat: when it started, in ticks since boot. null where it has ended. */
export function parseStartTicks(stat: string): number | null {
  // The command name in parentheses may itself hold spaces and parentheses: fields count from the last one.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // A zombie has ended: its work is over although the pid is still taken.
  return fields[0] === 'Z' || fields[0] === 'X' ? null : Number(fields[19]);
}

/** Of /proc; elsewhere the start second that `ps` prints. null: no such process, or unknown. */
function startTicks(pid: number): number | null {
  const stat = readProcFile(`/proc/${pid}/stat`);
  if (stat !== null) return parseStartTicks(stat);
  if (process.platform !== 'darwin') return null;
  try {
    const text = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
    const started = Date.parse(text);
    return Number.isNaN(started) ? null : started;
  } catch {
    return null;
  }
}

export function identityOf(pid: number): ProcessIdentity {
  return { pid, startTicks: startTicks(pid), bootId: bootId() };
}

/** True only when the very process is still running. Unknown start times count as gone: better no signal than a wrong one. */
export function isRunning(identity: ProcessIdentity): boolean {
  if (identity.startTicks === null || identity.bootId !== bootId()) return false;
  return startTicks(identity.pid) === identity.startTicks;
}

/** Which of our programs a process is: that of a run's engine, or of something that the engine started. */
export type Role = 'engine' | 'trial';

/** Stands on an engine's command line before the folder of a second run that it works at. */
export const secondRunOption = '--interleaved';

/** The command line of a program, as `isProgramOf` reads it. @param run the run's folder */
export const roleArguments = (role: Role, run: string, ...rest: string[]): string[] => [role, ...rest, run];

/** Whether the very process still runs, and is a program of ours that works at this run; whoever's it is. */
export function isProgramOf(identity: ProcessIdentity, role: Role, run: string): boolean {
  return isRunning(identity) && worksAt(identity.pid, role, run);
}

/**
 * Sends a signal to a program of ours that works at this run and belongs to this user.
 *
 * @returns whether there was one
 */
export function signalProgram(identity: ProcessIdentity, role: Role, run: string, signal: NodeJS.Signals): boolean {
  if (!isProgramOf(identity, role, run) || !isOwn(identity.pid)) return false;
  try {
    process.kill(identity.pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** node, the bundle, the role, …, the folder: it may be named in another way. An engine may have a second one. */
function worksAt(pid: number, role: Role, run: string): boolean {
  const line = commandLine(pid);
  if (line === null) return false;
  if (typeof line === 'string') {
    return line.includes(` ${role} `) && (line.trimEnd().endsWith(run) || line.includes(` ${secondRunOption} ${run} `));
  }
  if (line[2] !== role) return false;
  const second = role === 'engine' ? line[line.indexOf(secondRunOption, 3) + 1] : undefined;
  return isSameFolder(line.at(-1)!, run) || (line.includes(secondRunOption, 3) && isSameFolder(second ?? '', run));
}

/** Its arguments; as one text where the system only tells that; null where it tells nothing. */
function commandLine(pid: number): string[] | string | null {
  const line = readProcFile(`/proc/${pid}/cmdline`)?.replace(/\0$/, '');
  if (line !== undefined) return line === '' ? null : line.split('\0');
  if (process.platform !== 'darwin') return null;
  try {
    return execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  } catch {
    return null;
  }
}

function isSameFolder(one: string, other: string): boolean {
  if (one === other) return true;
  const [a, b] = [one, other].map((path) => statSync(path, { throwIfNoEntry: false, bigint: true }));
  return a !== undefined && b !== undefined && a.ino === b.ino && a.dev === b.dev;
}

/** Root may signal everybody's processes, so it is not enough that the system lets us. */
function isOwn(pid: number): boolean {
  return process.geteuid !== undefined && uidOf(pid) === process.geteuid();
}

/** Whose process it is; null where there is none, or that is not known. */
export function uidOf(pid: number): number | null {
  if (process.platform !== 'darwin') return statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid ?? null;
  try {
    return Number(execFileSync('ps', ['-o', 'uid=', '-p', String(pid)], { encoding: 'utf8' }).trim());
  } catch {
    return null;
  }
}

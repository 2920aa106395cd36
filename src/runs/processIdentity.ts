import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { ProcessIdentity } from '../core/run/events';

/**
 * Who a process is, so that it can be signalled later without ever hitting a stranger that was
 * given the same pid: pid, start time and boot id must all match (design, "Living on").
 */

function bootId(): string | null {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return null;
  }
}

/** Field 22 of /proc/<pid>/stat; elsewhere the start second that `ps` prints. null: no such process, or unknown. */
function startTicks(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command name in parentheses may itself hold spaces and parentheses: fields count from the last one.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended: its work is over although the pid is still taken.
    return fields[0] === 'Z' || fields[0] === 'X' ? null : Number(fields[19]);
  } catch {
    if (process.platform !== 'darwin') return null;
  }
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

/** Sends a signal to the very process; false when it is no longer there. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isRunning(identity)) return false;
  try {
    process.kill(identity.pid, signal);
    return true;
  } catch {
    return false;
  }
}

import { closeSync, openSync, readlinkSync, readSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { BusyProcess } from '../core/run/machineLook';
import { plainLine } from '../core/words/plain';
import { monotonicMs } from './clock';
import { ticksPerSecond } from './cpuTime';
import { namesIn } from './smallFile';

/** CPU time of every process since its start, at one moment. */
export type ProcessTimes = ReadonlyMap<number, ProcessTime>;
type ProcessTime = {
  parent: number;
  name: string;
  startTicks: number;
  hasTerminal: boolean;
  ownTicks: number;
  /** Of children that have ended and were waited for, and of theirs. */
  childrenTicks: number;
};

/**
 * Reads /proc/<pid>/stat alone, which waits for no lock of the process (its command line would). null where there is no /proc, or it
 * takes too long.
 */
export function readProcessTimes(root = '/', withinMs = 200): ProcessTimes | null {
  const until = monotonicMs() + withinMs;
  const times = new Map<number, ProcessTime>();
  const buffer = Buffer.alloc(1024);
  for (const name of namesIn(join(root, 'proc'))) {
    if (!/^\d+$/.test(name)) continue;
    if (monotonicMs() > until) return null;
    const stat = readStat(join(root, 'proc', name, 'stat'), buffer);
    const time = stat === null ? null : parseStat(stat);
    if (time !== null) times.set(Number(name), time);
  }
  return times.size > 0 ? times : null;
}

/** null: it has ended, or is hidden from this user. */
function readStat(path: string, buffer: Buffer): string | null {
  let fd: number | null = null;
  try {
    fd = openSync(path, 'r');
    return buffer.toString('latin1', 0, readSync(fd, buffer, 0, buffer.length, 0));
  } catch {
    return null;
  } finally {
    if (fd !== null) closeSync(fd);
  }
}

/** Fields as proc(5) numbers them. A name may hold spaces and parentheses: they count from the last one. */
function parseStat(stat: string): ProcessTime | null {
  const [opened, closed] = [stat.indexOf('('), stat.lastIndexOf(')')];
  const fields = stat.slice(closed + 2).split(' ');
  const field = (number: number) => Number(fields[number - 3]);
  if (opened < 0 || closed < opened || !Number.isFinite(field(22))) return null;
  return {
    parent: field(4),
    name: plainLine(Buffer.from(stat.slice(opened + 1, closed), 'latin1').toString('utf8'), 40),
    startTicks: field(22),
    hasTerminal: field(7) !== 0,
    ownTicks: field(14) + field(15),
    childrenTicks: field(16) + field(17),
  };
}

/**
 * Who used the CPUs between two readings: seconds of the run's own processes, and the others, the busiest first, all of one name together.
 *
 * @param busySeconds CPU time of the machine meanwhile: all together used no more
 * @param own the process that all of the run's descend from
 */
export function busyBetween(
  before: ProcessTimes,
  after: ProcessTimes,
  { busySeconds = Infinity, own = process.pid, root = '/' } = {},
): { ownSeconds: number; others: BusyProcess[] } {
  const used = ticksUsed(before, after, ticksPerSecond * busySeconds);
  const isOwn = (pid: number) => ancestors(after, pid).includes(own);
  const programs = new Map<number, boolean>();
  const isEditor = (pid: number) => {
    const chain = ancestors(after, pid);
    const editor = chain.findIndex((each) => {
      if (!programs.has(each)) programs.set(each, isEditorProgram(root, each));
      return programs.get(each);
    });
    // What somebody started in its terminal is work of its own.
    return editor >= 0 && chain.slice(0, editor + 1).every((each) => !after.get(each)!.hasTerminal);
  };
  let ownTicks = 0;
  const others = new Map<string, Omit<BusyProcess, 'cpuSeconds'> & { ticks: number }>();
  for (const [pid, ticks] of used) {
    if (ticks === 0) continue;
    if (isOwn(pid)) {
      ownTicks += ticks;
      continue;
    }
    const process = named(after, pid, isEditor);
    const key = JSON.stringify([process.name, process.of]);
    others.set(key, { ...process, ticks: (others.get(key)?.ticks ?? 0) + ticks });
  }
  return {
    ownSeconds: ownTicks / ticksPerSecond,
    others: [...others.values()]
      .sort((a, b) => b.ticks - a.ticks)
      .map(({ ticks, ...process }) => ({ ...process, cpuSeconds: ticks / ticksPerSecond })),
  };
}

/**
 * Of each process that is there now, with what its children used that have come and gone since. Who waited for a process whose
 * parent ended first is not told, so of children there may seem to be more than the CPUs had left: then all get less.
 */
function ticksUsed(before: ProcessTimes, after: ProcessTimes, busyTicks: number): Map<number, number> {
  const earlier = (pid: number) => {
    const [then, now] = [before.get(pid), after.get(pid)];
    // Else the pid was given to another process meanwhile.
    return then && now && then.startTicks === now.startTicks ? then : undefined;
  };
  // What was known already of processes that ended: it comes again in the sum of whoever is left of those that waited for them.
  const known = new Map<number, number>();
  for (const [pid, { ownTicks, childrenTicks }] of before) {
    if (earlier(pid)) continue;
    const left = ancestors(before, pid).find((each) => earlier(each));
    if (left !== undefined) known.set(left, (known.get(left) ?? 0) + ownTicks + childrenTicks);
  }
  const used = [...after].map(([pid, now]) => {
    const then = earlier(pid);
    const ended = now.childrenTicks - (then?.childrenTicks ?? 0) - (then ? (known.get(pid) ?? 0) : 0);
    return { pid, own: Math.max(0, now.ownTicks - (then?.ownTicks ?? 0)), ended: Math.max(0, ended) };
  });
  const [own, ended] = [sumOf(used.map((each) => each.own)), sumOf(used.map((each) => each.ended))];
  const share = ended > 0 ? Math.min(1, Math.max(0, busyTicks - own) / ended) : 0;
  return new Map(used.map((each) => [each.pid, each.own + share * each.ended]));
}

const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

/** Itself, its parent, and so on. */
function ancestors(times: ProcessTimes, pid: number): number[] {
  const chain: number[] = [];
  for (let at = pid; times.has(at) && !chain.includes(at); at = times.get(at)!.parent) chain.push(at);
  return chain;
}

/** kthreadd, from which all threads of the kernel descend. */
const kernelParent = 2;
const sshPrograms = ['sshd', 'sshd-session', 'sshd-auth'];

function named(times: ProcessTimes, pid: number, isEditor: (pid: number) => boolean): Pick<BusyProcess, 'name' | 'of'> {
  const { name, parent } = times.get(pid)!;
  if (parent === kernelParent && times.get(kernelParent)?.parent === 0) return { name: 'kernel', of: 'kernel' };
  if (sshPrograms.includes(name)) return { name: 'sshd', of: 'ssh' };
  if (isEditor(pid)) return { name: 'editor', of: 'editor' };
  return { name };
}

/** Folders in which editors of VS Code's kind keep what runs on a remote machine, and names of the programs on one's own. */
const editorFolders =
  /\/(?:\.(?:vscode|vscode-insiders|vscodium|cursor|windsurf|positron)-server(?:-insiders)?|\.vscode-remote|openvscode-server|code-server)\//;
const editorPrograms = ['code', 'code-insiders', 'code-oss', 'codium', 'cursor', 'windsurf', 'positron'];

/** By the program's path, which this user may see of own processes alone. */
function isEditorProgram(root: string, pid: number): boolean {
  try {
    const path = readlinkSync(join(root, 'proc', String(pid), 'exe'));
    return editorFolders.test(path) || editorPrograms.includes(basename(path));
  } catch {
    return false;
  }
}

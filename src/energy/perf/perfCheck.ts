import type { Machine } from '../../core/energy/diagnosis';
import type { Part } from '../../core/energy/source';
import type { FailureCode } from '../../core/failure/failure';
import { perfParanoid } from '../../machine/perfParanoid';
import { aliveWithinMs, watchCounters } from '../watch';
import { openEvent, openEventCounter } from './eventCounter';
import { defaultPmuFolder, partsOf, type Pmu } from './pmu';

/** What helps: in words, and as commands for a terminal of this machine; null where there is no such thing. */
export type Remedy = { advice: string | null; fix: string | null };

/** Whether all asked-for domains of all sockets can be read through perf's events. */
export type PerfCheck = {
  usable: boolean;
  code: Extract<FailureCode, `source-${string}`> | null;
  /** Not usable: why. Usable: what qualifies it, or null. */
  reason: string | null;
  remedy: Remedy;
  /** Every event of every package, whether it can be opened or not. */
  parts: Part[];
  /** Errno's name, or what perfEvent.ts says, of the parts that cannot be opened, by id; DEAD of those that stood still. */
  problems: Map<string, string>;
};

/**
 * As powercap is checked: a locked, missing or dead domain of one socket makes the source unusable; a kind of domain that the
 * machine has no event for only qualifies it. Takes a few milliseconds, or 1.2 s where a counter stands still.
 */
export async function checkPerf(
  pmu: Pmu,
  wanted: readonly Part['kind'][],
  machine: Pick<Machine, 'kind' | 'sockets' | 'vendor'>,
): Promise<PerfCheck> {
  const parts = partsOf(pmu, wanted, machine.vendor === 'amd');
  const refuse = (
    code: PerfCheck['code'],
    reason: string,
    remedy: Remedy,
    problems = new Map<string, string>(),
  ): PerfCheck => ({ usable: false, code, reason, remedy, parts, problems });

  if (pmu.code !== null) return refuse('source-absent', absence(pmu), absenceRemedy(pmu, machine));
  const added = parts.filter((part) => part.added);
  if (added.length === 0) {
    const has = [...new Set(parts.map(({ kind }) => kind))].join(', ');
    return refuse('source-absent', `it has no ${wanted.join(' or ')} event (only ${has})`, nothing);
  }
  const problems = new Map<string, string>();
  for (const part of parts) {
    const opened = openEvent(part);
    if ('code' in opened) problems.set(part.id, opened.code);
    else opened.close();
  }
  const closed = added.flatMap((part) => problems.get(part.id) ?? []);
  if (closed.length > 0) {
    const isDenied = closed.some((code) => code === 'EACCES' || code === 'EPERM');
    const code = closed.length < added.length ? 'source-partial' : isDenied ? 'source-permission' : 'source-absent';
    const causes = [...new Set(closed)].map((cause) => explainProblem(cause)).join('; ');
    return refuse(code, causes, problemRemedy(closed[0]!, machine), problems);
  }
  const unseen = unseenPackages(pmu, parts, machine);
  if (unseen !== null) return refuse('source-partial', unseen, nothing);
  const { dead } = await watchCounters(parts, openEventCounter);
  if (dead.length > 0) {
    const reason = `${dead.join(', ')}: the counter stood still for ${aliveWithinMs / 1000} s`;
    return refuse('source-dead', reason, nothing, new Map(dead.map((id) => [id, 'DEAD'])));
  }
  const absent = wanted.filter((kind) => !added.some((part) => part.kind === kind));
  const notes = absent.map((kind) => `this machine has no ${kind} event: ${kind} energy is not included`);
  return {
    ...{ usable: true, code: null, reason: notes.length > 0 ? notes.join('; ') : null, remedy: nothing },
    parts: parts.filter((part) => !problems.has(part.id)),
    problems,
  };
}

/** Sockets that the PMU has no event of, in words; null where it has all, or is none of this machine. */
export function unseenPackages(
  { folder }: Pmu,
  parts: readonly Part[],
  { sockets }: Pick<Machine, 'sockets'>,
): string | null {
  const seen = new Set(parts.filter(({ kind }) => kind === 'package').map(({ scope }) => scope.number));
  const unseen = folder === defaultPmuFolder ? sockets.filter((socket) => !seen.has(socket)) : [];
  return unseen.length === 0 ? null : `no event for ${unseen.map((socket) => `package-${socket}`).join(', ')}`;
}

export const nothing: Remedy = { advice: null, fix: null };

export function absence({ folder, code }: Pmu): string {
  if (code === 'ENOENT' || code === 'ENOTDIR') return `the kernel has no energy events: ${folder} does not exist`;
  if (code === 'INCOMPLETE') return `${folder} names no event, or no CPU to read it on`;
  return `${folder} cannot be read (${code})`;
}

export function absenceRemedy({ folder }: Pmu, { kind }: Pick<Machine, 'kind'>): Remedy {
  if (folder !== defaultPmuFolder)
    return { advice: 'Check GREENBATCH_PERF_ROOT: the folder must be of a PMU with energy events', fix: null };
  if (kind === 'vm') return { advice: 'A virtual machine has no energy events', fix: null };
  return { advice: 'Load the driver of the events', fix: 'sudo modprobe rapl' };
}

/** One sentence for errno's name, or for what perfEvent.ts says. */
export function explainProblem(code: string): string {
  switch (code) {
    case 'EACCES':
    case 'EPERM': {
      const level = perfParanoid();
      return level !== null && level > 0
        ? `permission denied: perf_event_paranoid is ${level}, and above 0 only root and CAP_PERFMON may read it`
        : 'permission denied, though perf_event_paranoid allows it: a container’s seccomp profile, or a security module';
    }
    case 'ENOSYS':
      return 'the system call perf_event_open is blocked, or the kernel was built without it';
    case 'NO_KOFFI':
      return 'the optional package koffi, by which the kernel is asked, is not there';
    case 'NO_SYSTEM':
      return 'it is read on Linux with an x86-64 CPU alone';
    case 'DEAD':
      return 'dead: the counter did not move in 1.2 s';
    default:
      return `it cannot be opened (${code})`;
  }
}

function problemRemedy(code: string, { kind }: Pick<Machine, 'kind'>): Remedy {
  const isDenied = code === 'EACCES' || code === 'EPERM' || code === 'ENOSYS';
  const level = perfParanoid();
  if (isDenied && level !== null && level > 0) return { advice: null, fix: paranoidFix };
  if (isDenied && kind === 'container')
    return { advice: 'Start the container with --cap-add PERFMON, or a seccomp profile that allows it', fix: null };
  if (code === 'NO_KOFFI') return { advice: 'Install Greenbatch anew, with its optional packages', fix: null };
  return nothing;
}

/** Opens the events of all CPUs to every user, for good; what that betrays is that of CVE-2020-8694. */
export const paranoidFix = [
  "echo 'kernel.perf_event_paranoid = 0' | sudo tee /etc/sysctl.d/70-greenbatch-perf.conf",
  'sudo sysctl kernel.perf_event_paranoid=0',
].join('\n');

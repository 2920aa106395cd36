import type { Part } from '../../core/energy/source';
import type { FailureCode } from '../../core/failure/failure';
import { absentDomains, coverageOf, type FoundDomain, orAllow, refuseUnknownDomains, withoutKind } from '../coverage';
import type { MachineOfCounters } from '../raplDriver';
import { noRemedy, type Remedy } from '../remedy';
import { watchCounters } from '../watch';
import { openEvent, openEventCounter } from './eventCounter';
import { absence, absenceRemedy, explainProblem, problemRemedy } from './perfRemedy';
import { isKernelsPmu, partsOf, type Pmu } from './pmu';

/** Whether all asked-for domains of all sockets can be read through perf's events, but those that may be missing. */
export type PerfCheck = {
  usable: boolean;
  code: Extract<FailureCode, `source-${string}`> | null;
  /** Not usable: why. Usable: what qualifies it, or null. */
  reason: string | null;
  remedy: Remedy;
  /** Every event of every package, whether it can be opened or not; where the source is usable, those that work. */
  parts: Part[];
  /** Ids of domains that may be missing and are: absent, closed, or dead. */
  missing: string[];
  /** Errno's name, or what perfEvent.ts says, of the parts that cannot be opened, by id; DEAD of those that stood still. */
  problems: Map<string, string>;
};

/**
 * As powercap is checked: a locked, missing or dead domain of one socket makes the source unusable, unless it is among those
 * that may be missing and others are left; a kind of domain that the machine has no event for only qualifies it. Takes a few
 * milliseconds, or 1.2 s where a counter stands still.
 *
 * @param allowed ids of domains that may be missing
 * @throws ExpectedError `experiment` where this machine cannot have one of them
 */
export async function checkPerf(
  pmu: Pmu,
  wanted: readonly Part['kind'][],
  machine: MachineOfCounters,
  allowed: readonly string[] = [],
): Promise<PerfCheck> {
  const parts = partsOf(pmu, wanted, machine.vendor === 'amd');
  const refuse = (
    code: PerfCheck['code'],
    reason: string,
    remedy: Remedy,
    problems = new Map<string, string>(),
  ): PerfCheck => ({ usable: false, code, reason, remedy, parts, missing: [], problems });

  if (pmu.code !== null) return refuse('source-absent', absence(pmu), absenceRemedy(pmu, machine));
  const added = parts.filter((part) => part.added);
  if (added.length === 0) {
    const has = [...new Set(parts.map(({ kind }) => kind))].join(', ');
    return refuse('source-absent', `it has no ${wanted.join(' or ')} event (only ${has})`, noRemedy);
  }
  // The topology describes this machine; a PMU made up elsewhere may differ.
  const sockets = isKernelsPmu(pmu.folder) ? machine.sockets : [];
  refuseUnknownDomains(allowed, domainsOf(parts), sockets);
  const problems = new Map<string, string>();
  for (const part of parts) {
    const opened = openEvent(part);
    if ('code' in opened) problems.set(part.id, opened.code);
    else opened.close();
  }
  const open = parts.filter((part) => !problems.has(part.id));
  const { dead } = await watchCounters(open, openEventCounter);
  for (const id of dead) problems.set(id, 'DEAD');
  const { refused, missing } = lacksOf(parts, { wanted, sockets, problems, allowed, machine });
  if (refused) return refuse(refused.code, refused.reason, refused.remedy, problems);
  const absent = wanted.filter((kind) => !added.some((part) => part.kind === kind));
  const notes = absent.map((kind) => withoutKind(kind, 'event', machine.vendor));
  return {
    ...{ usable: true, code: null, reason: notes.length > 0 ? notes.join('; ') : null, remedy: noRemedy },
    parts: parts.filter((part) => !problems.has(part.id)),
    missing,
    problems,
  };
}

export const domainsOf = (parts: readonly Part[]): FoundDomain[] =>
  parts.map(({ id, kind, scope }) => ({ id, kind, socket: scope.number }));

type Refused = Pick<PerfCheck, 'code' | 'reason' | 'remedy'> & { reason: string };

/** What of the asked-for domains gives nothing, whichever way perf is read: why that cannot be, or what may be missing and is. */
export function lacksOf(
  parts: readonly Part[],
  of: {
    wanted: readonly Part['kind'][];
    sockets: readonly number[];
    problems: ReadonlyMap<string, string>;
    allowed: readonly string[];
    machine: MachineOfCounters;
  },
): { refused: Refused | null; missing: string[] } {
  const { problems } = of;
  const added = parts.filter((part) => part.added);
  const lacking = [
    ...added.filter((part) => problems.has(part.id)).map(({ id }) => id),
    ...absentDomains(domainsOf(parts), of.wanted, of.sockets),
  ];
  const { isAnyLeft, isRefused, missing } = coverageOf({ found: added, added, lacking, allowed: of.allowed });
  const ids = lacking.filter(isRefused);
  if (ids.length === 0) return { refused: null, missing };
  const codeOf = (id: string) => problems.get(id) ?? 'ABSENT';
  const codes = [...new Set(ids.map(codeOf))];
  const causes = codes.map((code) => {
    const same = ids.filter((id) => codeOf(id) === code).join(', ');
    return code === 'ABSENT' ? `no event for ${same}` : `${same}: ${explainProblem(code)}`;
  });
  const remedy = problemRemedy(codes[0]!, of.machine);
  const advice = isAnyLeft ? orAllow(remedy.advice, 'perf', lacking) : remedy.advice;
  const refused = { code: refusalCode(codes, isAnyLeft), reason: causes.join('; '), remedy: { ...remedy, advice } };
  return { refused, missing };
}

function refusalCode(codes: readonly string[], isPartial: boolean): PerfCheck['code'] {
  if (codes.every((code) => code === 'DEAD')) return 'source-dead';
  if (isPartial) return 'source-partial';
  return codes.some((code) => code === 'EACCES' || code === 'EPERM') ? 'source-permission' : 'source-absent';
}

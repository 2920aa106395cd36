import type { Machine } from '../core/energy/diagnosis';
import type { Part } from '../core/energy/source';
import { ExpectedError } from '../core/failure/expectedError';

/**
 * Which domains there have to be, whatever kind of source counts them, and which of them may be missing. They follow from
 * the sockets: the package of each, and the memory of each where one has it. Half a machine is refused, unless
 * `measure.allowMissing` lists the other half.
 */

/** A domain that a source has found, whether its counter works or not. */
export type FoundDomain = { id: string; kind: Part['kind']; socket: number | null };

/**
 * Ids of domains that were asked for and found nowhere.
 *
 * @param sockets with an online CPU; empty where they are not known (the counters are of another machine), then those that were found
 */
export function absentDomains(
  found: readonly FoundDomain[],
  wanted: readonly Part['kind'][],
  sockets: readonly number[],
): string[] {
  const ids = new Set(found.map(({ id }) => id));
  const packages = found.filter(({ kind }) => kind === 'package');
  const seen = new Set(packages.map(({ socket }) => socket));
  const hasDram = found.some(({ kind }) => kind === 'dram');
  const unseen = sockets.filter((socket) => !seen.has(socket)).map((socket) => `package-${socket}`);
  // A package of several dies has memory for each of them.
  return [...packages.map(({ id }) => id), ...unseen].flatMap((id) =>
    [id, ...(hasDram ? [id.replace('package', 'dram')] : [])].filter(
      (one) => !ids.has(one) && wanted.includes(one.slice(0, one.indexOf('-'))),
    ),
  );
}

/**
 * Refuses what `measure.allowMissing` lists and this machine cannot have: it would be taken for a domain that may be missing,
 * and the one that was meant would not be.
 *
 * @throws ExpectedError `experiment`
 */
export function refuseUnknownDomains(
  allowed: readonly string[],
  found: readonly FoundDomain[],
  sockets: readonly number[],
): void {
  for (const id of allowed) {
    if (found.some((domain) => domain.id === id)) continue;
    const [, kind, digits] = /^([a-z]+)-(\d+)/.exec(id) ?? [];
    const socket = Number(digits);
    const others = found
      .filter((domain) => domain.kind === kind && domain.socket === socket)
      .map((domain) => domain.id);
    const isElsewhere = sockets.length > 0 && !sockets.includes(socket);
    if (!isElsewhere && others.length === 0) continue;
    const there = isElsewhere
      ? `this machine has ${sockets.length === 1 ? 'socket' : 'sockets'} ${sockets.join(', ')}`
      : `socket ${socket} has ${others.join(', ')}`;
    throw new ExpectedError('experiment', `measure.allowMissing: there can be no ${id} here: ${there}`);
  }
}

/**
 * What a lack means for an experiment.
 *
 * @param found every domain of the kinds that were asked for, whether its counter works or not
 * @param lacking ids that were asked for and give nothing: absent, unreadable, dead
 */
export function coverageOf(of: {
  found: readonly Pick<FoundDomain, 'id'>[];
  added: readonly Pick<Part, 'id' | 'added'>[];
  lacking: readonly string[];
  allowed: readonly string[];
}): { isAnyLeft: boolean; isRefused: (id: string) => boolean; missing: string[] } {
  const { found, added, lacking, allowed } = of;
  const isAnyLeft = added.some((part) => part.added && !lacking.includes(part.id));
  return {
    isAnyLeft,
    // Where nothing is left, nothing is measured, whatever may be missing.
    isRefused: (id) => !isAnyLeft || !allowed.includes(id),
    missing: allowed.filter((id) => lacking.includes(id) || !found.some((domain) => domain.id === id)),
  };
}

/** What mends a lack, and how an experiment does without, a line each. */
export const orAllow = (advice: string | null, kind: string, ids: readonly string[]): string =>
  [
    ...(advice === null ? [] : [advice]),
    `To measure without, and have every result say so: measure.source: ${kind} and measure.allowMissing: [${ids.join(', ')}]`,
  ].join('\n');

/** A kind of domain that the whole machine has not: said of a result, and no fault. */
export function withoutKind(kind: Part['kind'], what: 'counter' | 'event', vendor: Machine['vendor']): string {
  const whose = kind === 'dram' && vendor === 'amd' ? 'AMD CPUs have' : 'this machine has';
  return `${whose} no ${kind} ${what}: ${kind} energy is not included`;
}

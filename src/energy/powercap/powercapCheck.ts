import type { FailureCode } from '../../core/failure/failure';
import type { Part, Reading } from '../../core/energy/source';
import { isDeniedCode, partsOf, type PowercapTree, type Zone } from './powercap';
import { absenceRemedy, driverRemedy, maskedRemedy, permissionRemedy } from './powercapRemedy';
import { openCounter } from './counterFile';
import { absentDomains, coverageOf, orAllow, refuseUnknownDomains, withoutKind } from '../coverage';
import type { MachineOfCounters } from '../raplDriver';
import { advise, noRemedy, type Remedy } from '../remedy';
import { aliveWithinMs, watchCounters } from '../watch';

type SourceErrorCode = Extract<FailureCode, `source-${string}`>;

/** Whether all asked-for domains of all sockets can be measured, but those that may be missing. */
export type PowercapCheck = {
  usable: boolean;
  code: SourceErrorCode | null;
  /** Not usable: why. Usable: what qualifies it, or null. */
  reason: string | null;
  remedy: Remedy;
  /** The readable domains, with `added` as it counts; where the source is usable, without dead ones. */
  domains: Part[];
  /** Ids of domains that may be missing and are: absent, unreadable, or dead. */
  missing: string[];
  /** Ids of domains whose counter stood still. */
  dead: string[];
  /** What helps each domain that makes the source unusable, by id. */
  remedies: Map<string, Remedy>;
  /** Id of a mirror → id of the domain that shows the same register. */
  mirrors: Map<string, string>;
};

/** Two dies whose counters are this close since boot are one register, read twice. */
const mirrorMicrojoules = 1e6;

/**
 * Refuses rather than measure half a machine: a locked, missing or dead domain on one socket makes
 * the source unusable, unless it is among those that may be missing and others are left. A kind of domain that no socket
 * has (dram on desktop CPUs and AMD) only qualifies it. Takes a few milliseconds, or
 * 1.2 s where a counter stands still.
 *
 * @param allowed ids of domains that may be missing; a zone without a readable name is none: nobody knows what it counts
 * @throws ExpectedError `experiment` where this machine cannot have one of them
 */
export async function checkPowercap(
  tree: PowercapTree,
  wanted: readonly Part['kind'][],
  machine: MachineOfCounters,
  allowed: readonly string[] = [],
): Promise<PowercapCheck> {
  const asked = tree.zones.filter((zone) => zone.twinOf === null && wanted.some((kind) => kind === zone.kind));
  // A zone without a readable name may be a package of another socket.
  const nameless = tree.zones.filter((zone) => zone.kind === 'unknown' && zone.code !== null);
  const domains = partsOf(tree.zones, wanted);
  const refuse = (code: SourceErrorCode, reason: string, remedy: Remedy): PowercapCheck => ({
    ...{ usable: false, code, reason, remedy, domains, missing: [] },
    ...{ dead: [], remedies: new Map(), mirrors: new Map() },
  });

  if (isDeniedCode(tree.code))
    return refuse(
      'source-permission',
      `${tree.root} cannot be listed: permission denied`,
      absenceRemedy(tree, machine),
    );
  if (tree.isMasked) return refuse('source-absent', masking(tree), maskedRemedy);
  if (asked.length === 0 && !nameless.some(isDenied))
    return refuse('source-absent', absence(tree, wanted, nameless), absenceRemedy(tree, machine));
  // The topology describes this machine; a tree elsewhere (a test, another host's) may differ.
  const sockets = tree.isKernels ? machine.sockets : [];
  const found = tree.zones.filter((zone) => zone.twinOf === null);
  refuseUnknownDomains(allowed, found, sockets);
  const { dead, first, last } = await watchCounters(domains, openCounter);
  const mirrors = mirrorsOf(domains, first, last);
  const absent = absentDomains(found, wanted, sockets);
  const unreadable = asked.filter((zone) => !zone.readable);
  const lacking = [...unreadable.map((zone) => zone.id), ...absent, ...dead];
  const { isAnyLeft, isRefused, missing } = coverageOf({ found: asked, added: domains, lacking, allowed });

  const locked = [...unreadable.filter((zone) => isRefused(zone.id)), ...nameless];
  const remedies = new Map<string, Remedy>();
  const refusals: { code: SourceErrorCode; reason: string; remedy: Remedy }[] = [];
  if (locked.length > 0) {
    const denied = locked.filter((zone) => isDenied(zone));
    const isPartial = asked.some((zone) => zone.readable);
    const code = isPartial ? 'source-partial' : denied.length > 0 ? 'source-permission' : 'source-dead';
    const open = (zones: readonly Zone[]) =>
      permissionRemedy(
        tree,
        machine,
        zones.flatMap((zone) => zone.lockedFiles),
      );
    for (const zone of locked) remedies.set(zone.id, isDenied(zone) ? open([zone]) : driverRemedy(machine));
    refusals.push({
      code,
      reason: unreadableText(locked),
      remedy: denied.length > 0 ? open(denied) : driverRemedy(machine),
    });
  }
  const gone = absent.filter(isRefused);
  if (gone.length > 0)
    refusals.push({
      code: 'source-partial',
      reason: `no counter for ${gone.join(', ')}`,
      remedy: driverRemedy(machine),
    });
  const still = dead.filter(isRefused);
  if (still.length > 0) {
    const reason = `${still.join(', ')}: the counter stood still for ${aliveWithinMs / 1000} s`;
    const onlyDram = still.every((id) => domains.find((d) => d.id === id)?.kind === 'dram');
    const remedy =
      onlyDram && wanted.includes('package')
        ? advise('Measure without it: measure.domains: [package]')
        : driverRemedy(machine);
    for (const id of still) remedies.set(id, remedy);
    refusals.push({ code: 'source-dead', reason, remedy });
  }
  const [refusal] = refusals;
  if (refusal) {
    const reason = refusals.map((one) => one.reason).join('; ');
    const remedy = isAnyLeft && nameless.length === 0 ? orWithout(refusal.remedy, lacking) : refusal.remedy;
    return { ...refuse(refusal.code, reason, remedy), dead, remedies };
  }
  return {
    ...{ usable: true, code: null, remedy: noRemedy, missing, dead, remedies, mirrors },
    reason: qualification(asked, wanted, mirrors, machine),
    domains: domains.filter((d) => !dead.includes(d.id)).map((d) => (mirrors.has(d.id) ? { ...d, added: false } : d)),
  };
}

const orWithout = ({ advice, fix }: Remedy, ids: readonly string[]): Remedy => ({
  advice: orAllow(advice, 'powercap', ids),
  fix,
});

/** Each cause once, with the domains that it concerns: a machine with two sockets has four for one. */
function unreadableText(locked: readonly Zone[]): string {
  const byCause = new Map<string, string[]>();
  for (const zone of locked) {
    const cause = explainCode(zone.code);
    byCause.set(cause, [...(byCause.get(cause) ?? []), zone.id]);
  }
  return [...byCause].map(([cause, ids]) => `${ids.join(', ')}: ${cause}`).join('; ');
}

/** One sentence for errno's name, or for EMPTY, GARBAGE, UNNAMED. */
export function explainCode(code: string | null): string {
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return 'permission denied: only root may read it, since CVE-2020-8694';
    case 'ENOENT':
      return 'there is no such file, or the link leads nowhere';
    case 'EIO':
      return 'the driver reports an input/output error';
    case 'ENODATA':
      return 'the driver has no data for it';
    case 'EMPTY':
      return 'the counter file is empty';
    case 'GARBAGE':
      return 'the counter file holds no number';
    case 'UNNAMED':
      return 'the zone has no readable name, so nobody knows what it counts';
    default:
      return `cannot be read (${code})`;
  }
}

/** Whether permission is all that it lacks, for its counter or for its name. */
export function isDenied(zone: Pick<Zone, 'lockedFiles'>): boolean {
  return zone.lockedFiles.length > 0;
}

const masking = ({ root, isKernels }: PowercapTree): string =>
  `the links in ${root} lead nowhere: /sys/devices/virtual/powercap is ` +
  (isKernels ? 'masked, as runtimes of containers do since 2023' : 'not mounted with them');

function absence(tree: PowercapTree, wanted: readonly string[], nameless: readonly Zone[]): string {
  if (tree.code !== null) {
    return tree.code === 'ENOENT' || tree.code === 'ENOTDIR'
      ? `there are no energy counters: ${tree.root} does not exist`
      : `${tree.root}: ${explainCode(tree.code)}`;
  }
  if (nameless.length > 0) return unreadableText(nameless);
  if (tree.zones.length === 0) return `${tree.root} holds no intel-rapl zone`;
  return `${tree.root} has no ${wanted.join(' or ')} counter (only ${tree.zones.map((zone) => zone.id).join(', ')})`;
}

function qualification(
  asked: readonly Zone[],
  wanted: readonly string[],
  mirrors: Map<string, string>,
  { vendor }: MachineOfCounters,
): string | null {
  const absent = wanted.filter((kind) => !asked.some((zone) => zone.kind === kind));
  const notes = absent.map((kind) => withoutKind(kind, 'counter', vendor));
  for (const [id, of] of mirrors) notes.push(`${id} shows the same counter as ${of} and is not added again`);
  return notes.length > 0 ? notes.join('; ') : null;
}

/**
 * AMD Zen 1 and 2 list one zone for each die of a package, and all show the package's register:
 * adding them up multiplies the energy (codecarbon #1274). Dies of Cascade Lake AP differ.
 */
function mirrorsOf(domains: readonly Part[], first: Reading, last: Reading): Map<string, string> {
  const mirrors = new Map<string, string>();
  domains.forEach((domain, i) => {
    const original = domains.findIndex((other, j) => {
      const same =
        other.kind === domain.kind && other.scope.number === domain.scope.number && domain.scope.number !== null;
      return j < i && same && isClose(first, i, j) && isClose(last, i, j);
    });
    if (original >= 0) mirrors.set(domain.id, domains[original]!.id);
  });
  return mirrors;
}

function isClose(reading: Reading, i: number, j: number): boolean {
  const [a, b] = [reading.counters[i] ?? null, reading.counters[j] ?? null];
  return a !== null && b !== null && Math.abs(a - b) < mirrorMicrojoules;
}

import type { FailureCode } from '../../core/failure/failure';
import type { Machine } from '../../core/energy/diagnosis';
import type { Part, Reading } from '../../core/energy/source';
import { permissionFix } from './permissionFix';
import { defaultPowercapRoot, partsOf, type PowercapTree, type Zone } from './powercap';
import { openCounter } from './counterFile';
import { absentDomains, coverageOf, orAllow, refuseUnknownDomains } from '../coverage';
import { aliveWithinMs, watchCounters } from '../watch';

type SourceErrorCode = Extract<FailureCode, `source-${string}`>;

/** What helps: in words, and as commands for a terminal of this machine; null where there is no such thing. */
type Remedy = { advice: string | null; fix: string | null };
const noRemedy: Remedy = { advice: null, fix: null };
const advise = (advice: string): Remedy => ({ advice, fix: null });
const fixWith = (fix: string): Remedy => ({ advice: null, fix });

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
  machine: Pick<Machine, 'kind' | 'sockets'>,
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

  if (asked.length === 0 && !nameless.some(isDenied))
    return refuse('source-absent', absence(tree, wanted, nameless), absenceRemedy(tree, machine));
  // The topology describes this machine; a tree elsewhere (a test, another host's) may differ.
  const sockets = tree.root === defaultPowercapRoot ? machine.sockets : [];
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
      fixWith(
        permissionFix(
          tree.root,
          zones.flatMap((zone) => zone.lockedFiles),
        ),
      );
    for (const zone of locked) remedies.set(zone.id, isDenied(zone) ? open([zone]) : driverRemedy);
    refusals.push({ code, reason: unreadableText(locked), remedy: denied.length > 0 ? open(denied) : driverRemedy });
  }
  const gone = absent.filter(isRefused);
  if (gone.length > 0)
    refusals.push({ code: 'source-partial', reason: `no counter for ${gone.join(', ')}`, remedy: driverRemedy });
  const still = dead.filter(isRefused);
  if (still.length > 0) {
    const reason = `${still.join(', ')}: the counter stood still for ${aliveWithinMs / 1000} s`;
    const onlyDram = still.every((id) => domains.find((d) => d.id === id)?.kind === 'dram');
    const remedy =
      onlyDram && wanted.includes('package') ? advise('Measure without it: measure.domains: [package]') : driverRemedy;
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
    reason: qualification(asked, wanted, mirrors),
    domains: domains.filter((d) => !dead.includes(d.id)).map((d) => (mirrors.has(d.id) ? { ...d, added: false } : d)),
  };
}

const orWithout = ({ advice, fix }: Remedy, ids: readonly string[]): Remedy => ({
  advice: orAllow(advice, 'powercap', ids),
  fix,
});

const driverRemedy: Remedy = {
  advice: 'Look at what the driver says (sudo dmesg | grep -i rapl), and load it again',
  fix: 'sudo modprobe -r intel_rapl_msr && sudo modprobe intel_rapl_msr',
};

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
      return 'the link leads nowhere (in a container the host’s /sys/devices is not mounted)';
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

function absence(tree: PowercapTree, wanted: readonly string[], nameless: readonly Zone[]): string {
  if (tree.code !== null) {
    return tree.code === 'ENOENT' || tree.code === 'ENOTDIR'
      ? `there are no energy counters: ${tree.root} does not exist`
      : `${tree.root}: ${explainCode(tree.code)}`;
  }
  if (nameless.length > 0) return nameless.map((zone) => `${zone.zone}: ${explainCode(zone.code)}`).join('; ');
  if (tree.zones.length === 0) return `${tree.root} holds no intel-rapl zone`;
  return `${tree.root} has no ${wanted.join(' or ')} counter (only ${tree.zones.map((zone) => zone.id).join(', ')})`;
}

function absenceRemedy(tree: PowercapTree, machine: Pick<Machine, 'kind'>): Remedy {
  if (tree.root !== defaultPowercapRoot) {
    return advise(
      'Check measure.powercapRoot and GREENBATCH_POWERCAP_ROOT: the folder must hold zones such as intel-rapl:0',
    );
  }
  if (machine.kind === 'vm')
    return advise('A virtual machine has no energy counters: run on bare metal, or take the estimate');
  if (machine.kind === 'container') {
    return advise(
      'Start the container with the host’s counters: -v /sys/devices/virtual/powercap:/sys/devices/virtual/powercap:ro -v /sys/class/powercap:/sys/class/powercap:ro',
    );
  }
  return {
    advice: 'Load the driver (it needs an Intel CPU since Sandy Bridge, or AMD since Zen)',
    fix: 'sudo modprobe intel_rapl_msr',
  };
}

function qualification(asked: readonly Zone[], wanted: readonly string[], mirrors: Map<string, string>): string | null {
  const absent = wanted.filter((kind) => !asked.some((zone) => zone.kind === kind));
  const notes = absent.map((kind) => `this machine has no ${kind} counter: ${kind} energy is not included`);
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

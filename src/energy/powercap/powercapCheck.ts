import { setTimeout as sleep } from 'node:timers/promises';
import type { FailureCode } from '../../core/failure/failure';
import type { Part, Reading } from '../../core/energy/source';
import { permissionFix } from './permissionFix';
import { isDeniedCode, partsOf, type PowercapTree, type Zone } from './powercap';
import { absenceRemedy, driverRemedy, type MachineOfCounters, maskedRemedy } from './powercapRemedy';
import { openCounter } from './counterFile';
import { readCounters } from '../reader';
import { advise, fixWith, noRemedy, type Remedy } from '../remedy';

type SourceErrorCode = Extract<FailureCode, `source-${string}`>;

/** Whether all asked-for domains of all sockets can be measured. */
export type PowercapCheck = {
  usable: boolean;
  code: SourceErrorCode | null;
  /** Not usable: why. Usable: what qualifies it, or null. */
  reason: string | null;
  remedy: Remedy;
  /** The readable domains, with `added` as it counts. */
  domains: Part[];
  /** Ids of domains whose counter stood still. */
  dead: string[];
  /** What helps each domain that makes the source unusable, by id. */
  remedies: Map<string, Remedy>;
  /** Id of a mirror → id of the domain that shows the same register. */
  mirrors: Map<string, string>;
};

/** A live counter moves every millisecond; the slowest known one (psys of some servers) once a second. */
const aliveWithinMs = 1200;
/** Two dies whose counters are this close since boot are one register, read twice. */
const mirrorMicrojoules = 1e6;

/**
 * Refuses rather than measure half a machine: a locked, missing or dead domain on one socket makes
 * the source unusable. A kind of domain that no socket has (dram on desktop CPUs and AMD) only
 * qualifies it. Takes a few milliseconds, or
 * 1.2 s where a counter stands still.
 */
export async function checkPowercap(
  tree: PowercapTree,
  wanted: readonly Part['kind'][],
  machine: MachineOfCounters,
): Promise<PowercapCheck> {
  const asked = tree.zones.filter((zone) => zone.twinOf === null && wanted.some((kind) => kind === zone.kind));
  // A zone without a readable name may be a package of another socket.
  const nameless = tree.zones.filter((zone) => zone.kind === 'unknown' && zone.code !== null);
  const domains = partsOf(tree.zones, wanted);
  const refuse = (code: SourceErrorCode, reason: string, remedy: Remedy): PowercapCheck => ({
    ...{ usable: false, code, reason, remedy, domains, dead: [], remedies: new Map(), mirrors: new Map() },
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
  const locked = [...asked, ...nameless].filter((zone) => !zone.readable);
  if (locked.length > 0) {
    const denied = locked.filter((zone) => isDenied(zone));
    const isPartial = asked.some((zone) => zone.readable);
    const code = isPartial ? 'source-partial' : denied.length > 0 ? 'source-permission' : 'source-dead';
    const open = (zones: readonly Zone[]) =>
      fixWith(
        permissionFix(
          tree,
          zones.flatMap((zone) => zone.lockedFiles),
        ),
      );
    const remedies = new Map(locked.map((zone) => [zone.id, isDenied(zone) ? open([zone]) : driverRemedy(machine)]));
    return { ...refuse(code, unreadable(locked), denied.length > 0 ? open(denied) : driverRemedy(machine)), remedies };
  }
  const missing = missingDomains(tree, asked, wanted, machine.sockets);
  if (missing.length > 0)
    return refuse('source-partial', `no counter for ${missing.join(', ')}`, driverRemedy(machine));

  const { dead, mirrors } = await watchCounters(domains);
  if (dead.length > 0) {
    const reason = `${dead.join(', ')}: the counter stood still for ${aliveWithinMs / 1000} s`;
    const onlyDram = dead.every((id) => domains.find((d) => d.id === id)?.kind === 'dram');
    const remedy =
      onlyDram && wanted.includes('package')
        ? advise('Measure without it: measure.domains: [package]')
        : driverRemedy(machine);
    return { ...refuse('source-dead', reason, remedy), dead, remedies: new Map(dead.map((id) => [id, remedy])) };
  }
  return {
    ...{ usable: true, code: null, remedy: noRemedy, dead, remedies: new Map(), mirrors },
    reason: qualification(asked, wanted, mirrors, machine),
    domains: domains.map((d) => (mirrors.has(d.id) ? { ...d, added: false } : d)),
  };
}

/** Each cause once, with the domains that it concerns: a machine with two sockets has four for one. */
function unreadable(locked: readonly Zone[]): string {
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
  if (nameless.length > 0) return unreadable(nameless);
  if (tree.zones.length === 0) return `${tree.root} holds no intel-rapl zone`;
  return `${tree.root} has no ${wanted.join(' or ')} counter (only ${tree.zones.map((zone) => zone.id).join(', ')})`;
}

/** Packages without one of the asked kinds that other packages have, and sockets without any zone. */
function missingDomains(
  tree: PowercapTree,
  asked: readonly Zone[],
  wanted: readonly string[],
  sockets: readonly number[],
): string[] {
  const ids = new Set(asked.map((zone) => zone.id));
  const packages = tree.zones.filter((zone) => zone.kind === 'package' && zone.twinOf === null);
  const dram = wanted.includes('dram') && asked.some((zone) => zone.kind === 'dram') ? packages : [];
  const withoutDram = dram.map((zone) => zone.id.replace('package', 'dram')).filter((id) => !ids.has(id));
  const seen = new Set(packages.map((zone) => zone.socket));
  // The topology describes this machine; a tree elsewhere (a test, another host's) may differ.
  const unseen = tree.isKernels ? sockets.filter((socket) => !seen.has(socket)) : [];
  return [...withoutDram, ...unseen.map((socket) => `package-${socket}`)];
}

function qualification(
  asked: readonly Zone[],
  wanted: readonly string[],
  mirrors: Map<string, string>,
  { vendor }: MachineOfCounters,
): string | null {
  const absent = wanted.filter((kind) => !asked.some((zone) => zone.kind === kind));
  const whose = (kind: string) => (kind === 'dram' && vendor === 'amd' ? 'AMD CPUs have' : 'this machine has');
  const notes = absent.map((kind) => `${whose(kind)} no ${kind} counter: ${kind} energy is not included`);
  for (const [id, of] of mirrors) notes.push(`${id} shows the same counter as ${of} and is not added again`);
  return notes.length > 0 ? notes.join('; ') : null;
}

/** Watches the added counters until all have moved, at most `aliveWithinMs`. */
async function watchCounters(domains: readonly Part[]): Promise<{ dead: string[]; mirrors: Map<string, string> }> {
  const reader = readCounters(domains, openCounter);
  try {
    const first = reader.read();
    let last = first;
    const still = () => domains.filter((d, i) => d.added && last.counters[i] === first.counters[i]);
    const until = first.monotonicMs + aliveWithinMs;
    while (last.monotonicMs < until && still().length > 0) {
      await sleep(10);
      last = reader.read();
    }
    return { dead: still().map((d) => d.id), mirrors: mirrorsOf(domains, first, last) };
  } finally {
    reader.close();
  }
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

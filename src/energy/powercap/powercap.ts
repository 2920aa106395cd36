import { existsSync, lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { Part } from '../../core/energy/source';
import type { Asked } from '../source';
import { isReplaceable } from './counterFile';
import { pause, rewriteMs } from '../../machine/pause';
import { isOnSysfs } from '../../machine/sysfs';
import { errorCode, readSmallFile, type SmallFile, readWholeNumber } from '../../machine/smallFile';

/**
 * The powercap tree of the Linux kernel (Documentation/power/powercap/powercap.rst). Zones are folders
 * `intel-rapl:0` (a package) and `intel-rapl:0:1` (a part of it), also on AMD. The numbers are hexadecimal and
 * only count zones: which package a zone belongs to says its `name` (`package-1`, `package-0-die-1`).
 */
export const defaultPowercapRoot = '/sys/class/powercap';

export type Zone = {
  /** Unique: `package-0`, `dram-0`, `package-1-die-0`, `dram-1-die-0`, `psys`. */
  id: string;
  /** Folder name, `intel-rapl:0:1`. */
  zone: string;
  kind: 'package' | 'dram' | 'core' | 'uncore' | 'psys' | 'unknown';
  socket: number | null;
  /** Path of `energy_uj`. */
  path: string;
  rangeMicrojoules: number | null;
  limitWatts: number | null;
  /** The zone that shows the same counter through another interface (MMIO); such a twin is never used. */
  twinOf: string | null;
  readable: boolean;
  /** Why the counter cannot be read: errno's name, EMPTY, GARBAGE, or UNNAMED (no `name`, or nothing in it); null when it can. */
  code: string | null;
  /** Which of its files only other users may read. */
  lockedFiles: string[];
};

/** What stands below a powercap root. */
export type PowercapTree = {
  root: string;
  /** The kernel's own tree of this machine, at its own place or mounted elsewhere. */
  isKernels: boolean;
  /** errno's name where the root cannot be listed. */
  code: string | null;
  zones: Zone[];
  /** Every zone is a link that leads nowhere, as the kernel never shows one: something hides what they lead to. */
  isMasked: boolean;
  otherTypes: string[];
};

const zonePattern = /^(intel-rapl(?:-mmio)?)((?::[0-9a-f]+)+)$/;
/** What the kernel calls zones and types. Other text is shown nowhere: in a tree that an experiment names, a link may lead to any file. */
const wordPattern = /^[\w-]{1,64}$/;
const typePattern = /^intel-rapl(?:-mmio)?$/;
const deepest = 4;

/**
 * All RAPL zones below `root`: a class folder with links, plain folders, children nested or beside
 * their parents. Never throws; a zone that cannot be read says why, after it was given `patienceMs` to appear.
 */
export function discoverPowercap(root: string, patienceMs = rewriteMs): PowercapTree {
  const folders = new Map<string, string>();
  const otherTypes = new Set<string>();
  const listing = listNames(root);
  const isKernels = isKernelsTree(root);
  if (listing.code !== null) return { root, isKernels, code: listing.code, zones: [], isMasked: false, otherTypes: [] };
  for (const name of listing.names) {
    const type = name.split(':')[0]!;
    if (!typePattern.test(name) && !zonePattern.test(name) && wordPattern.test(type)) otherTypes.add(type);
  }
  collect(root, 0, folders);

  const names = new Map([...folders].map(([zone, folder]) => [zone, readName(folder)]));
  const zones: Zone[] = [];
  for (const zone of [...folders.keys()].sort(byInterfaceAndNumber)) {
    zones.push(describe(zone, folders.get(zone)!, names, zones));
  }
  waitForRewrites(zones, patienceMs);
  const isMasked = folders.size > 0 && [...folders.values()].every(leadsNowhere);
  return { root, isKernels, code: null, zones, isMasked, otherTypes: [...otherTypes].sort() };
}

/** Empty where it is none that the kernel would give. */
function readName(folder: string): SmallFile {
  const name = readSmallFile(path.join(folder, 'name'));
  return name.code === null && !wordPattern.test(name.text) ? { text: '', code: null } : name;
}

function leadsNowhere(link: string): boolean {
  return !existsSync(link) && lstatSync(link, { throwIfNoEntry: false })?.isSymbolicLink() === true;
}

/** Whether what a root shows, or should show, is the kernel's: a container has the machine's tree at a place of its own. */
export const isKernelsTree = (root: string): boolean => path.resolve(root) === defaultPowercapRoot || isOnSysfs(root);

/** The tree of an experiment: its own root, else GREENBATCH_POWERCAP_ROOT, else the kernel's. */
export function powercapRoot(measure: Pick<Asked['measure'], 'powercapRoot'>, env: NodeJS.ProcessEnv): string {
  return measure.powercapRoot ?? (env.GREENBATCH_POWERCAP_ROOT || defaultPowercapRoot);
}

/** Parts of a run: every readable zone; those of the kinds in `wanted` are added up. */
export function partsOf(zones: readonly Zone[], wanted: readonly string[]): Part[] {
  return zones.flatMap((zone) => {
    const { id, kind, path, limitWatts } = zone;
    if (kind === 'unknown' || zone.twinOf !== null || !zone.readable) return [];
    return [
      {
        ...{ id, source: 'powercap', kind, measured: true, unit: 'microjoules', range: zone.rangeMicrojoules },
        ...{ added: wanted.includes(kind), scope: scopeOf(zone), path, limitWatts },
      },
    ];
  });
}

/** psys covers the machine where it names no socket; any other zone is of some socket, known or not. */
const scopeOf = ({ kind, socket }: Zone): Part['scope'] =>
  kind === 'psys' && socket === null ? { of: 'machine', number: null } : { of: 'socket', number: socket };

function listNames(folder: string): { names: string[]; code: string | null } {
  try {
    return { names: readdirSync(folder).sort(), code: null };
  } catch (error) {
    return { names: [], code: errorCode(error) };
  }
}

/** Zone folders by name. A zone seen twice (class link and nested folder) counts once; a working folder wins. */
function collect(folder: string, depth: number, folders: Map<string, string>): void {
  if (depth > deepest) return;
  for (const name of listNames(folder).names) {
    const isZone = zonePattern.test(name);
    if (!isZone && !typePattern.test(name)) continue;
    const child = path.join(folder, name);
    if (isZone) {
      const known = folders.get(name);
      if (known !== undefined && listNames(known).code === null) continue;
      folders.set(name, child);
    }
    collect(child, depth + 1, folders);
  }
}

function describe(zone: string, folder: string, names: Map<string, SmallFile>, before: readonly Zone[]): Zone {
  const { text: name, code: nameCode } = names.get(zone)!;
  const parentName = names.get(zone.slice(0, zone.lastIndexOf(':')))?.text ?? null;
  const { id: wantedId, kind, socket } = identify(zone, name, parentName);
  // The MSR interface sorts before its MMIO twin, so the zone that came first is the one to keep.
  const twin = kind === 'unknown' ? undefined : before.find((other) => other.id === wantedId && isTwin(zone, other));
  const id = twin ? `${wantedId}@${zone}` : unique(wantedId, before);
  const counter = path.join(folder, 'energy_uj');
  const counterCode = counterProblem(counter);
  // Without a name it is a zone of no known kind, and its number need not make sense.
  const code = nameCode === null && name !== '' ? counterCode : (readSmallFile(counter).code ?? 'UNNAMED');
  const lockedFiles = [
    ...(isDeniedCode(counterCode) ? [counter] : []),
    ...(isDeniedCode(nameCode) ? [path.join(folder, 'name')] : []),
  ];
  return {
    id,
    zone,
    kind,
    socket,
    path: counter,
    rangeMicrojoules: readWholeNumber(path.join(folder, 'max_energy_range_uj')) || null,
    limitWatts: highestLimitWatts(folder),
    twinOf: twin?.id ?? null,
    readable: code === null,
    code,
    lockedFiles,
  };
}

/** Whether errno's name says that permission is all that lacks. */
export const isDeniedCode = (code: string | null) => code === 'EACCES' || code === 'EPERM';

/** Reads counters again that a script is about to write. In sysfs none is missing for a moment. */
function waitForRewrites(zones: readonly Zone[], patienceMs: number): void {
  const passing = (zone: Zone) =>
    zone.code === 'EMPTY' || zone.code === 'GARBAGE' || (zone.code === 'ENOENT' && isReplaceable(zone.path));
  const until = performance.now() + patienceMs;
  for (let open = zones.filter(passing); open.length > 0 && performance.now() < until; open = open.filter(passing)) {
    pause(1);
    for (const zone of open) {
      zone.code = counterProblem(zone.path);
      zone.readable = zone.code === null;
    }
  }
}

function identify(zone: string, name: string | null, parentName: string | null): Pick<Zone, 'id' | 'kind' | 'socket'> {
  const own = /^package-((\d+)(?:-die-\d+)?)$/.exec(name ?? '');
  if (own) return { id: name!, kind: 'package', socket: Number(own[2]) };
  const psys = /^psys(?:-(\d+))?$/.exec(name ?? '');
  if (psys) return { id: name!, kind: 'psys', socket: psys[1] === undefined ? null : Number(psys[1]) };
  const parent = /^package-((\d+)(?:-die-\d+)?)$/.exec(parentName ?? '');
  if (name === 'dram' || name === 'core' || name === 'uncore') {
    return parent
      ? { id: `${name}-${parent[1]}`, kind: name, socket: Number(parent[2]) }
      : { id: `${name}@${zone}`, kind: name, socket: null };
  }
  return { id: `${name || 'unnamed'}@${zone}`, kind: 'unknown', socket: parent ? Number(parent[2]) : null };
}

/** Two interfaces to one register: same name and place, other control type; or the same package named twice. */
function isTwin(zone: string, other: Zone): boolean {
  return zone.split(':')[0] !== other.zone.split(':')[0] || other.kind === 'package';
}

function unique(id: string, before: readonly Zone[]): string {
  const same = before.filter((zone) => zone.id === id || zone.id.startsWith(`${id}#`)).length;
  return same === 0 ? id : `${id}#${same + 1}`;
}

function counterProblem(file: string): string | null {
  const { text, code } = readSmallFile(file);
  if (code !== null) return code;
  if (text === '') return 'EMPTY';
  return /^\d{1,15}$/.test(text!) ? null : 'GARBAGE';
}

function highestLimitWatts(folder: string): number | null {
  let highest = 0;
  for (let i = 0; i < 8; i++) {
    const limit = readWholeNumber(path.join(folder, `constraint_${i}_power_limit_uw`));
    const most = readWholeNumber(path.join(folder, `constraint_${i}_max_power_uw`));
    highest = Math.max(highest, limit ?? 0, most ?? 0);
  }
  return highest > 0 ? highest / 1e6 : null;
}

/** `intel-rapl` before `intel-rapl-mmio`, then by hexadecimal numbers, a parent before its children. */
function byInterfaceAndNumber(a: string, b: string): number {
  const [typeA, ...numbersA] = a.split(':');
  const [typeB, ...numbersB] = b.split(':');
  if (typeA !== typeB) return typeA! < typeB! ? -1 : 1;
  for (let i = 0; i < Math.max(numbersA.length, numbersB.length); i++) {
    const difference = Number.parseInt(numbersA[i] ?? '-1', 16) - Number.parseInt(numbersB[i] ?? '-1', 16);
    if (difference !== 0) return difference;
  }
  return 0;
}

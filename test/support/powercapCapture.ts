import {
  chmodSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/**
 * Powercap trees as people showed them on the web: the output of ls, ls -l, find, grep, cat, powercap-info or ttar, often cut,
 * with what stood around it. Zones are laid side by side, as the links of the class folder show all of them.
 */
export type Capture = {
  /** Files of each zone by name; a text of null is not in the capture. */
  zones: Map<string, Map<string, { text: string | null; mode: number }>>;
  /** Links that the capture shows to lead nowhere. */
  dangling: Set<string>;
  otherTypes: Set<string>;
};

const zoneName = /intel-rapl(?:-mmio)?(?::[0-9a-f]+)+/g;
const files = /^(?:name|energy_uj|max_energy_range_uj|constraint_\d_\w+)$/;

export function readCapture(text: string): Capture {
  const capture: Capture = { zones: new Map(), dangling: new Set(), otherTypes: new Set() };
  const zone = (path: string) => path.match(zoneName)?.at(-1);
  const put = (path: string, content: string | null, mode = 0o444) => {
    const [at, file] = [zone(path), path.split('/').at(-1)!];
    if (at === undefined) return;
    const known = capture.zones.get(at) ?? new Map<string, { text: string | null; mode: number }>();
    if (files.test(file)) known.set(file, { text: content ?? known.get(file)?.text ?? null, mode });
    capture.zones.set(at, known);
  };

  if (text.includes('# ttar')) {
    for (const part of text.split(/^# ttar.*\n/m)) {
      const file = /^Path: (.*)\nLines: \d+\n([\s\S]*?)Mode: (\d+)/m.exec(part);
      if (file) put(file[1]!, file[2]!, Number.parseInt(file[3]!, 8));
    }
    return capture;
  }

  let folder = '/sys/class/powercap/intel-rapl';
  let contentOf: string | null = null;
  let isPrintingFiles = false;
  for (const line of text.split('\n').filter((l) => !l.startsWith('#'))) {
    const command = /[$#] (ls|ll|cat|find) (?:-\S+ )*(.*)$/.exec(line);
    const [, heading] = /^'?(\/sys\/[^']*?)'?:$/.exec(line) ?? [];
    const [, grepped, value] = /^(\/sys\/.*\/[a-z_\d]+):(.*)$/.exec(line) ?? [];
    const [, type, access, listed, to] =
      /^([-dl])([-r][-wrx]{8})\s.*?\s\d\d:\d\d (\S+?)\/?(?: -> (\S+))?$/.exec(line) ?? [];
    const [, drawn, label] = /^[| ]*\|-+\s*(intel-rapl[:\d]+) (\S+)/.exec(line) ?? [];
    const [, numbered] = /^ *Zone ([\d:]+)$/.exec(line) ?? [];
    const [, attribute, told] =
      /^(?: {2}| {4}(?=\S+: (?:core|uncore|dram|\d+)$))(name|max_energy_range_uj): (\S+)$/.exec(line) ?? [];
    const denied = /Permission denied: '(\/sys\/[^']+)'/.exec(line)?.[1];
    const gone = /^ls: (\/\S+?)\/?: No such file/.exec(line)?.[1];

    if (command) {
      const path = command[2]!.trim().replaceAll('\\', '');
      contentOf = command[1] === 'cat' ? path : null;
      isPrintingFiles = /-print .*cat/.test(line);
      if (path.startsWith('/sys/')) folder = path;
    } else if (gone !== undefined) {
      for (const link of zone(gone) === undefined ? [] : [zone(gone)!]) capture.dangling.add(link);
    } else if (denied !== undefined) put(denied, null, 0o400);
    else if (heading !== undefined) folder = heading;
    else if (grepped !== undefined) put(grepped, `${value}\n`);
    else if (drawn !== undefined) put(`${drawn}/name`, `${kernelName(drawn, label!)}\n`);
    else if (numbered !== undefined) folder = `intel-rapl:${numbered}`;
    else if (attribute !== undefined) {
      put(`${folder}/${attribute}`, `${told}\n`);
      // The program leaves out what it may not read.
      put(`${folder}/energy_uj`, null, 0o400);
    } else if (listed !== undefined) {
      if (type === '-') put(`${folder}/${listed}`, null, modeOf(access!));
      else if (zone(listed)) put(`${listed}/`, null);
      else if (to?.includes('/powercap/') && !listed.startsWith('intel-rapl')) capture.otherTypes.add(listed);
    } else if (/^\/sys\/\S+$/.test(line)) {
      put(line, null);
      contentOf = isPrintingFiles ? line : null;
    } else if (contentOf !== null && line !== '' && !/^(?:cat: |\[)/.test(line)) {
      put(contentOf, `${line}\n`);
      contentOf = null;
    } else if (/^[a-z_\d:-]+(?: +[a-z_\d:-]+)+$/.test(line)) {
      for (const name of line.split(/ +/)) put(zone(name) ? `${name}/` : `${folder}/${name}`, null);
    }
  }
  return capture;
}

/** What the kernel calls what a person drew. */
function kernelName(zone: string, label: string): string {
  const name = label.toLowerCase().replace(/^cores$/, 'core');
  return name === 'package' ? `package-${zone.split(':')[1]}` : name;
}

const modeOf = (access: string): number =>
  [...access].reduce((mode, letter, i) => mode | (letter === '-' ? 0 : 1 << (8 - i)), 0);

/** Of every zone that the kernel shows; most captures are excerpts. */
const kernelFiles = ['name', 'energy_uj', 'max_energy_range_uj'];

/**
 * Lays a capture out below a folder. What an excerpt leaves out is there: counters begin at a million microjoules, ranges are
 * those of most machines, names those that are `told` beside it, or empty.
 * @returns the counters, to be moved
 */
export function layOut(capture: Capture, root: string, told: Record<string, string> = {}): string[] {
  const counters: string[] = [];
  mkdirSync(root, { recursive: true });
  chmodSync(root, 0o755);
  for (const type of capture.otherTypes) mkdirSync(join(root, type));
  for (const [zone, zoneFiles] of capture.zones) {
    if (capture.dangling.has(zone)) {
      symlinkSync(`../../devices/virtual/powercap/intel-rapl/${zone}`, join(root, zone));
      continue;
    }
    mkdirSync(join(root, zone));
    const usual = { energy_uj: '1000000\n', max_energy_range_uj: '262143328850\n', name: `${told[zone] ?? ''}\n` };
    for (const file of kernelFiles) if (!zoneFiles.has(file)) zoneFiles.set(file, { text: null, mode: 0o444 });
    for (const [file, { text, mode }] of zoneFiles) {
      const at = join(root, zone, file);
      writeFileSync(at, text ?? usual[file as keyof typeof usual] ?? '0\n');
      chmodSync(at, mode);
      if (file === 'energy_uj') counters.push(at);
    }
  }
  return counters;
}

/** Adds .1 J to each counter every 3 ms, as long as `work` takes, which may be another user's. */
export async function whileMoving<T>(counters: readonly string[], work: () => Promise<T>): Promise<T> {
  const moved = counters.map((file) => ({ fd: openSync(file, 'r+'), microjoules: Number(readFileSync(file, 'utf8')) }));
  const timer = setInterval(() => {
    for (const counter of moved) {
      counter.microjoules += 100_000;
      writeSync(counter.fd, `${String(counter.microjoules).padEnd(15, '\n')}\n`, 0);
    }
  }, 3);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    for (const { fd } of moved) closeSync(fd);
  }
}

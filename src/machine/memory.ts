import { writeFileSync } from 'node:fs';
import { freemem } from 'node:os';
import { join } from 'node:path';
import { readProcFile, readWholeNumber } from './smallFile';

/** When memory runs out the kernel shall take this process, not the engine or the editor. */
export function volunteerForOomKiller(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch {
    // No /proc (macOS, Windows): nothing to volunteer for.
  }
}

/** High-water mark of this process's resident memory (VmHWM), bytes. */
export const peakRssBytes = (root = '/'): number =>
  1024 * (numberIn(join(root, 'proc/self/status'), 'VmHWM') ?? process.resourceUsage().maxRSS);

/** How many processes the kernel's OOM killer has ended since boot; 0 where that is not known. */
export const oomKills = (root = '/'): number => numberIn(join(root, 'proc/vmstat'), 'oom_kill') ?? 0;

/** Bytes read from and written to swap since boot; null where that is not known. */
export function swappedBytes(root = '/'): number | null {
  const text = readProcFile(join(root, 'proc/vmstat')) ?? '';
  const pages = ['pswpin', 'pswpout'].map((name) => numberNamed(text, name));
  return pages.some((count) => count === null) ? null : pageBytes * (pages[0]! + pages[1]!);
}

/** Of x86, and of Arm as servers have it. */
const pageBytes = 4096;

/** Bytes that a new process may use now: of the machine, below the container's limit, or below a limit of one's own, whichever is least. */
export function availableBytes(limitMegabytes: number | undefined, root = '/'): number {
  const values = [memAvailable(root), cgroupRoom(root)];
  if (limitMegabytes !== undefined) values.push(limitMegabytes * 1e6);
  return Math.min(...values.filter((v) => v !== null));
}

function memAvailable(root: string): number {
  const kilobytes = numberIn(join(root, 'proc/meminfo'), 'MemAvailable');
  // Without /proc the operating system's free memory is the best there is.
  return kilobytes === null ? freemem() : kilobytes * 1024;
}

/** What is left below the limits of this process's control groups (v2 and v1), the own one and all above; null without a limit. */
function cgroupRoom(root: string): number | null {
  const rooms = controlGroups(root).flatMap(({ folder, limit, used, cache }) => {
    // Without a limit the file says "max", or a number near 2^63, which is none that counts bytes of memory.
    const limitBytes = readWholeNumber(join(folder, limit));
    const usedBytes = readWholeNumber(join(folder, used));
    if (limitBytes === null || usedBytes === null) return [];
    // Page cache that nobody uses is given back before anybody is killed.
    const reclaimable = numberIn(join(folder, 'memory.stat'), cache) ?? 0;
    return [Math.max(0, limitBytes - usedBytes + reclaimable)];
  });
  return rooms.length ? Math.min(...rooms) : null;
}

/** The memory control group that /proc/self/cgroup names, and its ancestors up to the root. */
function controlGroups(root: string) {
  const v2 = { root: join(root, 'sys/fs/cgroup'), limit: 'memory.max', used: 'memory.current', cache: 'inactive_file' };
  const v1 = {
    root: join(root, 'sys/fs/cgroup/memory'),
    limit: 'memory.limit_in_bytes',
    used: 'memory.usage_in_bytes',
    cache: 'total_inactive_file',
  };
  return (readProcFile(join(root, 'proc/self/cgroup')) ?? '').split('\n').flatMap((line) => {
    const [, controllers, path] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    const files = controllers === '' ? v2 : controllers?.split(',').includes('memory') ? v1 : null;
    if (!files || path === undefined) return [];
    const parts = path.split('/').filter(Boolean);
    return Array.from({ length: parts.length + 1 }, (_, depth) => ({
      ...files,
      folder: join(files.root, ...parts.slice(0, depth)),
    }));
  });
}

/** The whole number behind a name, as these files have it: `name 12` or `name:   12 kB`, one a line. */
export function numberNamed(text: string, name: string): number | null {
  const digits = new RegExp(`^${name}:?[ \\t]+(\\d+)`, 'm').exec(text)?.[1];
  return digits === undefined ? null : Number(digits);
}

const numberIn = (file: string, name: string) => numberNamed(readProcFile(file) ?? '', name);

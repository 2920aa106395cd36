import { readFileSync, writeFileSync } from 'node:fs';
import { freemem } from 'node:os';
import { join } from 'node:path';

/** When memory runs out the kernel shall take this process, not the engine or the editor. */
export function volunteerForOomKiller(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch {
    // No /proc (macOS, Windows): nothing to volunteer for.
  }
}

/** High-water mark of this process's resident memory (VmHWM), bytes. */
export function peakRssBytes(): number {
  try {
    const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (kilobytes) return Number(kilobytes) * 1024;
  } catch {
    // Falls through to what libuv knows.
  }
  return process.resourceUsage().maxRSS * 1024;
}

/** Bytes that a new process may use now: of the machine, below the container's limit, or below a limit of one's own, whichever is least. */
export function availableBytes(limitMegabytes: number | undefined, root = '/'): number {
  const values = [memAvailable(root), cgroupRoom(root)];
  if (limitMegabytes !== undefined) values.push(limitMegabytes * 1e6);
  return Math.min(...values.filter((v) => v !== null));
}

function memAvailable(root: string): number {
  const kilobytes = /^MemAvailable:\s+(\d+) kB/m.exec(textOf(join(root, 'proc/meminfo')))?.[1];
  // Without /proc the operating system's free memory is the best there is.
  return kilobytes ? Number(kilobytes) * 1024 : freemem();
}

/** What is left below the limits of this process's control groups (v2 and v1), the own one and all above; null without a limit. */
function cgroupRoom(root: string): number | null {
  const rooms = controlGroups(root).flatMap(({ folder, limit, used, cache }) => {
    const limitBytes = numberIn(join(folder, limit));
    const usedBytes = numberIn(join(folder, used));
    // Without a limit the file says "max", or a number near 2^63.
    if (limitBytes === null || limitBytes >= 2 ** 60 || usedBytes === null) return [];
    // Page cache that nobody uses is given back before anybody is killed.
    const reclaimable = Number(new RegExp(`^${cache} (\\d+)`, 'm').exec(textOf(join(folder, 'memory.stat')))?.[1] ?? 0);
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
  return textOf(join(root, 'proc/self/cgroup'))
    .split('\n')
    .flatMap((line) => {
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

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function numberIn(file: string): number | null {
  const text = textOf(file).trim();
  return text === '' || Number.isNaN(Number(text)) ? null : Number(text);
}

import { readFileSync, writeFileSync } from 'node:fs';

/** When memory runs out the kernel shall take the trial, not the engine or the editor. */
export function volunteerForOomKiller(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000');
  } catch {
    // No /proc (macOS, Windows): nothing to volunteer for.
  }
}

/** High-water mark of resident memory (VmHWM), bytes. */
export function peakRssBytes(): number {
  try {
    const kilobytes = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (kilobytes) return Number(kilobytes) * 1024;
  } catch {
    // Falls through to what libuv knows.
  }
  return process.resourceUsage().maxRSS * 1024;
}

import type { Reading } from '../../core/energy/source';
import { type PowerHeader, powerHeaderSchema } from '../../core/run/events';
import { lineBlocks } from '../../machine/lines';
import { FileRefused } from '../../machine/regularFile';
import { LogError } from './eventLog';

/** Read at a time; no sample is so long. */
const blockBytes = 1 << 20;

/** The power series of one session: its header and its samples in the order they were taken. */
export type PowerSession = { header: PowerHeader; samples: Reading[] };

/**
 * Reads `power.jsonl`. A missing file is an empty series. Lines that are not samples (a torn end, a
 * disk that was full) are left out: the window that misses them shows the gap and becomes invalid,
 * so nothing wrong can come of it.
 */
export function readPower(file: string): PowerSession[] {
  const sessions: PowerSession[] = [];
  let current: PowerSession | null = null;
  try {
    for (const { lines } of lineBlocks(file, 0, blockBytes)) {
      for (const line of lines) {
        if (line.startsWith('{')) {
          // What follows a header that cannot be read is of a session that is not known: never of the one before.
          const header = parsePowerHeader(line);
          current = header && { header, samples: [] };
          if (current !== null) sessions.push(current);
        }
        if (current === null || !line.startsWith('[')) continue;
        const sample = parsePowerSample(line, current.header.domains.length);
        if (sample) current.samples.push(sample);
      }
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    if (error instanceof FileRefused) throw new LogError(file, 1, error.message);
    throw error;
  }
  return sessions;
}

/** The first line of a session; null when it is none. */
export function parsePowerHeader(line: string): PowerHeader | null {
  try {
    return powerHeaderSchema.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}

/** One line `[monotonicMs, busySeconds, totalSeconds, counter…]`; null when it is not one. */
export function parsePowerSample(line: string, domains: number): Reading | null {
  try {
    const values = JSON.parse(line) as (number | null)[];
    const [monotonicMs, busySeconds, totalSeconds, ...counters] = values;
    if (counters.length !== domains) return null;
    if (typeof monotonicMs !== 'number' || typeof busySeconds !== 'number' || typeof totalSeconds !== 'number')
      return null;
    if (!counters.every((c) => c === null || (typeof c === 'number' && Number.isFinite(c)))) return null;
    return { monotonicMs, busySeconds, totalSeconds, counters };
  } catch {
    return null;
  }
}

import { readFileSync } from 'node:fs';
import type { Reading } from '../core/power/source';
import { type PowerHeader, powerHeaderSchema } from '../core/run/events';

/** The power series of one session: its header and its samples in the order they were taken. */
export type PowerSession = { header: PowerHeader; samples: Reading[] };

/**
 * Reads `power.jsonl`. A missing file is an empty series. Lines that are not samples (a torn end, a
 * disk that was full) are left out: the window that misses them shows the gap and becomes invalid,
 * so nothing wrong can come of it.
 */
export function readPower(file: string): PowerSession[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const sessions: PowerSession[] = [];
  for (const line of text.slice(0, text.lastIndexOf('\n') + 1).split('\n')) {
    if (line.startsWith('{')) {
      const header = parseHeader(line);
      if (header) sessions.push({ header, samples: [] });
    } else if (line.startsWith('[')) {
      const current = sessions.at(-1);
      const sample = current && parsePowerSample(line, current.header.domains.length);
      if (sample) current.samples.push(sample);
    }
  }
  return sessions;
}

function parseHeader(line: string): PowerHeader | null {
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

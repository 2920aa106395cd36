import { setTimeout as sleep } from 'node:timers/promises';
import type { Part, Reading } from '../core/energy/source';
import { readCounters } from './reader';
import type { Counter } from './source';

/** A live counter moves every millisecond; the slowest known one (psys of some servers) once a second. */
export const aliveWithinMs = 1200;
/** A process that was held up has not looked meanwhile. */
const fewestLooks = 10;

/** Watches the added counters until all have moved, at most `aliveWithinMs`. `dead`: ids of those that stood still. */
export async function watchCounters(
  parts: readonly Part[],
  open: (part: Part) => Counter,
): Promise<{ dead: string[]; first: Reading; last: Reading }> {
  const reader = readCounters(parts, open);
  try {
    const first = reader.read();
    let last = first;
    const still = () => parts.filter((part, i) => part.added && last.counters[i] === first.counters[i]);
    const until = first.monotonicMs + aliveWithinMs;
    for (let looks = 0; (looks < fewestLooks || last.monotonicMs < until) && still().length > 0; looks++) {
      await sleep(10);
      last = reader.read();
    }
    return { dead: still().map((part) => part.id), first, last };
  } finally {
    reader.close();
  }
}

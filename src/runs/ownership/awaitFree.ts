import { setTimeout as sleep } from 'node:timers/promises';
import { lookAtLease, type LeaseLook, runElsewhere, type Sightings } from './lease';

/**
 * Waits until it is known that no other machine has a run in hand; mostly that is known at once.
 *
 * @param onWait called before it is waited, at most for as long as the lease is good for
 * @throws ExpectedError `run-elsewhere`
 */
export async function awaitFree(folder: string, onWait: (look: LeaseLook) => void, everyMs = 500): Promise<void> {
  const sightings: Sightings = new Map();
  for (let told = false; ; told = true) {
    const look = lookAtLease(folder, sightings);
    if (look?.state === 'live') throw runElsewhere(folder, look);
    if (look?.state !== 'undecided') return;
    if (!told) onWait(look);
    await sleep(everyMs);
  }
}

import { writeSync } from 'node:fs';
import { monotonicMs } from '../../machine/clock';
import type { TrialMessage } from './trialMessage';

let lastHeartbeatMs = 0;
/** At most one line a second: a long window must not look like a hang. */
export function heartbeat(done: number): void {
  const ms = monotonicMs();
  if (ms - lastHeartbeatMs < 1000) return;
  lastHeartbeatMs = ms;
  say({ type: 'alive', batches: done });
}

/** Synchronous, so that nothing is lost when the process ends or dies right after. */
export function say(message: TrialMessage): void {
  const data = Buffer.from(`${JSON.stringify(message)}\n`);
  for (let done = 0; done < data.length;) {
    try {
      done += writeSync(1, data, done);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    }
  }
}

import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ExpectedError } from '../../core/failure/expectedError';
import { here, isHere } from '../../machine/place';
import { identityOf, isProgramOf } from '../../machine/processIdentity';
import { replaceFile } from '../../machine/replaceFile';
import { ageOf, goodForMs, heartbeatMs, type Lease, leaseFile, readLease, runElsewhere } from './lease';

/** The lease as its engine holds it. */
export type HeldLease = {
  /**
   * From now on it is renewed.
   *
   * @param onProblem called once, where it cannot be written: the run goes on without
   * @param onLost called once, where another engine has taken the run
   */
  keep(onProblem: (why: string) => void, onLost: (error: ExpectedError) => void): void;
  /** Before each line of the log. @throws ExpectedError `run-elsewhere` where the run is another engine's by now */
  confirm(): void;
  /** The run is free. */
  release(): Promise<void>;
};

/** Heartbeats that fail one after the other before that is told: a file server may be restarted. */
const toldAfterFailures = 3;
/** Another engine that looked at the same moment as we has written its own lease by then. */
const settleMs = 500;

/**
 * Takes the lease of a run for this process. Of two that do it at once from two machines the later writer has it: each
 * reads back what stands there. An engine that was cut off or asleep for longer than its lease was good for finds it
 * taken when it comes back, and must not write to the run any more.
 *
 * No lock files: they do not work on every network file system, and would be left over.
 *
 * @param session that is about to begin
 * @param contested whether others may take the run at the same moment: it is waited for them
 * @throws ExpectedError `run-elsewhere` where an engine of another machine has it, `run-state` where one of this machine does
 */
export async function takeLease(
  folder: string,
  { session, contested }: { session: number; contested: boolean },
  beatMs = heartbeatMs,
): Promise<HeldLease> {
  const nonce = randomUUID();
  const engine = identityOf(process.pid);
  let beats = 0;
  let renewedAt = 0;
  let failures = 0;
  let lost: ExpectedError | null = null;
  let timer: NodeJS.Timeout | null = null;
  let beating: Promise<void> = Promise.resolve();
  let isReleased = false;

  const write = async (before?: (writtenAtMs: number) => void): Promise<string | null> => {
    const at = Date.now();
    const lease: Lease = { ...here(), engine, session, nonce, beats, renewedAt: at, goodForMs };
    try {
      await replaceFile(leaseFile(folder), `${JSON.stringify(lease)}\n`, before && { before });
    } catch (error) {
      if (error instanceof ExpectedError) throw error;
      return (error as Error).message;
    }
    renewedAt = at;
    beats++;
    return null;
  };
  const earlier = readLease(folder)?.lease.nonce;
  const look = () => {
    const found = readLease(folder);
    // Where ours could never be written, that of an engine which is no more still stands there.
    const isTaken = found !== null && found.lease.nonce !== nonce && (renewedAt > 0 || found.lease.nonce !== earlier);
    if (isTaken) lost ??= runElsewhere(folder, { ...found, ageMs: 0 });
    return lost;
  };

  requireFree(folder, Date.now());
  // Once more by the clock of the file system alone: the two files lie side by side.
  let problem = await write((writtenAtMs) => requireFree(folder, writtenAtMs));
  if (contested && problem === null) await sleep(settleMs);
  const taken = look();
  if (taken !== null) throw taken;

  return {
    keep(onProblem, onLost) {
      let isTold = false;
      const tell = () => {
        if (problem !== null && !isTold) onProblem(problem);
        isTold ||= problem !== null;
      };
      const beat = async () => {
        const taken = look();
        if (taken !== null) return onLost(taken);
        const failed = await write();
        failures = failed === null ? 0 : failures + 1;
        if (failures >= toldAfterFailures) problem ??= failed;
        tell();
        next();
      };
      // One after the other, and not by an interval: while a file server hangs nothing piles up.
      const next = () => {
        if (isReleased) return;
        timer = setTimeout(() => {
          beating = beat();
        }, beatMs);
        // A session that has ended must not wait for the next heartbeat.
        timer.unref();
      };
      tell();
      next();
    },
    confirm() {
      if (lost === null && renewedAt > 0 && Date.now() - renewedAt > goodForMs) look();
      if (lost !== null) throw lost;
    },
    async release() {
      isReleased = true;
      if (timer) clearTimeout(timer);
      await beating;
      if (look() !== null) return;
      try {
        rmSync(leaseFile(folder), { force: true });
      } catch {
        // It runs out by itself.
      }
    },
  };
}

/** @param serverNowMs now, by the clock that gave the lease its time */
function requireFree(folder: string, serverNowMs: number): void {
  const found = readLease(folder);
  if (found === null) return;
  const { lease } = found;
  if (isHere(lease)) {
    // Each network of its own (containers) has a measuring lock of its own, which then has not kept us out.
    if (lease.engine.pid === process.pid || !isProgramOf(lease.engine, 'engine', folder)) return;
    throw new ExpectedError('run-state', `${folder} is still running, in process ${lease.engine.pid} of this machine`);
  }
  const ageMs = ageOf(found, Date.now(), serverNowMs);
  if (ageMs <= lease.goodForMs) throw runElsewhere(folder, { lease, ageMs });
}

import { closeSync } from 'node:fs';
import { hostname, uptime } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { ExpectedError } from '../../core/failure/expectedError';
import { processIdentitySchema } from '../../core/run/events';
import { plainLine } from '../../core/words/plain';
import { describeSeconds } from '../../core/words/units';
import { monotonicMs } from '../../machine/clock';
import { isHere } from '../../machine/place';
import { openToRead, readAt } from '../../machine/regularFile';

/**
 * The lease of a run: which machine's engine has it in hand. On that machine the process itself is asked for, as always;
 * another one, which shares the folder, sees it by this file, written anew again and again while the engine lives.
 *
 * Clocks of two machines may differ by minutes, so that what their times say is only believed where they agree: a lease
 * is *live* by the reader's clock within the time that it is good for. If it seems older, watching decides: it is live
 * when it is written anew under the reader's eyes, and over when that has not happened for as long as it is good for.
 *
 * The folder may come from anybody: a lease is bounded, checked, and shown as text. The worst that a forged one does is
 * to keep a run from being resumed, which whoever may write into its folder can do in simpler ways.
 */

export const leaseFile = (run: string) => join(run, 'lease.json');

/** How often it is written anew. */
export const heartbeatMs = 10_000;
/**
 * How long one is good for, from when it was written. Several heartbeats: the engine's thread is kept for seconds when it
 * builds a model, and a file server may be busy.
 */
export const goodForMs = 60_000;

/** What names of machines are made of: nothing else is shown of one, wherever it is shown. */
const hostText = (name: string) => plainLine(name.replace(/[^\p{L}\p{N}._-]+/gu, '?'), 64) || 'another machine';

const leaseSchema = z.object({
  host: z.string().max(1000).transform(hostText),
  bootId: z.string().max(100).nullable(),
  pidNamespace: z.string().max(100).nullable(),
  engine: processIdentitySchema,
  session: z.int().min(1),
  /** Drawn by each engine when it takes a run. */
  nonce: z.string().min(1).max(100),
  /** Heartbeats so far. */
  beats: z.int().min(0),
  /** By the clock of its machine, milliseconds since 1970. */
  renewedAt: z.number(),
  /** Bounded: no lease keeps a run for longer than that. */
  goodForMs: z.number().min(1).max(600_000),
});
export type Lease = z.infer<typeof leaseSchema>;

const mostBytes = 8192;

/** The lease in a run's folder, and when it was written by the clock of the file system; null where there is none that can be read. */
export function readLease(folder: string): { lease: Lease; writtenAtMs: number } | null {
  try {
    const { fd, size, mtimeMs } = openToRead(leaseFile(folder));
    try {
      if (size > mostBytes) return null;
      const lease = leaseSchema.parse(JSON.parse(readAt(fd, 0, size).toString('utf8')));
      return { lease, writtenAtMs: mtimeMs };
    } finally {
      closeSync(fd);
    }
  } catch {
    return null; // None, or not ours; on a network file system also one that was replaced while it was read: the next look sees it.
  }
}

/** What a process has seen of leases, by folder. Kept by whoever looks more than once. */
export type Sightings = Map<string, { mark: string; sinceMs: number; lookedAtMs: number; isMoving: boolean }>;

export type LeaseLook = {
  lease: Lease;
  /** `undecided`: it seems to be over, unless the clocks of the two machines differ; looking again later decides. */
  state: 'live' | 'undecided' | 'over';
  /** Since the last heartbeat, as well as that is known here. */
  ageMs: number;
};

/** No two clocks are so far apart: an older lease is over without being watched. */
const surelyOverMs = 3_600_000;

/**
 * Looks at the lease that an engine of another place has on a run; null where there is none: then the processes of this
 * machine tell whether somebody works at it.
 *
 * @param sightings what was seen before
 * @param now milliseconds: wall clock, and a clock that nobody sets
 */
export function lookAtLease(
  folder: string,
  sightings: Sightings = new Map(),
  now = { wallMs: Date.now(), steadyMs: monotonicMs() },
): LeaseLook | null {
  const found = readLease(folder);
  if (found === null || isHere(found.lease)) {
    sightings.delete(folder);
    return null;
  }
  const { lease } = found;
  const mark = `${lease.nonce} ${lease.beats}`;
  const before = sightings.get(folder);
  const wasSeen = before !== undefined;
  const hasMoved = wasSeen && before.mark !== mark;
  // Between two looks that lie far apart it may have been renewed for the last time at any moment.
  const isMoving = wasSeen && (hasMoved ? now.steadyMs - before.lookedAtMs <= lease.goodForMs : before.isMoving);
  const sinceMs = wasSeen && !hasMoved ? before.sinceMs : now.steadyMs;
  sightings.set(folder, { mark, sinceMs, lookedAtMs: now.steadyMs, isMoving });

  const unchangedMs = now.steadyMs - sinceMs;
  if (unchangedMs > lease.goodForMs) return { lease, state: 'over', ageMs: unchangedMs };
  if (isMoving) return { lease, state: 'live', ageMs: unchangedMs };
  const ageMs = ageOf(found, now.wallMs);
  if (ageMs <= lease.goodForMs) return { lease, state: 'live', ageMs };
  return { lease, state: ageMs > surelyOverMs || isOfEarlierBoot(lease, ageMs) ? 'over' : 'undecided', ageMs };
}

/** By the clocks, without watching: the newer one of what its machine and the file system say. A time to come is as far away as one that was. */
export function ageOf(
  { lease, writtenAtMs }: { lease: Lease; writtenAtMs: number },
  nowMs: number,
  serverNowMs = nowMs,
) {
  return Math.min(Math.abs(nowMs - lease.renewedAt), Math.abs(serverNowMs - writtenAtMs));
}

/** This very machine had it, as its name says, and went down since. */
const isOfEarlierBoot = ({ host }: Lease, ageMs: number) => host === hostText(hostname()) && ageMs > uptime() * 1000;

/** Why a run cannot be taken in hand here, and what to do about it. */
export function runElsewhere(folder: string, { lease, ageMs }: Pick<LeaseLook, 'lease' | 'ageMs'>): ExpectedError {
  const { host } = lease;
  const wait = describeSeconds(Math.ceil(Math.max(1000, lease.goodForMs - ageMs) / 1000));
  return new ExpectedError(
    'run-elsewhere',
    `${folder} is running on ${host}, whose last sign of life is ${describeSeconds(Math.round(ageMs / 1000))} old. Watch it with "greenbatch attach ${folder}", or stop it with "greenbatch stop ${folder}" on ${host}. If that machine is dead, try again in ${wait}: without a further sign the run is free then`,
  );
}

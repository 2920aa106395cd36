import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { mostArrivalBytes, parseArrivalTrace } from '../core/latency/arrivalTrace';
import type { ReplayedArrivals } from '../core/latency/replayedArrivals';
import { readWhole } from '../machine/regularFile';

export type ArrivalTraceFile = { arrivals: ReplayedArrivals; sha256: string };

/**
 * Reads the arrivals of `measure.paced.trace`.
 *
 * @returns `problem`: a clause that names the file
 */
export function readArrivalTrace(
  path: string,
  baseFolder: string,
  seconds: number,
): ArrivalTraceFile | { problem: string } {
  let bytes: Buffer;
  try {
    bytes = readWhole(resolve(baseFolder, path), mostArrivalBytes);
  } catch (error) {
    return { problem: `${path} cannot be read: ${(error as Error).message}` };
  }
  const arrivals = parseArrivalTrace(bytes.toString('utf8'), seconds);
  if ('problem' in arrivals) return { problem: `${path}: ${arrivals.problem}` };
  return { arrivals, sha256: createHash('sha256').update(bytes).digest('hex') };
}

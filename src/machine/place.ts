import { readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { bootId } from './processIdentity';

/**
 * Where a process runs: one boot of one machine and, on Linux, one namespace of pids (each container has its own, with
 * the boot id of its machine). Only from the same place does a pid say which process is meant.
 */
export type Place = {
  host: string;
  bootId: string | null;
  /** As /proc names it, `pid:[4026531836]`; null where there is none. */
  pidNamespace: string | null;
};

export const here = (): Place => ({ host: hostname(), bootId: bootId(), pidNamespace: pidNamespace() });

/** Whether pids of that place can be asked about from here. */
export function isHere(place: Place): boolean {
  const { host, ...mine } = here();
  if (place.bootId !== mine.bootId || place.pidNamespace !== mine.pidNamespace) return false;
  // Where systems do not name their boots (macOS), two machines look alike but for their names.
  return mine.bootId !== null || place.host === host;
}

function pidNamespace(): string | null {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return null;
  }
}

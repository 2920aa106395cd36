import { closeSync, constants, openSync, readSync } from 'node:fs';
import type { Part } from '../../core/energy/source';
import type { Counter } from '../source';

const buffer = Buffer.alloc(64);

/**
 * The `energy_uj` file of a recorded zone, in microjoules; null where there is no file, or no number in it. Below /sys the
 * open file is the counter while its driver is there: one `pread` a reading. Of a driver that was removed and is back it
 * gives ENODEV for ever, so where it cannot be read it is opened anew. Elsewhere a script may replace it (write beside it and rename,
 * delete and create), and an open file would show its last number for ever: it is opened by its path at every reading,
 * which takes 3 µs in all.
 */
export function openCounter({ path }: Pick<Part, 'path'>): Counter {
  if (path === null) return { read: () => null, close: () => {} };
  if (isReplaceable(path)) return { read: () => readByPath(path), close: () => {}, isRewritten: true };
  let fd = tryOpen(path);
  const close = () => {
    if (fd !== null) closeSync(fd);
    fd = null;
  };
  return {
    read() {
      const value = fd === null ? null : readCounter(fd);
      if (value !== null) return value;
      close();
      fd = tryOpen(path);
      return fd === null ? null : readCounter(fd);
    },
    close,
  };
}

/** Files of sysfs stay what they are while their device is there. */
export function isReplaceable(path: string): boolean {
  return !path.startsWith('/sys/');
}

function readByPath(path: string): number | null {
  const fd = tryOpen(path);
  if (fd === null) return null;
  const value = readCounter(fd);
  closeSync(fd);
  return value;
}

function tryOpen(path: string): number | null {
  try {
    // Where a script, or somebody else, has put a pipe in its place, nobody waits for it.
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return null;
  }
}

/** Decimal digits and then nothing but line ends; null for anything else. */
function readCounter(fd: number): number | null {
  let length: number;
  try {
    length = readSync(fd, buffer, 0, buffer.length, 0);
  } catch {
    return null;
  }
  let value = 0;
  let i = 0;
  for (; i < length && i < 16; i++) {
    const digit = buffer[i]! - 48;
    if (digit < 0 || digit > 9) break;
    value = value * 10 + digit;
  }
  if (i === 0) return null;
  for (let j = i; j < length; j++) if (buffer[j]! > 32) return null;
  return value;
}

import { closeSync, constants, openSync, readSync } from 'node:fs';

/** A small file of /proc or /sys that is opened once and read again and again. */
export type HeldFile = {
  /** Its first bytes; null where it cannot be read any more (a CPU went offline, a driver was removed). */
  text(): string | null;
  /** The whole number in it; null where there is none. */
  number(): number | null;
  close(): void;
};

/** Longer than the first line of /proc/stat. */
const mostBytes = 512;

/** null where it cannot be opened. */
export function holdFile(path: string): HeldFile | null {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch {
    return null;
  }
  const buffer = Buffer.alloc(mostBytes);
  const text = () => {
    try {
      return buffer.toString('latin1', 0, readSync(fd, buffer, 0, mostBytes, 0)).trim();
    } catch {
      return null;
    }
  };
  return {
    text,
    number() {
      const read = text();
      return read !== null && /^-?\d{1,15}$/.test(read) ? Number(read) : null;
    },
    close: () => closeSync(fd),
  };
}

import { closeSync, constants, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';

/** Content of a small text file such as sysfs has, or the error code that reading it gave. */
export type SmallFile = { text: string; code: null } | { text: null; code: string };

/**
 * Reads at most 4,096 bytes. Never throws: the code is errno's name (EACCES, ENOENT, EIO, ENODATA, …), or IRREGULAR of a pipe or
 * a device, as an odd tree may have: the first would be waited for, and to open some of the others does something already.
 */
export function readSmallFile(path: string): SmallFile {
  let fd: number | null = null;
  try {
    const stat = statSync(path);
    if (!stat.isFile() && !stat.isDirectory()) return { text: null, code: 'IRREGULAR' };
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const buffer = Buffer.alloc(4096);
    const length = readSync(fd, buffer, 0, buffer.length, 0);
    return { text: buffer.toString('utf8', 0, length).trim(), code: null };
  } catch (error) {
    return { text: null, code: errorCode(error) };
  } finally {
    if (fd !== null) closeSync(fd);
  }
}

/** A non-negative whole number in a file, or null where there is none. */
export function readWholeNumber(path: string): number | null {
  const { text } = readSmallFile(path);
  return text !== null && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

/**
 * The whole of a file of /proc, or of the system's settings, without blanks around it: however long it is, for the first has
 * no size to go by. null where it cannot be read.
 */
export function readProcFile(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return null;
  }
}

/** The names in a folder; none where it cannot be read. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** errno's name of a file system error, or `EUNKNOWN`. */
export function errorCode(error: unknown): string {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  return typeof code === 'string' ? code : 'EUNKNOWN';
}

/** Whether a write failed for want of room: the disk has none, or the account has used up its share of it. */
export const isDiskFull = (error: unknown): boolean => ['ENOSPC', 'EDQUOT'].includes(errorCode(error));

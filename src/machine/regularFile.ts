import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, statSync, writeFileSync } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { ExpectedError } from '../core/failure/expectedError';

/**
 * The one way in which files are opened that somebody else may have put there: in a workspace, in a run's folder, as a
 * model. Only regular files are read, and only so much of them; a pipe is never waited for and a device never read. What
 * is written goes into the very file that is named: never through a link.
 */

/** What was named is no regular file, is a link where none may be, or is too large. */
export class FileRefused extends ExpectedError {
  override readonly name = 'FileRefused';

  constructor(
    readonly path: string,
    code: 'file-not-regular' | 'file-link' | 'file-too-large',
    problem: string,
  ) {
    super(code, `${path} ${problem}`);
  }
}

// Windows has neither; there is no pipe by a file's name either.
const noWaiting = constants.O_NONBLOCK ?? 0;
const noLink = constants.O_NOFOLLOW ?? 0;

/**
 * Opens a regular file to read; whoever calls closes it.
 *
 * @throws FileRefused where it is a folder, a pipe, a device or a socket; the system's error where it cannot be opened
 */
export function openToRead(path: string): { fd: number; size: number; mtimeMs: number } {
  // Asked before it is opened as well: to open some devices does something already.
  if (!statSync(path).isFile()) throw notAFile(path);
  const fd = openSync(path, constants.O_RDONLY | noWaiting);
  const stat = fstatSync(fd);
  if (stat.isFile()) return { fd, size: stat.size, mtimeMs: stat.mtimeMs };
  closeSync(fd);
  throw notAFile(path);
}

/**
 * @param mostBytes a larger file is refused, not cut
 * @param appended what is to stand behind the file's bytes
 * @returns a part of a buffer of its own
 * @throws FileRefused, the system's error
 */
export function readWhole(path: string, mostBytes: number, appended: Uint8Array = new Uint8Array()): Buffer {
  const { fd, size } = openToRead(path);
  try {
    if (size > mostBytes) throw tooLarge(path, mostBytes);
    const data = Buffer.allocUnsafeSlow(size + appended.length);
    const read = readInto(fd, 0, data.subarray(0, size));
    data.set(appended, read);
    return data.subarray(0, read + appended.length);
  } finally {
    closeSync(fd);
  }
}

/** The same as UTF-8. */
export const readText = (path: string, mostBytes: number) => readWhole(path, mostBytes).toString('utf8');

/** What stands at an offset: fewer bytes than asked for only where the file ends. */
export function readAt(fd: number, offset: number, bytes: number): Buffer {
  const data = Buffer.allocUnsafe(bytes);
  return data.subarray(0, readInto(fd, offset, data));
}

/** Returns how many bytes there were. */
function readInto(fd: number, offset: number, data: Buffer): number {
  let done = 0;
  while (done < data.length) {
    const read = readSync(fd, data, done, data.length - done, offset + done);
    if (read === 0) break;
    done += read;
  }
  return done;
}

/**
 * The same as `openToRead` while other work goes on. A name of a folder's listing that is no text is given as its bytes.
 *
 * @throws FileRefused, the system's error
 */
export async function openLater(path: string | Buffer): Promise<{ file: FileHandle; size: number }> {
  if (!(await stat(path)).isFile()) throw notAFile(String(path));
  const file = await open(path, constants.O_RDONLY | noWaiting);
  try {
    const now = await file.stat();
    if (!now.isFile()) throw notAFile(String(path));
    return { file, size: now.size };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** A regular file of any size, piece by piece; other work goes on in between. @throws FileRefused, the system's error */
export async function* chunksOf(path: string, bytes = 1 << 20): AsyncGenerator<Buffer> {
  const { file } = await openLater(path);
  try {
    for (;;) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(bytes), 0, bytes, null);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/**
 * Opens a file to append to, and to read; makes it where it is missing.
 *
 * @param mode of a file that is made
 * @throws FileRefused where the last part of the path is a link, or what stands there is no regular file
 */
export const openToAppend = (path: string, mode = 0o644) =>
  openOwn(path, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT, mode);

/** Opens a file that is there, to read and change it in place. @throws FileRefused, the system's error (ENOENT) */
export const openToChange = (path: string) => openOwn(path, constants.O_RDWR, 0);

/** Makes a file that must not be there yet. @throws the system's error (EEXIST), for a link that leads nowhere too */
export const openNew = (path: string, mode = 0o644) =>
  openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, mode);

/** Writes a whole text file: a new one, or in the place of what the file holds. Never through a link. */
export function writeText(path: string, text: string): void {
  const fd = openOwn(path, constants.O_WRONLY | constants.O_CREAT | constants.O_TRUNC, 0o644);
  try {
    writeFileSync(fd, text);
  } finally {
    closeSync(fd);
  }
}

/**
 * Whether a file stands in a place into which one is to be put.
 *
 * @throws FileRefused where a link does, or what is no regular file; the system's error
 */
export function isFilePlaceTaken(path: string): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return false;
  if (stat.isSymbolicLink()) throw aLink(path);
  if (!stat.isFile()) throw notAFile(path);
  return true;
}

function openOwn(path: string, flags: number, mode: number): number {
  let fd: number;
  try {
    fd = openSync(path, flags | noWaiting | noLink, mode);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ELOOP') throw aLink(path);
    // A pipe without a reader, a socket, a folder.
    if (code === 'ENXIO' || code === 'EISDIR') throw notAFile(path);
    throw error;
  }
  if (fstatSync(fd).isFile()) return fd;
  closeSync(fd);
  throw notAFile(path);
}

const aLink = (path: string) => new FileRefused(path, 'file-link', 'is a link, and nothing is written through one');
const notAFile = (path: string) => new FileRefused(path, 'file-not-regular', 'is no regular file');
const tooLarge = (path: string, mostBytes: number) =>
  new FileRefused(path, 'file-too-large', `is larger than ${Math.round(mostBytes / 1e6)} MB`);

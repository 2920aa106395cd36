import { sep } from 'node:path';
import { ExpectedError } from '../../core/failure/expectedError';
import { errorCode, isDiskFull } from '../../machine/smallFile';

/** Why nothing can be written to a run's folder, with the way out; null where an error is of something else. */
export function folderFault(error: unknown, folder: string): ExpectedError | null {
  const goOn = `go on with "greenbatch run --resume ${folder}"; every finished repeat is kept`;
  if (isDiskFull(error))
    return new ExpectedError('disk-full', `the disk of ${folder} is full: free some space, then ${goOn}`);
  if (!closing.has(errorCode(error)) || !isOfFolder(error as NodeJS.ErrnoException, folder)) return null;
  return new ExpectedError(
    'not-writable',
    `${folder} cannot be written any more (${(error as Error).message}): make it writable, then ${goOn}`,
  );
}

/** Mounted read-only, as Linux does by itself where a disk fails; modes changed; the disk, or the file server, answers no more. */
const closing = new Set(['EROFS', 'EACCES', 'EPERM', 'EIO', 'ESTALE']);

/** What is open names no path when it is written. */
function isOfFolder({ path, syscall }: NodeJS.ErrnoException, folder: string): boolean {
  if (path !== undefined) return path === folder || path.startsWith(folder + sep);
  return syscall === 'write' || syscall === 'fsync' || syscall === 'ftruncate';
}

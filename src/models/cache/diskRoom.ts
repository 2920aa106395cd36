import { statfsSync } from 'node:fs';
import { describeBytes } from '../../core/words/units';
import { ModelError } from '../modelError';

/** @throws ModelError if the disk of a folder has fewer bytes free than are needed */
export function requireRoom(folder: string, neededBytes: number): void {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (free < neededBytes) throw noRoom(folder, neededBytes, `${describeBytes(free)} are free`);
}

/** What a failed write means to a user; other errors as they are. */
export function explainWriteError(error: unknown, folder: string, neededBytes: number): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
  const full = fullDisk[code];
  if (full) return noRoom(folder, neededBytes, full);
  if (!['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST'].includes(code)) return error;
  return new ModelError(`cannot write the model into ${folder} (${code}); name a folder that you may write to`);
}

const fullDisk: Record<string, string> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'your quota is used up',
  EFBIG: 'a file may not be so large (ulimit -f, or the file system)',
};

function noRoom(folder: string, neededBytes: number, reason: string): ModelError {
  return new ModelError(
    `no room for the model in ${folder}: it needs ${describeBytes(neededBytes)} (${neededBytes} bytes), but ${reason}; free some space there or choose another folder`,
  );
}

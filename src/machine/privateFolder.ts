import { chmodSync, lstatSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ExpectedError } from '../core/failure/expectedError';
import { shellWord } from './shellWord';

/** May the group or everybody else write? */
const othersMayWrite = 0o022;

/**
 * A folder in which nobody but this user can have put anything: programs are started from it, and models are taken from
 * it without being built again. It is made where it is missing.
 *
 * @throws ExpectedError where it belongs to somebody else, or others could write into it till now
 */
export function privateFolder(path: string): string {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const { uid, mode } = statSync(path);
  if (process.getuid === undefined) return path;
  if (uid !== process.getuid()) {
    throw new ExpectedError(
      'cache-not-private',
      `the cache folder ${path} belongs to another user, who could put programs and models into it: name one of your own with GREENBATCH_CACHE`,
    );
  }
  if ((mode & othersMayWrite) !== 0) {
    throw new ExpectedError(
      'cache-not-private',
      `other users could write into the cache folder ${path}, so what lies there is not trusted. Delete it: all of it is made again`,
      `rm -r ${shellWord(path)}`,
    );
  }
  if ((mode & 0o077) !== 0) chmodSync(path, 0o700);
  return path;
}

/** Whether all in a folder belongs to this user or to root, and nobody else may change it. Links are not followed. */
export function isPrivateTree(path: string): boolean {
  if (process.getuid === undefined) return true;
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (!stat) return false;
  if (stat.uid !== process.getuid() && stat.uid !== 0) return false;
  // The mode of a link says nothing.
  if (!stat.isSymbolicLink() && (stat.mode & othersMayWrite) !== 0) return false;
  return !stat.isDirectory() || readdirSync(path).every((name) => isPrivateTree(join(path, name)));
}

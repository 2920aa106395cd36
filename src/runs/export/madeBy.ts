import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { version } from '../../../package.json';

/** The program that exports, as a run names the one that measured: they need not be of one version. */
export const madeBy = `greenbatch ${version}`;

/** sha256 of the program's bundle; null where it is not there (it runs from its sources). @param folder that of cli.js */
export function programHash(folder: string): string | null {
  try {
    return createHash('sha256')
      .update(readFileSync(join(folder, 'cli.js')))
      .digest('hex');
  } catch {
    return null;
  }
}

import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCode } from './smallFile';

/** A folder of files without folders in it. */
export type FolderOfFiles = { path: string; files: readonly { name: string; text: string }[] };

/**
 * Puts whole folders in the place of what is there. All are written beside their places before the first is put there, so that a disk
 * that fills up leaves everything as it was; none is ever seen with a part of its files.
 *
 * @throws the system's error; nothing is left behind then
 */
export async function replaceFolders(folders: readonly FolderOfFiles[]): Promise<void> {
  const made = folders.map(({ path, files }) => ({ path, files, partial: besides(path) }));
  try {
    for (const { path, files, partial } of made) {
      await mkdir(dirname(path), { recursive: true });
      await mkdir(partial);
      for (const { name, text } of files) await writeFile(join(partial, name), text, { flag: 'wx' });
    }
    for (const { path, partial } of made) await put(partial, path);
  } catch (error) {
    for (const { partial } of made) await rm(partial, { recursive: true, force: true }).catch(() => undefined);
    throw error;
  }
}

async function put(partial: string, path: string): Promise<void> {
  const old = besides(path);
  const wasThere = await rename(path, old).then(
    () => true,
    (error: unknown) => {
      if (errorCode(error) === 'ENOENT') return false;
      throw error;
    },
  );
  try {
    await rename(partial, path);
  } catch (error) {
    if (wasThere) await rename(old, path);
    throw error;
  }
  if (wasThere) await rm(old, { recursive: true, force: true });
}

const besides = (path: string) => join(dirname(path), `.partial-${process.pid}-${randomBytes(6).toString('hex')}`);

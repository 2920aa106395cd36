import { randomBytes } from 'node:crypto';
import { open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Puts a whole file in the place of what is there, by one rename: a reader sees the one or the other and never a part. In
 * the place of a link too, not of what it leads to.
 *
 * @param mode of the new file
 * @param before asked once the new file lies beside the old one, with the time that the file system gave it (milliseconds
 *   since 1970; of a network file system its server's time); what it throws leaves the old one where it is
 * @throws the system's error, and whatever `before` throws; nothing is left behind then
 */
export async function replaceFile(
  path: string,
  data: string | Uint8Array,
  { mode = 0o644, before }: { mode?: number; before?: (writtenAtMs: number) => void } = {},
): Promise<void> {
  // A name of its own length: beside a file whose name is as long as names may be it can still be made.
  const partial = join(dirname(path), `.partial-${process.pid}-${randomBytes(6).toString('hex')}`);
  try {
    const handle = await open(partial, 'wx', mode);
    try {
      await handle.writeFile(data);
    } finally {
      await handle.close();
    }
    // Only once it is closed has the server of a network file system seen it.
    before?.((await stat(partial)).mtimeMs);
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => undefined);
    throw error;
  }
}

import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { hashFile } from '../../machine/hashFile';
import { replaceFile } from '../../machine/replaceFile';
import type { WrittenFile } from '../onnx/writeModel';

/**
 * Built models by content: `<folder>/<key>/` holds `model.onnx`, perhaps `model.onnx.data`, and `manifest.json`.
 * An entry is made in a folder of its own and appears by one rename, so a reader sees all of it or nothing.
 */
const manifestName = 'manifest.json';
const partial = '.partial-';
const abandonedMs = 60 * 60 * 1000;

const manifestSchema = z.object({
  key: z.string(),
  files: z
    .array(
      z.object({ name: z.string(), bytes: z.number(), sha256: z.string(), mtimeMs: z.number(), ctimeMs: z.number() }),
    )
    .min(1),
});

/** A cached model: `file` to load; `sha256` over all its files. */
export type CacheEntry = { file: string; sha256: string; bytes: number };

/**
 * The entry for a key; `build` writes its files into the folder it is given if there is none yet, or a damaged
 * one. Processes that build the same at once do not disturb each other: the first one's entry is used by all.
 *
 * @param key names the content: equal keys must build equal files; letters, digits and hyphens
 */
export async function cached(
  folder: string,
  key: string,
  build: (folder: string) => WrittenFile[],
): Promise<CacheEntry> {
  const entry = join(folder, key);
  const found = await verify(entry, key);
  if (found) return found;

  mkdirSync(folder, { recursive: true, mode: 0o700 });
  removeAbandoned(folder);
  const own = join(folder, `${partial}${process.pid}-${randomBytes(6).toString('hex')}`);
  try {
    mkdirSync(own, { mode: 0o700 });
    const files = build(own);
    writeFileSync(join(own, manifestName), JSON.stringify({ key, files }, null, 2), { flush: true });
    return (await install(own, entry, key)) ?? describe(entry, files);
  } finally {
    rmSync(own, { recursive: true, force: true });
  }
}

/** @returns the entry of another process, if that was first */
async function install(own: string, entry: string, key: string): Promise<CacheEntry | undefined> {
  for (;;) {
    try {
      renameSync(own, entry);
      return undefined;
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code !== 'ENOTEMPTY' && code !== 'EEXIST' && code !== 'ENOTDIR') throw error;
    }
    const other = await verify(entry, key);
    if (other) return other;
    // Damaged. Moved away by one rename; if another process has done so already, there is nothing left to move.
    const away = `${own}-damaged`;
    try {
      renameSync(entry, away);
      rmSync(away, { recursive: true, force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
  }
}

/**
 * The entry if it is as it was written. Lengths are always compared; contents only where a file's times are not
 * those noted, because whatever changes a file also changes its ctime.
 */
async function verify(entry: string, key: string): Promise<CacheEntry | undefined> {
  const manifest = await readManifest(entry);
  if (manifest?.key !== key) return undefined;
  let touched = false;
  const files: WrittenFile[] = [];
  for (const file of manifest.files) {
    const stat = statSync(join(entry, file.name), { throwIfNoEntry: false });
    if (!stat?.isFile() || stat.size !== file.bytes) return undefined;
    if (stat.mtimeMs !== file.mtimeMs || stat.ctimeMs !== file.ctimeMs) {
      if ((await hashFile(join(entry, file.name))) !== file.sha256) return undefined;
      touched = true;
    }
    files.push({ ...file, mtimeMs: stat.mtimeMs, ctimeMs: stat.ctimeMs });
  }
  if (touched) await noteTimes(entry, { key, files });
  return describe(entry, files);
}

async function readManifest(entry: string): Promise<z.infer<typeof manifestSchema> | undefined> {
  try {
    return manifestSchema.parse(JSON.parse(await readFile(join(entry, manifestName), 'utf8')));
  } catch {
    // Absent, torn or not ours: each means that there is no usable entry.
    return undefined;
  }
}

/** Saves hashing again; a folder that may only be read is no error. */
const noteTimes = (entry: string, manifest: z.infer<typeof manifestSchema>): Promise<void> =>
  replaceFile(join(entry, manifestName), JSON.stringify(manifest, null, 2)).catch(() => undefined);

function describe(entry: string, files: readonly WrittenFile[]): CacheEntry {
  return {
    file: join(entry, files[0]?.name ?? ''),
    sha256: combineHashes(files.map((file) => file.sha256)),
    bytes: files.reduce((sum, file) => sum + file.bytes, 0),
  };
}

/** One hash for a model of several files: that of the only file, or the hash over the hashes in order. */
export function combineHashes(hashes: readonly string[]): string {
  const [only] = hashes;
  return hashes.length === 1 && only ? only : createHash('sha256').update(hashes.join('\n')).digest('hex');
}

/** What a killed process left behind. */
function removeAbandoned(folder: string): void {
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(partial)) continue;
    const path = join(folder, name);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat && Date.now() - stat.mtimeMs > abandonedMs) rmSync(path, { recursive: true, force: true });
  }
}

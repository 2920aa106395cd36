import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { isMacLeftover, nameOfBytes } from './fileNames';
import { imageExtensions } from '../decode/imageFormats';

/** Formats that YOLOv7's own loader would take, but the decoder does not read. */
const unreadExtensions = ['bmp', 'dng', 'heic', 'jp2'];

export type SkippedImage = { name: string; reason: string };

/** An image that is used, although something about its file is odd. */
export type WarnedImage = { name: string; warning: string };

/** One line of those warnings for a person, each kind counted; empty without any. */
export function warnedText(warned: readonly WarnedImage[]): string[] {
  const kinds = new Map<string, WarnedImage[]>();
  for (const one of warned) kinds.set(one.warning, [...(kinds.get(one.warning) ?? []), one]);
  const parts = Array.from(
    kinds,
    ([warning, those]) => `${warning} (${those.length}, ${those.length > 1 ? 'first ' : ''}${those[0]!.name})`,
  );
  return parts.length === 0
    ? []
    : [`${warned.length} image${warned.length === 1 ? ' is' : 's are'} read with a warning: ${parts.join('; ')}`];
}

/** Paths below `folder` with '/' between the parts, and what was passed over, each with its reason. */
export type FolderListing = { names: string[]; skipped: SkippedImage[] };

/** By code units: the same on every machine, whatever its locale. */
export function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A file below a folder: its path as text, '/' between the parts, and as the bytes that open it. */
export type FolderFile = { name: string; path: Buffer };

/**
 * All files in `root` and its subfolders, without macOS's leftovers. Symbolic links are followed, but no folder is entered twice, so
 * a link to a parent does no harm. Rejects only if `root` itself cannot be read.
 */
export async function listFiles(root: string): Promise<{ files: FolderFile[]; skipped: SkippedImage[] }> {
  const [files, skipped]: [FolderFile[], SkippedImage[]] = [[], []];
  const entered = new Set<string>([await realPathOf(root)]);
  const visit = async (prefix: string, folder: Buffer, entries: Dirent<Buffer>[]): Promise<void> => {
    for (const entry of entries) {
      const name = prefix + nameOfBytes(entry.name);
      if (isMacLeftover(name)) continue;
      const path = Buffer.concat([folder, separator, entry.name]);
      const isFolder = entry.isSymbolicLink() ? await leadsToFolder(path) : entry.isDirectory();
      if (!isFolder) {
        files.push({ name, path });
        continue;
      }
      if (isImageName(name)) skipped.push({ name, reason: 'a folder, not a file' });
      try {
        const real = await realPathOf(path);
        if (entered.has(real)) continue;
        entered.add(real);
        await visit(`${name}/`, path, await entriesOf(path));
      } catch (error) {
        skipped.push({ name, reason: `the folder cannot be read (${(error as NodeJS.ErrnoException).code})` });
      }
    }
  };
  await visit('', Buffer.from(root), await entriesOf(root));
  files.sort((a, b) => byName(a.name, b.name));
  return { files, skipped };
}

const separator = Buffer.from('/');

/** One letter a byte: a name need not be UTF-8. */
const realPathOf = async (path: string | Buffer) => (await realpath(path, { encoding: 'buffer' })).toString('latin1');

async function entriesOf(folder: string | Buffer): Promise<Dirent<Buffer>[]> {
  const entries = await readdir(folder, { withFileTypes: true, encoding: 'buffer' });
  return entries.sort((a, b) => a.name.compare(b.name));
}

async function leadsToFolder(path: Buffer): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return false; // a dangling link: reported as a missing file if its name is an image's
  }
}

function extensionOf(name: string): string {
  return /\.([^./]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
}

/** Whether the decoder reads files of this extension. */
export function isImageName(name: string): boolean {
  return imageExtensions.includes(extensionOf(name));
}

/** Whether a file is an image of a format that is not read. */
export function isUnreadImage(name: string): boolean {
  return unreadExtensions.includes(extensionOf(name));
}

import type { Dirent, Stats } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { mapInOrder } from './inOrder';

/** File names that are taken for images: what the decoder reads. */
export const imageExtensions = ['jpg', 'jpeg', 'png', 'webp', 'tif', 'tiff', 'gif', 'avif'];

/** Formats that YOLOv7's own loader would take, but the decoder does not read. */
const unreadExtensions = ['bmp', 'dng', 'heic', 'jp2'];

export type SkippedImage = { name: string; reason: string };

/** Paths below `folder` with '/' between the parts, and what was passed over, each with its reason. */
export type FolderListing = { names: string[]; skipped: SkippedImage[] };

/** By code units: the same on every machine, whatever its locale. */
export function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/**
 * The images in `folder` and its subfolders, by extension, sorted by path. Symbolic links are followed, but no folder
 * is entered twice, so a link to a parent does no harm. Rejects only if `folder` itself cannot be read.
 */
export async function listImageFiles(folder: string): Promise<FolderListing> {
  const listing: FolderListing = { names: [], skipped: [] };
  const entered = new Set<string>([await realpath(folder)]);
  const visit = async (prefix: string, entries: Dirent[]): Promise<void> => {
    for (const entry of entries.sort((a, b) => byName(a.name, b.name))) {
      const name = prefix + entry.name;
      const isFolder = entry.isSymbolicLink() ? await leadsToFolder(join(folder, name)) : entry.isDirectory();
      if (!isFolder) {
        addFile(listing, name);
        continue;
      }
      if (isImageName(name)) listing.skipped.push({ name, reason: 'a folder, not a file' });
      try {
        const real = await realpath(join(folder, name));
        if (entered.has(real)) continue;
        entered.add(real);
        await visit(`${name}/`, await readdir(join(folder, name), { withFileTypes: true }));
      } catch (error) {
        listing.skipped.push({ name, reason: `the folder cannot be read (${(error as NodeJS.ErrnoException).code})` });
      }
    }
  };
  await visit('', await readdir(folder, { withFileTypes: true }));
  listing.names.sort(byName);
  return listing;
}

async function leadsToFolder(path: string): Promise<boolean> {
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

function addFile(listing: FolderListing, name: string): void {
  const extension = extensionOf(name);
  if (isImageName(name)) listing.names.push(name);
  else if (unreadExtensions.includes(extension))
    listing.skipped.push({ name, reason: `.${extension} is not read: convert it to PNG or JPEG` });
}

/** `stat` of each name in `folder`, in order; null where that fails. */
export function statImageFiles(folder: string, names: string[]): AsyncGenerator<{ name: string; found: Stats | null }> {
  return mapInOrder(names, 16, async (name) => {
    try {
      return { name, found: await stat(join(folder, name)) };
    } catch {
      return { name, found: null };
    }
  });
}

import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve } from 'node:path';
import { crc32 } from 'node:zlib';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { DatasetError, readOr } from './datasetError';
import {
  byName,
  type FolderListing,
  isImageName,
  listImageFiles,
  type SkippedImage,
  statImageFiles,
} from './imageFiles';

export type ImageItem = {
  /** Path below the source's folder, or the scene's number. */
  name: string;
  /** Changes when the image does: size and times of a file, checksum of an archive's entry, seed of a scene. */
  fingerprint: string;
  /** The encoded image. Rejects as `fs.readFile` does. */
  load: () => Promise<Buffer>;
};

/** A folder or a ZIP archive with images. */
export type ImageStore = {
  /** Names of all images, and what was passed over. */
  list: () => Promise<FolderListing>;
  /** Each of `names` in order: the image, or why there is none. */
  find: (names: string[]) => AsyncGenerator<ImageItem | SkippedImage>;
};

/** An image may have so many bytes in an archive: a false size must not fill the memory. */
const maxImageBytes = 512 * 1024 * 1024;

/** Opens a folder, or a file as a ZIP archive, which stays open until the process ends. `path` is absolute. */
export async function openImageStore(path: string, hint?: string): Promise<ImageStore> {
  const found = await readOr(stat(path), path, hint);
  if (found.isDirectory()) return folderStore(path);
  if (!/\.zip$/i.test(path))
    throw new DatasetError(`${path} is not a folder: name the folder, or the .zip, that holds the images`);
  return archiveStore(path);
}

function folderStore(root: string): ImageStore {
  const leadsOut = (name: string) => {
    const path = relative(root, resolve(root, name));
    return path === '' || path.startsWith('..') || isAbsolute(path);
  };
  return {
    list: () => readOr(listImageFiles(root), root),
    find: async function* (names) {
      for await (const { name, found } of statImageFiles(root, names)) {
        if (leadsOut(name)) yield { name, reason: 'its path leads out of the images folder' };
        else if (found === null) yield { name, reason: 'the file is missing' };
        else if (!found.isFile()) yield { name, reason: found.isDirectory() ? 'a folder, not a file' : 'not a file' };
        else
          yield {
            name,
            fingerprint: `${found.size}/${found.mtimeMs}/${found.ctimeMs}`,
            load: () => readFile(join(root, name)),
          };
      }
    },
  };
}

async function archiveStore(path: string): Promise<ImageStore> {
  const entries = new Map<string, Entry>();
  let archive: ZipFile;
  try {
    archive = await openPromise(path, { autoClose: false });
    for await (const entry of archive.eachEntry())
      if (!entry.fileName.endsWith('/')) entries.set(entry.fileName, entry);
  } catch (error) {
    throw new DatasetError(
      `${path} is not a sound ZIP archive: ${(error as Error).message}; take it from its source again`,
    );
  }
  // Annotations name "1.jpg" where COCO's archives hold "val2017/1.jpg".
  const byLastPart = new Map<string, Entry | null>();
  for (const [name, entry] of entries) {
    const last = name.slice(name.lastIndexOf('/') + 1);
    byLastPart.set(last, byLastPart.has(last) ? null : entry);
  }
  return {
    list: () => Promise.resolve({ names: [...entries.keys()].filter(isImageName).sort(byName), skipped: [] }),
    find: async function* (names) {
      for (const name of names) {
        const entry = entries.get(name) ?? byLastPart.get(name);
        if (entry === null) yield { name, reason: 'several files of the archive have this name' };
        else if (entry === undefined) yield { name, reason: 'the file is missing' };
        else if (!entry.canDecodeFileData()) yield { name, reason: 'encrypted, or compressed in an unknown way' };
        else if (entry.uncompressedSize > maxImageBytes) yield { name, reason: 'larger than 512 MB' };
        else
          yield {
            name,
            fingerprint: `${entry.crc32}/${entry.uncompressedSize}`,
            load: () => readEntry(archive, entry),
          };
      }
    },
  };
}

async function readEntry(archive: ZipFile, entry: Entry): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of await archive.openReadStreamPromise(entry)) parts.push(part as Buffer);
  const bytes = Buffer.concat(parts);
  if (crc32(bytes) !== entry.crc32) throw new Error('damaged in the archive: its checksum does not match');
  return bytes;
}

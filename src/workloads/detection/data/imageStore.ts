import { closeSync, read, type Stats } from 'node:fs';
import { stat } from 'node:fs/promises';
import { isAbsolute, relative, resolve } from 'node:path';
import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';
import { type Entry, fromFdPromise, getFileNameLowLevel, validateFileName, type ZipFile } from 'yauzl';
import type { Size } from '../../../core/spec/spec';
import { openLater, openToRead } from '../../../machine/regularFile';
import { DatasetError, readOr } from './datasetError';
import { isMacLeftover, NameIndex, plainName, spellingsBelow } from './fileNames';
import { imageReason, UnusableImage } from '../decode/imageError';
import { byName, type FolderListing, isImageName, isUnreadImage, listFiles, type SkippedImage } from './imageFiles';
import { mapInOrder } from './inOrder';

export type ImageItem = {
  /** Path below the source's folder, or the scene's number. */
  name: string;
  /** Changes when the image does: size and times of a file, checksum of an archive's entry, seed of a scene. */
  fingerprint: string;
  /** Encoded. */
  bytes: number;
  /** In pixels, where it is known without a look at the image. */
  size?: Size;
  /** Whether the file's name differs from `name` in letter case. */
  isOtherCase?: boolean;
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

/** An encoded image may have so many bytes: each is held in memory as a whole. */
export const maxImageBytes = 256 * 1024 * 1024;
const tooLarge = 'larger than 256 MB';
/** The reason of a name that leads to nothing. */
export const isMissing = 'the file is missing';

/** Opens a folder, or a file as a ZIP archive, which stays open until the process ends. `path` is absolute. */
export async function openImageStore(path: string, hint?: string): Promise<ImageStore> {
  const found = await readOr(stat(path), path, hint);
  if (found.isDirectory()) return folderStore(path);
  if (!/\.zip$/i.test(path))
    throw new DatasetError(`${path} is not a folder: name the folder, or the .zip, that holds the images`);
  if (!found.isFile()) throw new DatasetError(`${path} is not a file`);
  return archiveStore(path);
}

function folderStore(root: string): ImageStore {
  const finder = new FolderFinder(root);
  return {
    list: async () => {
      const { files, skipped } = await readOr(finder.list(), root);
      const names = files.map(({ name }) => name);
      const unread = names.filter(isUnreadImage).map((name) => ({
        name,
        reason: `.${name.slice(name.lastIndexOf('.') + 1).toLowerCase()} is not read: convert it to PNG or JPEG`,
      }));
      return { names: names.filter(isImageName), skipped: [...skipped, ...unread] };
    },
    find: (names) =>
      mapInOrder(names, 16, async (name) => {
        const found = await finder.find(name);
        if ('reason' in found) return { name, reason: found.reason };
        const { path, stats, isOtherCase } = found;
        if (stats.size > maxImageBytes) return { name, reason: tooLarge };
        return {
          name,
          fingerprint: `${stats.size}/${stats.mtimeMs}/${stats.ctimeMs}`,
          bytes: stats.size,
          ...(isOtherCase && { isOtherCase }),
          load: () => readRegularFile(path, maxImageBytes),
        };
      }),
  };
}

type FolderFound = { path: Buffer; stats: Stats; isOtherCase: boolean };

/** Files of a folder by the names that other programs wrote down. The folder is listed only when a name is not there as it is. */
export class FolderFinder {
  private listing: ReturnType<typeof listFiles> | null = null;
  private index: Promise<NameIndex<Buffer>> | null = null;

  constructor(private readonly root: string) {}

  list(): ReturnType<typeof listFiles> {
    return (this.listing ??= listFiles(this.root));
  }

  async find(name: string): Promise<FolderFound | { reason: string }> {
    if (name === '') return { reason: 'its entry names no file' };
    if (this.leadsOut(name) || this.leadsOut(plainName(name)))
      return { reason: 'its path leads out of the images folder' };
    const own = await statOf(Buffer.from(resolve(this.root, name)));
    if (!('reason' in own) || own.reason !== isMissing) return own;
    const index = await (this.index ??= this.indexed());
    const found = index.find(spellingsBelow(this.root, name));
    if (found === null) return own;
    if (found === 'several') return { reason: 'several files of the folder have this name' };
    const there = await statOf(found.value);
    return 'reason' in there ? there : { ...there, isOtherCase: found.otherCase };
  }

  private leadsOut(name: string): boolean {
    const path = relative(this.root, resolve(this.root, name));
    return path === '' || path.startsWith('..') || isAbsolute(path);
  }

  private async indexed() {
    const index = new NameIndex<Buffer>();
    const prefix = Buffer.byteLength(this.root) + 1;
    const { files } = await this.list().catch(() => ({ files: [] }));
    for (const file of files) index.add(file.name, file.path, file.path.subarray(prefix));
    return index;
  }
}

async function statOf(path: Buffer): Promise<FolderFound | { reason: string }> {
  try {
    const stats = await stat(path);
    if (stats.isFile()) return { path, stats, isOtherCase: false };
    return { reason: stats.isDirectory() ? 'a folder, not a file' : 'not a file' };
  } catch (error) {
    return { reason: imageReason(error) };
  }
}

/** Rejects as `fs.readFile` does, with FileRefused for what is no regular file, and for what is larger. */
export async function readRegularFile(path: string | Buffer, mostBytes: number): Promise<Buffer> {
  const { file, size } = await openLater(path);
  try {
    if (size > mostBytes) throw new UnusableImage(`larger than ${Math.floor(mostBytes / 2 ** 20)} MB`);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

async function archiveStore(path: string): Promise<ImageStore> {
  const file = await readOr(new Promise<number>((done) => done(openToRead(path).fd)), path);
  const entries = new Map<string, Entry>();
  const [index, byLastPart] = [new NameIndex<string>(), new NameIndex<string>()];
  const skipped: SkippedImage[] = [];
  let archive: ZipFile;
  try {
    // One odd name or size must not spoil the other entries: names are judged here, sizes when an entry is read.
    archive = await fromFdPromise(file, { autoClose: false, decodeStrings: false, validateEntrySizes: false });
    for await (const entry of archive.eachEntry()) {
      const name = getFileNameLowLevel(entry.generalPurposeBitFlag, entry.fileNameRaw, entry.extraFields, false);
      if (name.endsWith('/') || isMacLeftover(name)) continue;
      if (name.includes('\0') || validateFileName(name) !== null) {
        skipped.push({ name, reason: 'its path leads out of the archive' });
        continue;
      }
      entries.set(name, entry);
      index.add(name, name, entry.fileNameRaw);
      // Annotations name "1.jpg" where COCO's archives hold "val2017/1.jpg".
      const lastBytes = entry.fileNameRaw.subarray(entry.fileNameRaw.lastIndexOf('/') + 1);
      byLastPart.add(name.slice(name.lastIndexOf('/') + 1), name, lastBytes);
    }
  } catch (error) {
    closeSync(file);
    throw new DatasetError(
      `${path} is not a sound ZIP archive: ${(error as Error).message}; take it from its source again`,
    );
  }
  const folder = path.replace(/\.zip$/i, '');
  return {
    list: () => Promise.resolve({ names: [...entries.keys()].filter(isImageName).sort(byName), skipped }),
    find: async function* (names) {
      for (const name of names) {
        const spellings = spellingsBelow(folder, name);
        const found = entries.has(name)
          ? { value: name, otherCase: false }
          : (index.find(spellings) ?? byLastPart.find(spellings));
        const reason =
          name === ''
            ? 'its entry names no file'
            : found === null
              ? isMissing
              : 'several files of the archive have this name';
        if (name === '' || found === null || found === 'several') yield { name, reason };
        else yield itemOf(archive, file, name, entries.get(found.value)!, found.otherCase);
      }
    },
  };
}

function itemOf(
  archive: ZipFile,
  file: number,
  name: string,
  entry: Entry,
  isOtherCase: boolean,
): ImageItem | SkippedImage {
  if (!entry.canDecodeFileData()) return { name, reason: 'encrypted, or compressed in an unknown way' };
  if (Math.max(entry.uncompressedSize, entry.compressedSize) > maxImageBytes) return { name, reason: tooLarge };
  return {
    name,
    fingerprint: `${entry.crc32}/${entry.uncompressedSize}`,
    bytes: entry.uncompressedSize,
    ...(isOtherCase && { isOtherCase }),
    load: () => readEntry(archive, file, entry),
  };
}

const [inflate, readPart] = [promisify(inflateRaw), promisify(read)];

/** Without streams, so that each failure rejects this promise and nothing else. No more bytes are made than the entry says. */
async function readEntry(archive: ZipFile, file: number, entry: Entry): Promise<Buffer> {
  try {
    const { fileDataStart } = await archive.readLocalFileHeaderPromise(entry, { minimal: true });
    const stored = Buffer.alloc(entry.compressedSize);
    for (let at = 0; at < stored.length;) {
      const { bytesRead } = await readPart(file, stored, at, stored.length - at, fileDataStart + at);
      if (bytesRead === 0) throw new Error('the archive ends within it');
      at += bytesRead;
    }
    const isStored = entry.compressionMethod === 0;
    const bytes = isStored ? stored : await inflate(stored, { maxOutputLength: Math.max(1, entry.uncompressedSize) });
    if (bytes.length !== entry.uncompressedSize) throw new Error('it is of another size than it says');
    if (crc32(bytes) !== entry.crc32) throw new Error('its checksum does not match');
    return bytes;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(`damaged in the archive: ${code === 'ERR_BUFFER_TOO_LARGE' ? 'larger than it says' : message}`);
  }
}

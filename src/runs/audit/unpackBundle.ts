import { closeSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { crc32, inflateRawSync } from 'node:zlib';
import { type Entry, fromFdPromise, type ZipFile } from 'yauzl';
import { ExpectedError } from '../../core/failure/expectedError';
import { openToRead, readAt } from '../../machine/regularFile';

/** A bundle that somebody sent: how much of it is read at most, before anything is believed. */
const mostEntries = 1000;
const mostBytes = 1 << 30;
const mostOfOne = 512 << 20;

/** Deflate packs 1,032 to 1 at best; logs are packed 3 to 20. */
const mostPacked = 1000;

/** The archive is no bundle of ours, or is made to do harm. */
export class BundleRefused extends ExpectedError {
  override readonly name = 'BundleRefused';

  constructor(file: string, problem: string) {
    super('bundle', `${file} is no sound bundle: ${problem}`);
  }
}

/**
 * Writes the files of an archive into an empty folder. Only regular files with relative paths are taken, each once; links, encrypted
 * entries, paths that lead out, and what unpacks to more than it says or to more than a bundle can be, are refused before the first is written.
 *
 * @throws BundleRefused, the system's error
 */
export async function unpackBundle(file: string, folder: string): Promise<void> {
  const { fd, size } = openToRead(file);
  try {
    const zip = await listing(fd, file);
    const entries: { entry: Entry; offset: number }[] = [];
    for await (const entry of entriesOf(zip, file)) entries.push({ entry, offset: await offsetOf(zip, entry, file) });
    check(
      file,
      size,
      entries.map(({ entry }) => entry),
    );
    for (const { entry, offset } of entries) {
      const bytes = contentOf(file, entry, readAt(fd, offset, entry.compressedSize));
      const path = join(folder, entry.fileName);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, bytes, { flag: 'wx', mode: 0o600 });
    }
  } finally {
    closeSync(fd);
  }
}

async function listing(fd: number, file: string): Promise<ZipFile> {
  try {
    // Names that lead out are refused by yauzl itself, which also counts bytes.
    return await fromFdPromise(fd, { autoClose: false, strictFileNames: true });
  } catch (error) {
    throw new BundleRefused(file, (error as Error).message);
  }
}

async function* entriesOf(zip: ZipFile, file: string): AsyncGenerator<Entry, void, void> {
  if (zip.entryCount > mostEntries) throw new BundleRefused(file, `it says it has ${zip.entryCount} entries`);
  try {
    for await (const entry of zip.eachEntry()) if (!isFolder(entry)) yield entry;
  } catch (error) {
    throw error instanceof BundleRefused ? error : new BundleRefused(file, (error as Error).message);
  }
}

async function offsetOf(zip: ZipFile, entry: Entry, file: string): Promise<number> {
  try {
    return (await zip.readLocalFileHeaderPromise(entry, { minimal: true })).fileDataStart;
  } catch (error) {
    throw new BundleRefused(file, (error as Error).message);
  }
}

const isFolder = ({ fileName }: Entry) => fileName.endsWith('/');
/** Of the Unix mode in the upper half of the attributes: what kind of file it is. */
const [kindMask, regular] = [0o170000, 0o100000];

function check(file: string, size: number, entries: readonly Entry[]): void {
  const refuse = (problem: string): never => {
    throw new BundleRefused(file, problem);
  };
  const names = new Set<string>();
  let bytes = 0;
  for (const entry of entries) {
    const { fileName, uncompressedSize, compressedSize, compressionMethod, externalFileAttributes } = entry;
    const kind = (externalFileAttributes >>> 16) & kindMask;
    if (kind !== 0 && kind !== regular) refuse(`${fileName} is a link or another thing than a file`);
    if (entry.isEncrypted()) refuse(`${fileName} is encrypted`);
    if (compressionMethod !== 0 && compressionMethod !== 8) refuse(`${fileName} is packed in an unknown way`);
    if (!/^(?!\/)(?:(?!\.{1,2}(?:\/|$))[^/\\:\0]+(?:\/|$))+$/.test(fileName) || fileName.length > 200)
      refuse(`the name ${JSON.stringify(fileName.slice(0, 200))} is none that a bundle has`);
    // Some file systems know no difference between the two.
    const name = fileName.toLowerCase();
    if (names.has(name)) refuse(`two files are called ${fileName}`);
    names.add(name);
    if (compressedSize > size) refuse(`${fileName} would end behind the end of the archive`);
    if (uncompressedSize > mostOfOne || uncompressedSize > mostPacked * compressedSize + 1024)
      refuse(`${fileName} would unpack to ${uncompressedSize} bytes`);
    bytes += uncompressedSize;
    if (bytes > mostBytes) refuse('it would unpack to more than 1 GiB');
  }
  for (const name of names)
    for (let at = name.indexOf('/'); at > 0; at = name.indexOf('/', at + 1))
      if (names.has(name.slice(0, at))) refuse(`${name.slice(0, at)} is a file and a folder`);
}

function contentOf(file: string, entry: Entry, packed: Buffer): Buffer {
  let bytes: Buffer;
  try {
    bytes =
      entry.compressionMethod === 0
        ? packed
        : // One byte more than it says is one too many.
          inflateRawSync(packed, { maxOutputLength: entry.uncompressedSize + 1 });
  } catch (error) {
    throw new BundleRefused(file, `${entry.fileName} cannot be unpacked: ${(error as Error).message}`);
  }
  if (bytes.length !== entry.uncompressedSize || crc32(bytes) !== entry.crc32)
    throw new BundleRefused(file, `${entry.fileName} is not what the archive says of it`);
  return bytes;
}

import { closeSync, readSync } from 'node:fs';
import { openToRead } from '../../machine/regularFile';
import { crc32 } from 'node:zlib';
import { type Entry, fromFdPromise, type ZipFile } from 'yauzl';
import { ModelError } from '../modelError';

/** Bytes of the file that belong to one name; they are stored as they are. */
export type ArchiveEntry = { name: string; offset: number; bytes: number; crc32: number };

/** A ZIP file as PyTorch writes it. Names of entries are without the top folder. */
export type Archive = { file: string; bytes: number; entries: ReadonlyMap<string, ArchiveEntry> };

const mostEntries = 50_000;
const chunkBytes = 1 << 20;

/** The file has no list of its entries, which ends every whole one: it is torn. */
export class TornArchive extends ModelError {}

/**
 * Reads the list of entries, nothing of their contents. Compressed entries are refused (PyTorch writes none), so no
 * entry can be larger than the file.
 *
 * @throws TornArchive, or ModelError if it is no archive of PyTorch's
 */
export async function openArchive(file: string): Promise<Archive> {
  const { fd: descriptor, size } = openToRead(file);
  try {
    const zip = await listing(descriptor, file);
    if (zip.entryCount > mostEntries) throw unsound(file, `it says it has ${zip.entryCount} entries`);
    const all = new Map<string, ArchiveEntry>();
    try {
      for await (const entry of zip.eachEntry()) {
        const found = await locate(zip, entry, size);
        if (all.has(found.name)) throw new Error(`two entries are called ${found.name}`);
        all.set(found.name, found);
      }
    } catch (error) {
      throw unsound(file, error instanceof Error ? error.message : String(error));
    }
    const top = [...all.keys()].find((name) => /^[^/]+\/data\.pkl$/.test(name))?.replace('data.pkl', '');
    if (top === undefined)
      throw new ModelError(`${file} is a ZIP archive without data.pkl, so no checkpoint of PyTorch`);
    const inside = [...all.values()].filter(({ name }) => name.startsWith(top));
    return { file, bytes: size, entries: new Map(inside.map((entry) => [entry.name.slice(top.length), entry])) };
  } finally {
    closeSync(descriptor);
  }
}

async function listing(descriptor: number, file: string): Promise<ZipFile> {
  try {
    return await fromFdPromise(descriptor, { autoClose: false });
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // yauzl tells it in words only.
    if (/End of central directory record signature not found/i.test(message)) throw new TornArchive(message);
    throw unsound(file, message);
  }
}

async function locate(zip: ZipFile, entry: Entry, size: number): Promise<ArchiveEntry> {
  const { fileName: name, uncompressedSize: bytes } = entry;
  if (entry.isEncrypted()) throw new Error(`${name} is encrypted`);
  if (entry.compressionMethod !== 0) throw new Error(`${name} is compressed, which PyTorch never does`);
  const { fileDataStart: offset } = await zip.readLocalFileHeaderPromise(entry, { minimal: true });
  if (offset + bytes > size) throw new Error(`${name} would end behind the end of the file`);
  return { name, offset, bytes, crc32: entry.crc32 };
}

function unsound(file: string, problem: string): ModelError {
  return new ModelError(`${file} is not a sound checkpoint: ${problem}; take the file from its source again`);
}

/**
 * Reads part of an entry.
 *
 * @throws ModelError if the file has become shorter meanwhile
 */
export function readEntry(archive: Archive, entry: ArchiveEntry, start = 0, length = entry.bytes): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  const { fd: descriptor } = openToRead(archive.file);
  try {
    for (let done = 0; done < length;) {
      const count = readSync(descriptor, bytes, done, length - done, entry.offset + start + done);
      if (count === 0) throw new ModelError(`${archive.file} has become shorter while it was read`);
      done += count;
    }
  } finally {
    closeSync(descriptor);
  }
  return bytes;
}

/**
 * Compares an entry with its checksum, in pieces.
 *
 * @param purpose what it is needed for, for the message
 * @throws ModelError if it is not as it was written
 */
export function verifyEntry(archive: Archive, entry: ArchiveEntry, purpose: string): void {
  let checksum = 0;
  for (let at = 0; at < entry.bytes; at += chunkBytes) {
    checksum = crc32(readEntry(archive, entry, at, Math.min(chunkBytes, entry.bytes - at)), checksum);
  }
  if (checksum === entry.crc32) return;
  throw new ModelError(
    `${archive.file} was altered or damaged: entry ${entry.name} (${purpose}) at byte ${entry.offset} does not match its checksum; take the file from its source again`,
  );
}

import { closeSync, readSync } from 'node:fs';
import { openToRead } from '../../machine/regularFile';
import { ModelError } from '../modelError';
import { requireModel } from './foreignFile';
import { flattenModules } from './modules';
import { CutPickle, mostPickleBytes, unpickle } from './unpickle';

/** What a whole file would hold of one storage. `name`: of a tensor that lies in it. */
type Needed = { bytes: number; name: string };

const elementBytes: Record<string, number> = {
  ...{ HalfStorage: 2, BFloat16Storage: 2, FloatStorage: 4, DoubleStorage: 8 },
  ...{ LongStorage: 8, IntStorage: 4, ShortStorage: 2, CharStorage: 1, ByteStorage: 1, BoolStorage: 1 },
};
const headerBytes = 30;
const mostEntries = 50_000;

/**
 * Where a file that lost its end is torn. Without the list of entries only what stands before each entry is left; how
 * long entries are is said by the pickle, which comes first.
 */
export function describeTorn(file: string): ModelError {
  const { fd: descriptor, size } = openToRead(file);
  try {
    const read = (at: number, length: number): Buffer => {
      const bytes = Buffer.alloc(Math.max(0, Math.min(length, size - at)));
      return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, at));
    };
    const first = readHeader(read, 0);
    const torn = (rest: string) => new ModelError(`${file} is torn: ${rest}; download it again`);
    if (first?.name !== 'data.pkl') return torn(`it ends after ${size} bytes, before its list of entries`);
    let pickle: ReturnType<typeof unpickle>;
    try {
      pickle = unpickle(read(first.start, mostPickleBytes), file);
    } catch (error) {
      if (!(error instanceof CutPickle)) throw error;
      return torn(`it ends after ${size} bytes, within data.pkl, the description of its model`);
    }
    const needed = neededStorages(pickle.value, file);
    const [found, end] = walk(read, first.start + pickle.bytes, needed, size);
    // PyTorch writes the storages in the order of their names.
    const missing = [...needed].filter(([key]) => !found.has(key)).sort(([a], [b]) => (a < b ? -1 : 1));
    const [next] = missing;
    if (!next) return torn(`it ends after ${size} bytes, before its list of entries; all its tensors are there`);
    const whole = missing.reduce((sum, [, { bytes }]) => sum + bytes, end);
    return torn(
      `it ends after ${size} of at least ${whole} bytes; entry data/${next[0]}, needed for ${next[1].name}, is missing or cut (${missing.length} of ${needed.size} entries are)`,
    );
  } finally {
    closeSync(descriptor);
  }
}

function neededStorages(root: Parameters<typeof requireModel>[0], file: string): Map<string, Needed> {
  const needed = new Map<string, Needed>();
  for (const [name, { storage }] of flattenModules(requireModel(root, file), file).tensors) {
    needed.set(storage.key, { bytes: storage.elements * (elementBytes[storage.type] ?? 1), name });
  }
  return needed;
}

/** @returns keys of the storages that are whole, and where the last of them ends */
function walk(
  read: (at: number, length: number) => Buffer,
  from: number,
  needed: ReadonlyMap<string, Needed>,
  size: number,
): [found: Set<string>, end: number] {
  const found = new Set<string>();
  let end = from;
  for (let at = from, count = 0; ; count++) {
    // A checksum and sizes of 16 or 24 bytes, or nothing, stand between an entry and the next; unknown entries are small.
    const gap = read(at, 1024).indexOf('PK\x03\x04', 0, 'latin1');
    const header = gap < 0 ? undefined : readHeader(read, at + gap);
    if (!header || count > mostEntries) return [found, end];
    const key = header.name.replace(/^data\//, '');
    const storage = header.name.startsWith('data/') ? needed.get(key) : undefined;
    at = header.start + (storage?.bytes ?? 0);
    if (at > size) return [found, end];
    if (!storage) continue;
    found.add(key);
    end = at;
  }
}

/** The head of an entry: its name without the top folder, and where its bytes start. */
function readHeader(
  read: (at: number, length: number) => Buffer,
  at: number,
): { name: string; start: number } | undefined {
  const header = read(at, headerBytes);
  if (header.length < headerBytes) return undefined;
  const nameBytes = header.readUInt16LE(26);
  const name = read(at + headerBytes, nameBytes).toString('utf8');
  return { name: name.slice(name.indexOf('/') + 1), start: at + headerBytes + nameBytes + header.readUInt16LE(28) };
}

import { crc32, deflateRawSync } from 'node:zlib';

export type ArchiveFile = { path: string; bytes: Uint8Array };

/** No field of the plain format holds more (no ZIP64): far above what a run comes to. */
const mostBytes = 0xffff_ffff;
const mostFiles = 0xffff;

/** 1980-01-01 00:00, the first moment that the format can name: an archive of the same files is the same whenever it is made. */
const [dosTime, dosDate] = [0, 0x21];
const utf8Names = 0x0800;
const deflated = 8;
/** A regular file that all may read, as Unix writes it in the upper half; made by Unix, version 2.0 of the format. */
const [madeBy, version, attributes] = [0x0314, 20, 0o100644 * 0x10000];

/**
 * Files as a ZIP archive (PKWARE APPNOTE 6.3.10), in their order, with fixed times: the bytes depend on nothing but the
 * files, and on zlib for how well they are packed.
 *
 * @throws RangeError above 4 GiB or 65,535 files
 */
export function zipArchive(files: readonly ArchiveFile[]): Buffer {
  if (files.length > mostFiles) throw new RangeError('too many files for an archive');
  const parts: Buffer[] = [];
  const list: Buffer[] = [];
  let at = 0;
  for (const { path, bytes } of files) {
    const name = Buffer.from(path, 'utf8');
    const packed = deflateRawSync(bytes, { level: 9 });
    if (at + packed.length > mostBytes || bytes.length > mostBytes) throw new RangeError('too large for an archive');
    // The same fields stand before the contents, and in the list at the end.
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(version, 0);
    fields.writeUInt16LE(utf8Names, 2);
    fields.writeUInt16LE(deflated, 4);
    fields.writeUInt16LE(dosTime, 6);
    fields.writeUInt16LE(dosDate, 8);
    fields.writeUInt32LE(crc32(bytes), 10);
    fields.writeUInt32LE(packed.length, 14);
    fields.writeUInt32LE(bytes.length, 18);
    fields.writeUInt16LE(name.length, 22);
    parts.push(signature(0x04034b50), fields, name, packed);
    const made = Buffer.alloc(2);
    made.writeUInt16LE(madeBy, 0);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(attributes, 6);
    place.writeUInt32LE(at, 10);
    list.push(signature(0x02014b50), made, fields, place, name);
    at += 4 + fields.length + name.length + packed.length;
  }
  const listBytes = Buffer.concat(list);
  if (at + listBytes.length > mostBytes) throw new RangeError('too large for an archive');
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(listBytes.length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...parts, listBytes, signature(0x06054b50), end]);
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

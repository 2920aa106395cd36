import { closeSync, openSync, writeSync } from 'node:fs';
import { crc32, deflateRawSync } from 'node:zlib';

/** `bytes` may be made when it is their turn. The rest is what a hostile file says of itself. */
export type ZipEntry = {
  name: string;
  bytes: Uint8Array | (() => Uint8Array);
  compress?: boolean;
  claimedBytes?: number;
  claimedCrc32?: number;
};

/** Writes entries one after the other; contents begin at multiples of 64, as PyTorch places them. */
export function writeZip(file: string, entries: Iterable<ZipEntry>, claimedCount?: number): void {
  const descriptor = openSync(file, 'w');
  let at = 0;
  const write = (bytes: Uint8Array) => {
    writeSync(descriptor, bytes);
    at += bytes.length;
  };
  const list: Buffer[] = [];
  try {
    for (const entry of entries) {
      const plain = typeof entry.bytes === 'function' ? entry.bytes() : entry.bytes;
      const stored = entry.compress ? deflateRawSync(plain) : plain;
      const size = entry.claimedBytes ?? plain.length;
      const name = Buffer.from(entry.name, 'utf8');
      const method = entry.compress ? 8 : 0;
      const checksum = entry.claimedCrc32 ?? crc32(plain);
      const storedSize = entry.compress ? stored.length : size;
      const padding = (64 - ((at + 30 + name.length + 4) % 64)) % 64;
      const extra = Buffer.alloc(4 + padding, 'Z');
      extra.write('FB', 0);
      extra.writeUInt16LE(padding, 2);
      const start = at;
      // Sizes and checksum stand behind the contents (flag 8), as PyTorch writes them.
      const header = Buffer.alloc(30);
      header.writeUInt32LE(0x04034b50, 0);
      header.writeUInt16LE(0x0808, 6);
      header.writeUInt16LE(method, 8);
      header.writeUInt16LE(name.length, 26);
      header.writeUInt16LE(extra.length, 28);
      write(Buffer.concat([header, name, extra]));
      write(stored);
      const behind = Buffer.alloc(16);
      behind.writeUInt32LE(0x08074b50, 0);
      behind.writeUInt32LE(checksum, 4);
      behind.writeUInt32LE(storedSize, 8);
      behind.writeUInt32LE(size, 12);
      write(behind);
      const listed = Buffer.alloc(46);
      listed.writeUInt32LE(0x02014b50, 0);
      listed.writeUInt16LE(0x0808, 8);
      listed.writeUInt16LE(method, 10);
      listed.writeUInt32LE(checksum, 16);
      listed.writeUInt32LE(storedSize, 20);
      listed.writeUInt32LE(size, 24);
      listed.writeUInt16LE(name.length, 28);
      listed.writeUInt32LE(start, 42);
      list.push(listed, name);
    }
    const directory = at;
    const listBytes = Buffer.concat(list);
    write(listBytes);
    const end = Buffer.alloc(22);
    end.writeUInt32LE(0x06054b50, 0);
    end.writeUInt16LE(claimedCount ?? list.length / 2, 8);
    end.writeUInt16LE(claimedCount ?? list.length / 2, 10);
    end.writeUInt32LE(listBytes.length, 12);
    end.writeUInt32LE(directory, 16);
    write(end);
  } finally {
    closeSync(descriptor);
  }
}

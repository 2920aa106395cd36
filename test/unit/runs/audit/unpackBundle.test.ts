import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { unpackBundle } from '../../../../src/runs/audit/unpackBundle';
import { zipArchive } from '../../../../src/runs/export/zipArchive';
import { writeZip, type ZipEntry } from '../../../support/zipWriter';

const place = mkdtempSync(join(tmpdir(), 'greenbatch-unpack-'));
afterAll(() => rmSync(place, { recursive: true }));

let made = 0;
async function unpack(archive: Buffer | ZipEntry[], claimedCount?: number): Promise<string> {
  const file = join(place, `${made}.zip`);
  const folder = join(place, `in-${made++}`);
  mkdirSync(folder);
  if (Buffer.isBuffer(archive)) writeFileSync(file, archive);
  else writeZip(file, archive, claimedCount);
  await unpackBundle(file, folder);
  return folder;
}
const bytes = Buffer.from('{}\n');
/** An archive of ours with bytes of its list changed: where the entry's name stands, so many bytes before it. */
function changed(path: string, before: number, value: number[]): Buffer {
  const archive = zipArchive([{ path, bytes }]);
  const at = archive.lastIndexOf(path) - before;
  Buffer.from(value).copy(archive, at);
  return archive;
}

describe('a bundle’s archive', () => {
  it('is unpacked as it was made', async () => {
    const files = [
      { path: 'events.jsonl', bytes: Buffer.from('{"a":1}\n'.repeat(10_000)) },
      { path: 'figures/éa.svg', bytes: Buffer.from('<svg/>') },
      { path: 'empty', bytes: Buffer.alloc(0) },
    ];
    const folder = await unpack(zipArchive(files));
    for (const file of files) expect(readFileSync(join(folder, file.path))).toEqual(file.bytes);
  });

  it.each([
    ['a path that leads out', [{ name: '../evil', bytes }], /invalid relative path: \.\.\/evil/],
    ['a path that leads out from within', [{ name: 'a/../../evil', bytes }], /invalid relative path/],
    ['an absolute path', [{ name: '/etc/evil', bytes }], /absolute path/],
    ['a path of Windows', [{ name: 'C:evil', bytes }], /none that a bundle has|absolute path/],
    ['a backslash', [{ name: 'a\\evil', bytes }], /invalid characters in fileName/],
    [
      'two files of one name',
      [
        { name: 'a', bytes },
        { name: 'A', bytes },
      ],
      /two files are called A/,
    ],
    [
      'a file that is a folder too',
      [
        { name: 'a', bytes },
        { name: 'a/b', bytes },
      ],
      /a is a file and a folder/,
    ],
    [
      'what unpacks to more than it says',
      [{ name: 'a', bytes: Buffer.alloc(100_000), compress: true, claimedBytes: 10 }],
      /cannot be unpacked|is not what/,
    ],
    [
      'what says it unpacks to gigabytes',
      [{ name: 'a', bytes, compress: true, claimedBytes: 3e9 }],
      /would unpack to 3000000000 bytes/,
    ],
    ['a false checksum', [{ name: 'a', bytes, claimedCrc32: 1 }], /is not what the archive says of it/],
  ] as [string, ZipEntry[], RegExp][])('%s is refused, and nothing is written', async (_, entries, message) => {
    await expect(unpack([{ name: 'good', bytes }, ...entries])).rejects.toThrow(message);
    await expect(unpack([{ name: 'good', bytes }, ...entries])).rejects.toMatchObject({ code: 'bundle' });
    expect(existsSync(join(place, 'evil'))).toBe(false);
  });

  it('a bomb is refused: much that packs into little', async () => {
    const bomb = Array.from({ length: 3 }, (_, i) => ({ name: `a${i}`, bytes: Buffer.alloc(30e6), compress: true }));
    // Deflate's own best is just within; a claim beyond it is not.
    await expect(unpack([{ ...bomb[0]!, claimedBytes: 60e6 }])).rejects.toThrow('would unpack to 60000000 bytes');
  });

  it('a link is refused', async () => {
    // External attributes of the list's entry end 4 bytes before its name: here those of a link.
    await expect(unpack(changed('link', 8, [0, 0, 0xff, 0xa1]))).rejects.toThrow(
      'link is a link or another thing than a file',
    );
  });

  it('an encrypted entry, and one that is packed in another way, are refused', async () => {
    await expect(unpack(changed('file', 38, [1, 8]))).rejects.toThrow('file is encrypted');
    await expect(unpack(changed('file', 36, [12, 0]))).rejects.toThrow('file is packed in an unknown way');
  });

  it('too many entries, and what is no archive, are refused', async () => {
    const many = Array.from({ length: 1001 }, (_, i) => ({ path: `f${i}`, bytes }));
    await expect(unpack(zipArchive(many))).rejects.toThrow('it says it has 1001 entries');
    await expect(unpack(Buffer.from('no archive'))).rejects.toThrow(/is no sound bundle/);
    await expect(unpack(zipArchive([{ path: 'a', bytes }]).subarray(0, 60))).rejects.toThrow(/is no sound bundle/);
  });
});

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listImages } from '../../../../../src/workloads/detection/data/dataset';
import { imageReason } from '../../../../../src/workloads/detection/decode/imageError';
import { type ImageItem, openImageStore } from '../../../../../src/workloads/detection/data/imageStore';
import { jpegOf } from '../../../../support/jpegs';
import { zipOf } from '../../../../support/zip';
import { writeZip } from '../../../../support/zipWriter';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'store-'));
});
afterEach(() => {
  rmSync(base, { recursive: true });
});

function write(name: string | Buffer, content: string | Buffer = 'x'): void {
  const path = Buffer.concat([Buffer.from(`${base}/`), Buffer.from(name)]);
  mkdirSync(path.subarray(0, path.lastIndexOf('/')), { recursive: true });
  writeFileSync(path, content);
}

/** What each name leads to: the file's content, `case` where it differs in letter case, or the reason. */
async function found(path: string, ...names: string[]): Promise<string[]> {
  const store = await openImageStore(join(base, path));
  const results: string[] = [];
  for await (const one of store.find(names))
    results.push('load' in one ? `${(await one.load()).toString()}${one.isOtherCase ? ' (case)' : ''}` : one.reason);
  return results;
}

describe('names in a folder', () => {
  test('backslashes, needless parts, the folder’s own name in front', async () => {
    write('set/val/sub/a b.jpg', 'a');
    write('set/val/c.jpg', 'c');
    const names = ['sub\\a b.jpg', './sub//a b.jpg', 'val/sub/a b.jpg', 'set\\val\\c.jpg', 'val/c.jpg', 'test/c.jpg'];
    expect(await found('set/val', ...names)).toEqual(['a', 'a', 'a', 'c', 'c', 'the file is missing']);
  });

  test('Unicode composed and not, both ways', async () => {
    write('in/caf\u00e9.jpg', 'composed');
    write('in/u\u0308ber/A\u030a.jpg', 'decomposed');
    expect(await found('in', 'cafe\u0301.jpg', '\u00fcber/\u00c5.jpg', 'cafe.jpg')).toEqual([
      'composed',
      'decomposed',
      'the file is missing',
    ]);
  });

  test('other bytes of the same letters', async () => {
    write(Buffer.from('in/caf\xe9.jpg', 'latin1'), 'Latin-1');
    write(Buffer.from([...Buffer.from('in/'), 0x8e, 0xd4, ...Buffer.from('.jpg')]), 'Shift JIS');
    write('in/größe.jpg', 'UTF-8');
    // The last name is UTF-8 that some program took for Latin-1.
    expect(await found('in', 'café.jpg', '車.jpg', 'grÃ¶ÃŸe.jpg')).toEqual(['Latin-1', 'Shift JIS', 'UTF-8']);
    const { items, skipped } = await listImages({ folder: 'in' }, base);
    expect(skipped).toEqual([]);
    expect(await Promise.all(items.map(async ({ load }) => (await load()).toString()))).toHaveLength(3);
  });

  test('letter case is forgiven and said, where one file alone is meant', async () => {
    write('in/A.JPG', 'A');
    write('in/b.jpg', 'b');
    write('in/B.jpg', 'B');
    expect(await found('in', 'a.jpg', 'b.jpg', 'B.jpg', 'B.JPG', 'IN/a.JPG')).toEqual([
      'A (case)',
      'b',
      'B',
      'several files of the folder have this name',
      'A (case)',
    ]);
    writeFileSync(join(base, 'coco.json'), JSON.stringify({ images: [{ id: 1, file_name: 'a.jpg' }] }));
    const { warned } = await listImages({ coco: { images: 'in', annotations: 'coco.json' } }, base);
    expect(warned).toEqual([{ name: 'a.jpg', warning: 'the file’s name differs in letter case' }]);
  });

  test('what leads out is not read, however it is spelled', async () => {
    write('in/a.jpg');
    write('out.jpg', 'secret');
    const outside = 'its path leads out of the images folder';
    expect(await found('in', '../out.jpg', '..\\out.jpg', `${base}/out.jpg`, 'in/../../out.jpg', '')).toEqual([
      ...Array<string>(4).fill(outside),
      'its entry names no file',
    ]);
    expect(await found('in', join(base, 'in/a.jpg'))).toEqual(['x']);
  });

  test.skipIf(process.platform === 'win32')('a pipe with an image’s name is no image', async () => {
    write('in/a.jpg');
    execFileSync('mkfifo', [join(base, 'in/pipe.jpg')]);
    const { items, skipped } = await listImages({ folder: 'in' }, base);
    expect(items.map(({ name }) => name)).toEqual(['a.jpg']);
    expect(skipped).toEqual([{ name: 'pipe.jpg', reason: 'not a file' }]);
    // One that takes the place of an image later is not waited for either.
    rmSync(join(base, 'in/a.jpg'));
    execFileSync('mkfifo', [join(base, 'in/a.jpg')]);
    expect(await items[0]!.load().then(() => 'read', imageReason)).toBe('not a file');
  });
});

test('leftovers of macOS are passed over, in a folder and in an archive', async () => {
  const bytes = await jpegOf(16, 16);
  for (const name of ['in/a.jpg', 'in/._a.jpg', 'in/__MACOSX/in/._a.jpg']) write(name, bytes);
  const names = ['val/a.jpg', '__MACOSX/val/._a.jpg', 'val/._a.jpg', '__MACOSX/val/a.jpg'];
  write('in.zip', zipOf(names.map((name) => ({ name, bytes }))));
  for (const [folder, only] of [
    ['in', 'a.jpg'],
    ['in.zip', 'val/a.jpg'],
  ] as const) {
    const { items, skipped } = await listImages({ folder }, base);
    expect([items.map(({ name }) => name), skipped]).toEqual([[only], []]);
  }
  expect(await found('in.zip', 'a.jpg')).toEqual([bytes.toString()]);
});

describe('an archive', () => {
  const one = (path: string) => listImages({ folder: path }, base).then(({ items }) => items[0]!);
  const reasonOf = (item: ImageItem) => item.load().then(() => 'read', imageReason);

  test('names are found in every spelling', async () => {
    const entry = (name: string) => ({ name, bytes: Buffer.from(name) });
    write('val.zip', zipOf(['sub/café.jpg', 'B.JPG', 'deep/er/c.jpg'].map(entry)));
    expect(await found('val.zip', 'sub\\cafe\u0301.jpg', 'val/b.jpg', 'c.jpg', 'C.jpg', 'd.jpg')).toEqual([
      'sub/café.jpg',
      'B.JPG (case)',
      'deep/er/c.jpg',
      'deep/er/c.jpg (case)',
      'the file is missing',
    ]);
  });

  test('a name that leads out leaves out that entry, not the archive', async () => {
    const bytes = Buffer.from('a');
    write('a.zip', zipOf(['../out.jpg', '/abs.jpg', 'C:/x.jpg', 'a.jpg'].map((name) => ({ name, bytes }))));
    const { items, skipped } = await listImages({ folder: 'a.zip' }, base);
    expect(items.map(({ name }) => name)).toEqual(['a.jpg']);
    expect(skipped.map(({ name, reason }) => [name, reason])).toEqual([
      ['../out.jpg', 'its path leads out of the archive'],
      ['/abs.jpg', 'its path leads out of the archive'],
      ['C:/x.jpg', 'its path leads out of the archive'],
    ]);
  });

  test.each([
    ['claims less than it holds', { claimedBytes: 100 }, /larger than it says/],
    ['claims more than it holds', { claimedBytes: 90_000 }, /another size than it says/],
    ['claims nothing', { claimedBytes: 0 }, /larger than it says|another size/],
    ['has another checksum', { claimedCrc32: 1 }, /its checksum does not match/],
  ])('an entry that %s fails alone', async (_name, lie, message) => {
    const bytes = await jpegOf(120, 80);
    for (const compress of [true, false]) {
      writeZip(join(base, 'a.zip'), [
        { name: 'a.jpg', bytes, compress, ...lie },
        { name: 'b.jpg', bytes, compress },
      ]);
      const { items } = await listImages({ folder: 'a.zip' }, base);
      // Twice, and many at once, since the first failure once left a second one that nobody caught.
      const reasons = await Promise.all([items[0]!, items[0]!, items[1]!, items[0]!].map(reasonOf));
      if (compress || !('claimedBytes' in lie)) expect(reasons[0]).toMatch(message);
      expect(reasons[0]).toMatch(/^corrupt or truncated: damaged in the archive: /);
      expect([reasons[1], reasons[3]]).toEqual([reasons[0], reasons[0]]);
      if (compress || !('claimedBytes' in lie)) expect(reasons[2]).toBe('read');
    }
  });

  test('a stored entry whose two sizes differ fails alone, not the archive', async () => {
    const bytes = await jpegOf(60, 40);
    writeZip(
      join(base, 'a.zip'),
      ['a.jpg', 'b.jpg'].map((name) => ({ name, bytes })),
    );
    const archive = readFileSync(join(base, 'a.zip'));
    archive.writeUInt32LE(bytes.length + 1, archive.indexOf('PK\x01\x02') + 24);
    write('a.zip', archive);
    const { items } = await listImages({ folder: 'a.zip' }, base);
    expect(await reasonOf(items[0]!)).toMatch(/another size than it says/);
    expect(await reasonOf(items[1]!)).toBe('read');
  });

  test('an entry never takes more memory than it says, whatever is packed', async () => {
    writeZip(join(base, 'a.zip'), [{ name: 'a.jpg', bytes: Buffer.alloc(100e6), compress: true, claimedBytes: 1000 }]);
    const before = process.memoryUsage.rss();
    expect(await reasonOf(await one('a.zip'))).toMatch(/larger than it says/);
    expect(process.memoryUsage.rss() - before).toBeLessThan(50e6);
    writeZip(join(base, 'b.zip'), [{ name: 'a.jpg', bytes: Buffer.from('a'), claimedBytes: 300 * 2 ** 20 }]);
    expect((await listImages({ folder: 'b.zip' }, base).catch((e: Error) => e.message)) as string).toMatch(
      /a\.jpg: larger than 256 MB/,
    );
  });
});

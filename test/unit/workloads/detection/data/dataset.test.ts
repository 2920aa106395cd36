import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listImages } from '../../../../../src/workloads/detection/data/dataset';
import { DatasetError } from '../../../../../src/workloads/detection/data/datasetError';
import { imageReason } from '../../../../../src/workloads/detection/decode/imageError';
import { drawScene, sceneSize } from '../../../../../src/workloads/detection/data/scenes';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'dataset-'));
});
afterEach(() => {
  chmodSync(base, 0o755);
  rmSync(base, { recursive: true });
});

/** Creates files, by path below the test's folder. */
function write(...names: string[]): void {
  for (const name of names) {
    mkdirSync(join(base, name, '..'), { recursive: true });
    writeFileSync(join(base, name), name);
  }
}

const names = (listing: { items: { name: string }[] }) => listing.items.map((item) => item.name);

describe('folder', () => {
  test('finds images in subfolders by extension, in the order of their code units', async () => {
    write('in/b.jpg', 'in/B.JPEG', 'in/a/z.png', 'in/a.webp', 'in/é.tif', 'in/10.gif', 'in/9.avif', 'in/x.TIFF');
    write('in/notes.txt', 'in/jpg', 'in/c.jpg.bak');
    const listing = await listImages({ folder: 'in' }, base);
    expect(names(listing)).toEqual(['10.gif', '9.avif', 'B.JPEG', 'a.webp', 'a/z.png', 'b.jpg', 'x.TIFF', 'é.tif']);
    expect(listing.skipped).toEqual([]);
    expect(listing.description).toBe('8 images in in');
    expect((await listing.items[4]!.load()).toString()).toBe('in/a/z.png');
  });

  test('count takes the first by name', async () => {
    write('in/3.jpg', 'in/1.jpg', 'in/2.jpg');
    expect(names(await listImages({ folder: 'in', count: 2 }, base))).toEqual(['1.jpg', '2.jpg']);
    expect(names(await listImages({ folder: 'in', count: 9 }, base))).toHaveLength(3);
  });

  test('links that lead in a circle end, linked folders and files are followed', async () => {
    write('in/a.jpg', 'in/sub/b.jpg', 'other/c.jpg');
    symlinkSync('..', join(base, 'in/sub/up'));
    symlinkSync('.', join(base, 'in/self'));
    symlinkSync('../other', join(base, 'in/other'));
    symlinkSync('a.jpg', join(base, 'in/link.jpg'));
    expect(names(await listImages({ folder: 'in' }, base))).toEqual(['a.jpg', 'link.jpg', 'other/c.jpg', 'sub/b.jpg']);
  });

  test('what is passed over is named with its reason', async () => {
    write('in/a.jpg', 'in/photo.bmp');
    mkdirSync(join(base, 'in/folder.jpg'));
    symlinkSync('nowhere.jpg', join(base, 'in/dangling.jpg'));
    const { skipped } = await listImages({ folder: 'in' }, base);
    expect(skipped).toEqual([
      { name: 'folder.jpg', reason: 'a folder, not a file' },
      { name: 'photo.bmp', reason: '.bmp is not read: convert it to PNG or JPEG' },
      { name: 'dangling.jpg', reason: 'the file is missing' },
    ]);
  });

  test('a changed file has another fingerprint', async () => {
    write('in/a.jpg');
    const before = (await listImages({ folder: 'in' }, base)).items[0]!.fingerprint;
    expect((await listImages({ folder: 'in' }, base)).items[0]!.fingerprint).toBe(before);
    writeFileSync(join(base, 'in/a.jpg'), 'longer content');
    expect((await listImages({ folder: 'in' }, base)).items[0]!.fingerprint).not.toBe(before);
  });

  test('a file that vanishes or is forbidden after the listing says so when it is read', async () => {
    write('in/a.jpg');
    const listing = await listImages({ folder: 'in' }, base);
    unlinkSync(join(base, 'in/a.jpg'));
    await expect(listing.items[0]!.load()).rejects.toSatisfy((error) => imageReason(error) === 'the file is missing');
    expect(imageReason(Object.assign(new Error('EACCES: …'), { code: 'EACCES' }))).toBe(
      'no permission to read the file',
    );
    expect(imageReason(Object.assign(new Error('EISDIR: …'), { code: 'EISDIR' }))).toBe('a folder, not a file');
  });

  test('missing folder, file instead of folder, no image', async () => {
    write('file.jpg', 'empty/readme.txt');
    await expect(listImages({ folder: 'nowhere' }, base)).rejects.toThrow(/nowhere does not exist: paths are relative/);
    await expect(listImages({ folder: 'file.jpg' }, base)).rejects.toThrow(/is not a folder/);
    const error = await listImages({ folder: 'empty' }, base).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(DatasetError);
    for (const extension of ['.jpg', '.jpeg', '.png', '.webp', '.tif', '.gif', '.avif'])
      expect((error as Error).message).toContain(extension);
  });

  test('a folder without permission', async () => {
    write('in/a.jpg');
    chmodSync(join(base, 'in'), 0);
    const isRoot = process.getuid!() === 0;
    if (isRoot) process.seteuid!(65534); // nothing is forbidden to root
    try {
      await expect(listImages({ folder: 'in' }, base)).rejects.toThrow(/cannot be read: this user has no permission/);
    } finally {
      if (isRoot) process.seteuid!(0);
      chmodSync(join(base, 'in'), 0o755);
    }
  });
});

describe('COCO', () => {
  const source = { coco: { images: 'images', annotations: 'coco.json' } };
  const annotate = (content: unknown) =>
    writeFileSync(join(base, 'coco.json'), typeof content === 'string' ? content : JSON.stringify(content));

  test('takes what the annotations list, names what is missing or outside', async () => {
    write('images/b.jpg', 'images/a.jpg', 'images/unlisted.jpg', 'outside.jpg');
    mkdirSync(join(base, 'images/d.jpg'));
    const listed = ['b.jpg', 'a.jpg', 'c.jpg', 'd.jpg', 'b.jpg', '../outside.jpg', '/etc/passwd'];
    annotate({ images: listed.map((file_name, id) => ({ id, file_name })) });
    const listing = await listImages(source, base);
    expect(names(listing)).toEqual(['a.jpg', 'b.jpg']);
    expect(listing.skipped).toEqual([
      { name: '../outside.jpg', reason: 'its path leads out of the images folder' },
      { name: '/etc/passwd', reason: 'its path leads out of the images folder' },
      { name: 'c.jpg', reason: 'the file is missing' },
      { name: 'd.jpg', reason: 'a folder, not a file' },
    ]);
    expect(listing.description).toBe('2 images of coco.json in images');
  });

  test('count takes the first that are there', async () => {
    write('images/b.jpg', 'images/c.jpg', 'images/d.jpg');
    annotate({ images: ['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg'].map((file_name) => ({ file_name })) });
    expect(names(await listImages({ ...source, count: 2 }, base))).toEqual(['b.jpg', 'c.jpg']);
  });

  test.each([
    ['not JSON', '{', /coco\.json is not JSON: /],
    ['no list', {}, /has no list "images"/],
    ['null', 'null', /is not JSON: it begins neither with \{ nor with \[/],
    ['another type', { images: 'x' }, /has no list "images"/],
    ['empty', { images: [] }, /"images" is empty/],
    ['no name', { images: [{ id: 0 }, { id: 1 }] }, /none of its 2 images has a "file_name"/],
    ['null entry', { images: [null] }, /images\[0\] is null, not an object/],
    ['name with NUL', { images: [{ file_name: 'a\0b' }] }, /none of its 1 images has a "file_name"/],
    ['none there', { images: [{ file_name: 'a.jpg' }] }, /none of the 1 images .* a\.jpg: the file is missing/],
  ])('annotations: %s', async (_name, content, message) => {
    mkdirSync(join(base, 'images'));
    annotate(content);
    const error = await listImages(source, base).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(DatasetError);
    expect((error as Error).message).toMatch(message);
  });

  test('an entry that names no file is passed over, not the others', async () => {
    write('images/a.jpg');
    annotate({ images: [{ id: 1 }, { file_name: 'a.jpg' }, 7] });
    const listing = await listImages(source, base);
    expect(names(listing)).toEqual(['a.jpg']);
    expect(listing.skipped).toEqual([
      { name: 'images[0]', reason: 'its entry names no file' },
      { name: 'images[2]', reason: 'its entry names no file' },
    ]);
  });

  test('annotations or folder missing', async () => {
    await expect(listImages(source, base)).rejects.toThrow(/images does not exist/);
    mkdirSync(join(base, 'images'));
    await expect(listImages(source, base)).rejects.toThrow(/coco\.json does not exist/);
  });
});

describe('generated scenes', () => {
  test('the same seed and number give the same bytes, others do not', async () => {
    const first = await drawScene(3, 5);
    expect(first.equals(await drawScene(3, 5))).toBe(true);
    expect(first.equals(await drawScene(4, 5))).toBe(false);
    expect(first.equals(await drawScene(3, 13))).toBe(false);
  });

  test('sizes and aspects vary, and there is something to see', async () => {
    const seen = new Set<string>();
    for (let index = 0; index < 8; index++) {
      const bytes = await drawScene(1, index);
      const { width, height, format } = await sharp(bytes).metadata();
      expect({ width, height }).toEqual(sceneSize(index));
      expect(format).toBe('jpeg');
      seen.add(`${width}×${height}`);
      const { channels, entropy } = await sharp(bytes).stats();
      for (const { stdev } of channels) expect(stdev).toBeGreaterThan(10);
      expect(entropy).toBeGreaterThan(5);
    }
    expect(seen.size).toBeGreaterThan(4);
  });

  test('a scene takes less than 20 ms', async () => {
    for (let index = 0; index < 10; index++) await drawScene(2, index);
    const times: number[] = [];
    for (let index = 0; index < 21; index++) {
      const start = performance.now();
      await drawScene(2, index);
      times.push(performance.now() - start);
    }
    // The quickest quarter, since other work on the machine only ever adds.
    expect(times.sort((a, b) => a - b)[5]).toBeLessThan(20);
  });

  test('listed with count and seed', async () => {
    const listing = await listImages({ generated: { count: 5, seed: 2 }, count: 3 }, base);
    expect(names(listing)).toEqual(['scene 1', 'scene 2', 'scene 3']);
    expect(listing.description).toBe('3 generated scenes (seed 2)');
    expect((await listing.items[1]!.load()).equals(await drawScene(2, 1))).toBe(true);
  });
});

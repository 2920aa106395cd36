import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DatasetError } from '../../../../../src/workloads/detection/data/datasetError';
import { prepareImage } from '../../../../../src/workloads/detection/prepare/image';
import { mapInOrder } from '../../../../../src/workloads/detection/data/inOrder';
import { drawScene } from '../../../../../src/workloads/detection/data/scenes';
import { batchView, loadImages, prepareImages } from '../../../../../src/workloads/detection/prepare/tensorCache';
import { ImageCacheError } from '../../../../../src/workloads/detection/prepare/tensorFile';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'tensors-'));
  mkdirSync(join(base, 'in'));
});
afterEach(() => rmSync(base, { recursive: true }));

const size = { height: 32, width: 64 };
const bytesPerImage = 3 * 32 * 64;
const options = () => ({ baseDirectory: base, size, cacheDirectory: join(base, 'cache/images') });
const scenes = (count: number) => ({ generated: { count, seed: 1 } });

async function writeImage(name: string, background: string): Promise<void> {
  const bytes = await sharp({ create: { width: 64, height: 32, channels: 3, background } })
    .png()
    .toBuffer();
  writeFileSync(join(base, 'in', name), bytes);
}

describe('preparing', () => {
  test('the file holds the letterboxed images in the order of their names', async () => {
    const progress: [number, number][] = [];
    const prepared = await prepareImages(scenes(5), {
      ...options(),
      onProgress: (done, total) => progress.push([done, total]),
    });
    expect(prepared).toMatchObject({ count: 5, inRotation: 5, skipped: [], bytesPerImage });
    const pixels = readFileSync(prepared.file);
    expect(pixels.length).toBe(5 * bytesPerImage);
    for (let i = 0; i < 5; i++) {
      const expected = (await prepareImage(await drawScene(1, i), size)).pixels;
      expect(pixels.subarray(i * bytesPerImage, (i + 1) * bytesPerImage).equals(expected)).toBe(true);
    }
    expect(progress).toEqual([1, 2, 3, 4, 5].map((done) => [done, 5]));
  });

  test('broken files are named, counted and left out; the others stay', async () => {
    await writeImage('a.png', '#ff0000');
    await writeImage('c.png', '#0000ff');
    writeFileSync(join(base, 'in/b.png'), readFileSync(join(base, 'in/a.png')).subarray(0, 60));
    writeFileSync(join(base, 'in/d.jpg'), '');
    writeFileSync(join(base, 'in/e.jpg'), 'text');
    const prepared = await prepareImages({ folder: 'in' }, options());
    expect(prepared).toMatchObject({ count: 2, inRotation: 2 });
    expect(prepared.skipped.map(({ name }) => name)).toEqual(['b.png', 'd.jpg', 'e.jpg']);
    expect(prepared.skipped[0]!.reason).toMatch(/corrupt or truncated/);
    expect(prepared.skipped[1]!.reason).toMatch(/empty/);
    expect(prepared.skipped[2]!.reason).toMatch(/not an image/);
    const pixels = readFileSync(prepared.file);
    expect([pixels[0], pixels[bytesPerImage]]).toEqual([255, 0]);
    // The second time they come from the file's facts, not from decoding.
    expect(await prepareImages({ folder: 'in' }, options())).toEqual(prepared);
  });

  test('if no image can be read that is an error with the first reason', async () => {
    writeFileSync(join(base, 'in/a.jpg'), 'text');
    const error = await prepareImages({ folder: 'in' }, options()).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(DatasetError);
    expect((error as Error).message).toMatch(/none of the 1 images can be read; the first, a\.jpg: not an image/);
    expect(readdirSync(join(base, 'cache/images'))).toEqual([]);
  });

  test('no more images are decoded and kept than the bound allows', async () => {
    await writeImage('00.png', '#ffffff');
    for (let i = 1; i < 60; i++) writeFileSync(join(base, `in/${String(i).padStart(2, '0')}.png`), 'no image');
    await writeImage('01.png', '#ffffff');
    const prepared = await prepareImages({ folder: 'in' }, { ...options(), maxBytes: 2.9 * bytesPerImage });
    expect(prepared).toMatchObject({ inRotation: 2, count: 60, skipped: [] });
    const more = await prepareImages(scenes(9), { ...options(), maxBytes: 1, minImages: 4 });
    expect(more).toMatchObject({ inRotation: 4, count: 9 });
    expect(await prepareImages(scenes(9), { ...options(), maxBytes: 1 })).toMatchObject({ inRotation: 1, count: 9 });
  });

  test('a second call reuses the file; another size, source or file time makes another', async () => {
    await writeImage('a.png', '#ff0000');
    const first = await prepareImages({ folder: 'in' }, options());
    const { mtimeMs, ino } = statSync(first.file);
    expect((await prepareImages({ folder: 'in' }, options())).file).toBe(first.file);
    expect(statSync(first.file)).toMatchObject({ mtimeMs, ino });
    const others = [
      await prepareImages({ folder: 'in' }, { ...options(), size: { height: 64, width: 32 } }),
      await prepareImages(scenes(1), options()),
    ];
    utimesSync(join(base, 'in/a.png'), 1, 1);
    others.push(await prepareImages({ folder: 'in' }, options()));
    expect(new Set([first, ...others].map(({ file }) => file)).size).toBe(4);
  });

  test.each([
    ['shortened pixels', (file: string) => truncateSync(file, bytesPerImage)],
    ['missing pixels', (file: string) => rmSync(file)],
    ['missing facts', (file: string) => rmSync(file.replace('.u8', '.json'))],
    ['torn facts', (file: string) => truncateSync(file.replace('.u8', '.json'), 20)],
    ['facts of something else', (file: string) => writeFileSync(file.replace('.u8', '.json'), '{"inRotation":"x"}')],
  ])('%s: made anew', async (_name, damage) => {
    const { file } = await prepareImages(scenes(3), options());
    const whole = readFileSync(file);
    damage(file);
    expect(await prepareImages(scenes(3), options())).toMatchObject({ file, inRotation: 3 });
    expect(readFileSync(file).equals(whole)).toBe(true);
  });

  test('several at the same time end with one whole file and nothing temporary', async () => {
    const all = await Promise.all(Array.from({ length: 5 }, () => prepareImages(scenes(6), options())));
    expect(new Set(all.map(({ file }) => file)).size).toBe(1);
    expect(readdirSync(join(base, 'cache/images'))).toHaveLength(2);
    expect(statSync(all[0]!.file).size).toBe(6 * bytesPerImage);
  });

  test('a signal ends it and leaves nothing behind', async () => {
    const stop = new AbortController();
    const onProgress = (done: number) => {
      if (done === 2) stop.abort();
    };
    await expect(prepareImages(scenes(40), { ...options(), onProgress, signal: stop.signal })).rejects.toThrow(
      /abort/i,
    );
    expect(readdirSync(join(base, 'cache/images'))).toEqual([]);
  });

  test('what a dead process left behind is removed after a day', async () => {
    const folder = join(base, 'cache/images');
    mkdirSync(folder, { recursive: true });
    const [old, fresh] = [join(folder, 'images-1.u8.1-ab.tmp'), join(folder, 'images-2.u8.2-cd.tmp')];
    for (const file of [old, fresh]) writeFileSync(file, 'x');
    utimesSync(old, 1, 1);
    await prepareImages(scenes(1), options());
    expect([existsSync(old), existsSync(fresh)]).toEqual([false, true]);
  });

  test('a cache folder that cannot be is an error that names it and the bytes', async () => {
    writeFileSync(join(base, 'file'), '');
    const cacheDirectory = join(base, 'file/cache');
    const error = await prepareImages(scenes(2), { ...options(), cacheDirectory }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(ImageCacheError);
    expect((error as Error).message).toContain(cacheDirectory);
    expect((error as Error).message).toContain(`${2 * bytesPerImage} bytes`);
  });

  const mayMount = process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'true']).status === 0;
  test.skipIf(!mayMount)('a full disk is an error that names the folder and the bytes', async () => {
    const cacheDirectory = join(base, 'small');
    mkdirSync(cacheDirectory);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', cacheDirectory]);
    try {
      const error = await prepareImages(scenes(30), { ...options(), cacheDirectory }).catch((e: unknown) => e);
      expect(error).toBeInstanceOf(ImageCacheError);
      expect((error as Error).message).toMatch(new RegExp(`${30 * bytesPerImage} bytes\\) in ${cacheDirectory}: only`));
      expect(readdirSync(cacheDirectory)).toEqual([]);
    } finally {
      execFileSync('umount', [cacheDirectory]);
    }
  });
});

describe('pool and batches', () => {
  const file = () => join(base, 'x.u8');

  test('the pool repeats the images in order; batches are views that rotate by whole batches', () => {
    const positive = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(positive, positive, fc.integer({ min: 1, max: 30 }), fc.nat(100), (images, bytes, batch, index) => {
        writeFileSync(
          file(),
          Uint8Array.from({ length: images * bytes }, (_, i) => Math.floor(i / bytes)),
        );
        const pool = loadImages(file(), bytes, batch);
        expect(pool.length).toBe(Math.max(images, batch) * bytes);
        const view = batchView(pool, bytes, batch, index);
        expect(view.buffer).toBe(pool.buffer);
        const batches = Math.floor(Math.max(images, batch) / batch);
        const first = (index % batches) * batch;
        const expected = Array.from({ length: batch * bytes }, (_, i) => (first + Math.floor(i / bytes)) % images);
        expect([...view]).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  test('a torn file and a batch larger than the pool are refused', () => {
    writeFileSync(file(), new Uint8Array(10));
    expect(() => loadImages(file(), 4, 1)).toThrow(/torn \(10 bytes/);
    expect(() => batchView(loadImages(file(), 5, 1), 5, 3, 0)).toThrow(/2 images holds no batch of 3/);
    writeFileSync(file(), '');
    expect(() => loadImages(file(), 4, 1)).toThrow(/torn/);
  });
});

describe('mapInOrder', () => {
  test('keeps the order, never exceeds the limit, and uses it', async () => {
    let running = 0;
    let most = 0;
    const work = async (item: number) => {
      most = Math.max(most, ++running);
      await new Promise((done) => setTimeout(done, (item * 7) % 5));
      running -= 1;
      return item * 2;
    };
    const results: number[] = [];
    for await (const result of mapInOrder([1, 2, 3, 4, 5, 6, 7, 8], 3, work)) results.push(result);
    expect(results).toEqual([2, 4, 6, 8, 10, 12, 14, 16]);
    expect(most).toBe(3);
  });

  test('a failure reaches the reader, a reader that stops ends it', async () => {
    const begun: number[] = [];
    const work = async (item: number) => {
      begun.push(item);
      if (item === 3) throw new Error('third');
      return item;
    };
    await expect(async () => {
      for await (const _ of mapInOrder([1, 2, 3, 4], 2, work));
    }).rejects.toThrow('third');
    begun.length = 0;
    for await (const _ of mapInOrder([1, 2, 4, 5, 6, 7, 8], 2, work)) break;
    expect(begun).toEqual([1, 2]);
  });
});

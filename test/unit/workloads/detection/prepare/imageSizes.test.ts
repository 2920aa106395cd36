import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, expect, it } from 'vitest';
import { prepareSizes, readSizes } from '../../../../../src/workloads/detection/prepare/imageSizes';

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-sizes-'));
afterAll(() => rmSync(folder, { recursive: true }));
const go = new AbortController().signal;

const item = (name: string, load: () => Promise<Buffer>, size?: { height: number; width: number }) => ({
  ...{ name, fingerprint: name, bytes: 1, load, ...(size && { size }) },
});
const jpeg = (width: number, height: number, orientation = 1) =>
  sharp({ create: { width, height, channels: 3, background: 'red' } })
    .jpeg()
    .withMetadata({ orientation })
    .toBuffer();

it('keeps the upright size of each image, and of one that cannot be read that it has none', async () => {
  const items = [
    item('a', () => jpeg(8, 4)),
    item('turned', () => jpeg(8, 4, 6)),
    item('broken', async () => Buffer.from('no image')),
    item('gone', () => Promise.reject(new Error('ENOENT'))),
    item('known', () => Promise.reject(new Error('it is not read')), { height: 3, width: 5 }),
  ];
  const file = await prepareSizes(items, folder, go);
  expect(Object.fromEntries(await readSizes(file))).toEqual({
    ...{ a: { height: 4, width: 8 }, turned: { height: 8, width: 4 } },
    ...{ broken: null, gone: null, known: { height: 3, width: 5 } },
  });
});

it('reads images once, and again where the file is torn or images are others', async () => {
  let reads = 0;
  const own = join(folder, 'own');
  const counting = (name: string) =>
    item(name, async () => {
      reads++;
      return jpeg(2, 2);
    });
  const file = await prepareSizes([counting('a')], own, go);
  expect(await prepareSizes([counting('a')], own, go)).toBe(file);
  expect(reads).toBe(1);
  writeFileSync(file, readFileSync(file, 'utf8').slice(0, -3));
  expect(await prepareSizes([counting('a')], own, go)).toBe(file);
  expect(reads).toBe(2);
  expect(await prepareSizes([counting('b')], own, go)).not.toBe(file);
  expect(readdirSync(own)).toHaveLength(2);
});

it('says where it cannot be kept, with what helps', async () => {
  const file = join(folder, 'a file');
  writeFileSync(file, '');
  await expect(prepareSizes([item('a', () => jpeg(2, 2))], file, go)).rejects.toMatchObject({
    ...{ code: 'image-cache', message: expect.stringMatching(/a file: .*give write permission/) },
  });
});

it('stops when it is asked to', async () => {
  const stop = AbortSignal.abort(new Error('stopped'));
  await expect(prepareSizes([item('z', () => jpeg(2, 2))], folder, stop)).rejects.toThrow('stopped');
});

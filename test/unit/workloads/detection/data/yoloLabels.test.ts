import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import sharp from 'sharp';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listImages, locateImages } from '../../../../../src/workloads/detection/data/dataset';
import { LeftOut } from '../../../../../src/workloads/detection/data/leftOut';
import { parseYoloLabels, readYoloLabels } from '../../../../../src/workloads/detection/data/yoloLabels';
import { truthOf } from '../../../../support/scenes';
import { zipOf } from '../../../../support/zip';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'labels-'));
});
afterEach(() => {
  rmSync(base, { recursive: true });
});

const jpeg = (width: number, height: number, orientation = 1) =>
  sharp({ create: { width, height, channels: 3, background: 'red' } })
    .withMetadata({ orientation })
    .jpeg()
    .toBuffer();

function write(name: string, content: string | Buffer): string {
  const file = join(base, name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  return file;
}
const read = (options = {}) => readYoloLabels(join(base, 'labels'), join(base, 'images'), options);

describe('YOLO labels', () => {
  test('shares become pixels of the upright image', async () => {
    write('images/12.jpg', await jpeg(400, 200));
    write('images/9.jpg', await jpeg(400, 200, 6)); // turned: 200 wide, 400 high
    write('labels/12.txt', '1 0.5 0.5 0.5 1\n\n0 0.25 0.25 0.1 0.1\r\n');
    write('labels/9.txt', '2 0 0 1 1 0.5 0.25');
    const { truth, warnings } = await read();
    expect(warnings).toEqual([]);
    expect(truth.images).toEqual([
      { id: 12, name: '12.jpg', height: 200, width: 400 },
      { id: 9, name: '9.jpg', height: 400, width: 200 },
    ]);
    expect(truth.categories).toEqual([0, 1, 2].map((id) => ({ id, name: `class ${id}` })));
    expect([...truth.boxes].map((side) => Math.round(side * 1e6) / 1e6)).toEqual([
      100, 0, 200, 200, 80, 40, 40, 20, 0, 0, 200, 400,
    ]);
    expect([...truth.categoryIds]).toEqual([1, 0, 2]);
    expect([...truth.ids]).toEqual([1, 2, 3]);
    expect(truth.areas[0]).toBe(40_000);
  });

  test('COCO’s ids, names that are no numbers, subfolders, images without labels', async () => {
    for (const name of ['a', 'sub/b', 'c']) write(`images/${name}.jpg`, await jpeg(10, 10));
    write('images/broken.jpg', 'no image');
    write('labels/sub/b.txt', '79 0.5 0.5 1 1\n0 0.5 0.5 1 1\n79 0.5 0.5 1 1\n');
    const { truth, warnings } = await read({ cocoIds: true });
    expect(truth.images.map(({ id, name }) => [id, name])).toEqual([
      [1, 'a.jpg'],
      [3, 'c.jpg'],
      [4, 'sub/b.jpg'],
    ]);
    expect([...truth.categoryIds]).toEqual([90, 1]);
    expect(truth.categories).toHaveLength(80);
    expect(warnings).toEqual([
      expect.stringMatching(/^1 image was left out; the first is broken\.jpg: not an image/),
      '2 of 3 images have no label file: taken for images of nothing',
      '1 labels stand twice in their file and count once (YOLOv7 leaves out such images)',
    ]);
  });

  test('images in an archive with a folder of its own, labels without', async () => {
    const bytes = await jpeg(10, 10);
    write('images.zip', zipOf(['val/1.jpg', 'val/2.jpg', 'other/2.jpg'].map((name) => ({ name, bytes }))));
    write('labels/1.txt', '0 .5 .5 1 1');
    write('labels/2.txt', '0 .5 .5 1 1');
    const { truth, warnings } = await readYoloLabels(join(base, 'labels'), join(base, 'images.zip'));
    expect([...truth.imageIds]).toEqual([2]); // of the two called 2.jpg neither is meant for certain
    expect(warnings).toEqual([expect.stringMatching(/^2 of 3 images have no label file/)]);
  });

  test('what cannot be used', async () => {
    await expect(read()).rejects.toThrow(/images does not exist/);
    mkdirSync(join(base, 'images'));
    await expect(read()).rejects.toThrow(/holds no images/);
    write('images/1.jpg', await jpeg(10, 10));
    await expect(read()).rejects.toThrow(/no label file for any of the 1 images: 1\.txt/);
    write('labels/1.txt', '80 .5 .5 .1 .1');
    await expect(read({ cocoIds: true })).rejects.toThrow(
      /1\.txt:1: 80 is no class number \(0 to 79, COCO’s: without --coco-ids/,
    );
    write('labels/1.txt', '0 .5 .5 .1 .1\n0 120 50 .1 .1');
    expect((await read()).warnings).toEqual([expect.stringMatching(/1\.txt:2: 120 is no share of the image/)]);
  });

  test.each([
    ['x .1 .1 .1 .1', /:1: "x" is no number/],
    ['0.5 .1 .1 .1 .1', /0\.5 is no class number/],
    ['-1 .1 .1 .1 .1', /-1 is no class number/],
    ['1e9 .1 .1 .1 .1', /is no class number/],
    ['0 .1 .1 .1', /has 4 fields/],
    ['0 .1 .1 .1 .1 .9', /has 6 fields/],
    ['0 NaN .1 .1 .1', /"NaN" is no number/],
    ['0 0.5 0.5 1.0004 0.2', /1\.0004 is no share of the image/],
  ])('leaves out the line %s, not those around it', (line, message) => {
    const leftOut = new LeftOut();
    const labels = parseYoloLabels(`1 .5 .5 1 1\n${line}\n2 .5 .5 1 1`, 'f.txt', 99, leftOut);
    expect(labels.map((label) => label.class)).toEqual([1, 2]);
    expect(leftOut.warnings('labels')).toEqual([
      expect.stringMatching(/^1 labels cannot be used and is left out; the first: f\.txt:2/),
    ]);
    expect(leftOut.warnings('labels')[0]).toMatch(
      message.source.startsWith(':1') ? new RegExp(message.source.replace(':1', ':2')) : message,
    );
  });

  test('one bad label leaves the others of its file, one bad label file the other images; nothing else is refused', async () => {
    for (const name of ['1', '2', '3']) write(`images/${name}.jpg`, await jpeg(10, 10));
    write('labels/1.txt', '0 .5 .5 .2 .2\n0 .5 .5 1.0004 .2\nx\n');
    write('labels/2.txt', '0 .5 .5 .2 .2');
    mkdirSync(join(base, 'labels/3.txt'));
    const { truth, warnings } = await read();
    expect([[...truth.imageIds], truth.images.map(({ id }) => id)]).toEqual([
      [1, 2],
      [1, 2],
    ]);
    expect(warnings).toEqual([
      expect.stringMatching(/^2 labels cannot be used and are left out; the first: .*1\.txt:2: 1\.0004 is no share/),
      expect.stringMatching(/^1 image was left out; the first is 3\.jpg: its labels 3\.txt: a folder, not a file/),
    ]);
    write('labels/1.txt', '0 .5 .5 1.1 .2');
    write('labels/2.txt', '0 120 50 10 10');
    await expect(read()).rejects.toThrow(/1\.txt:1: 1\.1 is no share.*\(none of the 2 labels can be used\)/);
  });

  test('label files are found in any spelling of the image’s name', async () => {
    write('images/u\u0308.jpg', await jpeg(10, 10));
    write('images/B.jpg', await jpeg(10, 10));
    write('labels/\u00fc.txt', '0 .5 .5 1 1');
    write('labels/b.txt', '0 .5 .5 1 1');
    const { truth, warnings } = await read();
    expect(truth.ids).toHaveLength(2);
    expect(warnings).toEqual(['1 label files differ in letter case from their image’s name']);
  });

  test('a polygon of many points', () => {
    const points = Array.from({ length: 150_000 }, (_, i) => `${(i % 100) / 100} .5`).join(' ');
    expect(parseYoloLabels(`0 ${points}`, 'f.txt', 9, new LeftOut())).toEqual([
      { class: 0, x: 0.495, y: 0.5, width: 0.99, height: 0 },
    ]);
  });

  test('any text is read, or left out with its line', () => {
    const fields = fc.oneof(
      fc.double().map(String),
      fc.integer().map(String),
      fc.string(),
      fc.constantFrom('0', '.5', '1'),
    );
    fc.assert(
      fc.property(fc.array(fc.array(fields, { maxLength: 8 })), (lines) => {
        const leftOut = new LeftOut();
        const text = lines.map((line) => line.join(' ')).join('\n');
        for (const label of parseYoloLabels(text, 'f.txt', 9999, leftOut))
          expect(label.width >= 0 && label.width <= 1 && Number.isInteger(label.class)).toBe(true);
        for (const warning of leftOut.warnings('labels')) expect(warning).toMatch(/the first: f\.txt:\d+/);
      }),
      { numRuns: 300 },
    );
  });
});

describe('images in an archive', () => {
  const coco = (names: string[]) => JSON.stringify({ images: names.map((file_name, id) => ({ id, file_name })) });

  test('are listed and read like a folder’s', async () => {
    const bytes = await jpeg(20, 10);
    write(
      'a.zip',
      zipOf([
        { name: 'val/2.jpg', bytes },
        { name: 'val/', bytes: Buffer.alloc(0) },
        { name: 'val/1.jpg', bytes },
        { name: 'val/x.txt', bytes },
      ]),
    );
    const listing = await listImages({ folder: 'a.zip' }, base);
    expect(listing.items.map(({ name }) => name)).toEqual(['val/1.jpg', 'val/2.jpg']);
    expect((await listing.items[0]!.load()).equals(bytes)).toBe(true);
    expect(listing.items[0]!.fingerprint).toMatch(/^\d+\/\d+$/);
    write('coco.json', coco(['2.jpg', '3.jpg', 'val/1.jpg']));
    const listed = await listImages({ coco: { images: 'a.zip', annotations: 'coco.json' } }, base);
    expect(listed.items.map(({ name }) => name)).toEqual(['2.jpg', 'val/1.jpg']);
    expect(listed.skipped).toEqual([{ name: '3.jpg', reason: 'the file is missing' }]);
  });

  test('ambiguous, encrypted, damaged', async () => {
    const bytes = await jpeg(20, 10);
    const whole = zipOf([
      { name: 'a/1.jpg', bytes },
      { name: 'b/1.jpg', bytes },
      { name: 'b/2.jpg', bytes, encrypted: true },
      { name: 'b/3.jpg', bytes },
    ]);
    const { images } = truthOf(3, 1, []);
    const { found, missing } = await locateImages(images, write('a.zip', whole));
    expect(found.map(({ image, item }) => [image.id, item.name])).toEqual([[3, '3.jpg']]);
    expect(missing).toEqual([
      { name: '1.jpg', reason: 'several files of the archive have this name' },
      { name: '2.jpg', reason: 'encrypted, or compressed in an unknown way' },
    ]);
    write('cut.zip', whole.subarray(0, whole.length - 30));
    await expect(listImages({ folder: 'cut.zip' }, base)).rejects.toThrow(/cut\.zip is not a sound ZIP archive/);
    const flipped = Buffer.from(whole);
    flipped[60]! ^= 0xff; // within the first file's data
    const { items } = await listImages({ folder: write('flipped.zip', flipped) }, base);
    await expect(items[0]!.load()).rejects.toThrow();
  });
});

test('annotated images that are not there are named', async () => {
  write('images/1.jpg', await jpeg(10, 10));
  mkdirSync(join(base, 'images/3.jpg'));
  const { found, missing } = await locateImages(truthOf(3, 1, []).images, join(base, 'images'));
  expect(found).toHaveLength(1);
  expect(missing).toEqual([
    { name: '2.jpg', reason: 'the file is missing' },
    { name: '3.jpg', reason: 'a folder, not a file' },
  ]);
});

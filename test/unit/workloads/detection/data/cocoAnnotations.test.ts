import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readCocoAnnotations } from '../../../../../src/workloads/detection/data/cocoAnnotations';
import { DatasetError } from '../../../../../src/workloads/detection/data/datasetError';
import { readDetections, stemOf, writeDetections } from '../../../../../src/workloads/detection/data/detectionsFile';
import { readJsonLists } from '../../../../../src/workloads/detection/data/jsonLists';
import { mutated } from '../../../../support/mutate';
import { detectionsOf, scenes, truthOf } from '../../../../support/scenes';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'annotations-'));
});
afterEach(() => {
  rmSync(base, { recursive: true });
});

function write(content: unknown): string {
  const file = join(base, 'in.json');
  writeFileSync(file, typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content));
  return file;
}

async function lists(content: unknown, ...keys: string[]) {
  const result: Record<string, unknown[]> = {};
  const take = (key: string) => (element: unknown, index: number) => {
    expect(index).toBe(result[key]?.length ?? 0);
    (result[key] ??= []).push(element);
  };
  const found = await readJsonLists(write(content), Object.fromEntries(keys.map((key) => [key, take(key)])));
  return { ...result, found: [...found] } as Record<string, unknown[]>;
}

describe('lists out of a JSON file', () => {
  test('takes the lists asked for, and nothing deeper', async () => {
    const content = { info: { a: [1] }, a: [1, { a: [2] }, 'x]"\\', [3]], b: [], c: [4], d: { b: [5] } };
    expect(await lists(content, 'a', 'b', 'missing')).toEqual({ found: ['a', 'b'], a: content.a });
    expect(await lists('\ufeff [1 , {"a":[2]}\n]\n', '', 'a')).toEqual({ found: [''], '': [1, { a: [2] }] });
    expect(await lists('{"":[1],"é\\u0061":[2]}', '', 'éa')).toEqual({ found: ['éa'], éa: [2] });
  });

  test('elements longer than what is read at once, and cut anywhere', async () => {
    const long = ['x'.repeat(3_000_000), { text: '",]}'.repeat(400_000) }, 'é€😀'.repeat(300_000), 1];
    expect((await lists(long, ''))['']).toEqual(long);
    const many = Array.from({ length: 60_000 }, (_, i) => ({ id: i, segmentation: [[i / 3, 'é]'.repeat(i % 7)]] }));
    expect((await lists({ annotations: many }, 'annotations')).annotations).toEqual(many);
  });

  test('equals JSON.parse for any value, however it is indented', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.jsonValue()), fc.constantFrom(0, 1, '\t'), async (value, indent) => {
        const wanted = JSON.parse(JSON.stringify(value)) as unknown[];
        expect((await lists(JSON.stringify(value, null, indent), ''))[''] ?? []).toEqual(wanted);
        const inside = JSON.stringify({ first: value, list: value, last: value }, null, indent);
        expect((await lists(inside, 'list')).list ?? []).toEqual(wanted);
      }),
      { numRuns: 150 },
    );
  });

  test.each([
    ['', /it is empty/],
    ['  ', /it is empty/],
    ['nonsense', /begins neither/],
    ['"text"', /begins neither/],
    ['{"a":[1,2', /it ends in a\[1\]: the file is cut short/],
    ['{"a":[{"b":"', /it ends in a\[0\]: the file is cut short/],
    ['{"a":[1]', /before its last bracket: the file is cut short/],
    ['{"a":[1,]}', /a\[1\]: Unexpected/],
    ['{"a":[,1]}', /a\[0\]: Unexpected/],
    ['{"a":[1,,2]}', /a\[1\]: Unexpected/],
    ['{"a":[1,nan,2]}', /a\[1\]: .*not valid JSON/],
    ['{"a":[1 2]}', /a\[0\]: /],
    ['{"a":[1}]', /a\[0\] ends with \} instead of \]/],
    ['{"a":[{"b":1],2]}', /is not JSON/],
    ['{"a":[1]]', /outermost brackets do not match/],
    ['{"a":[1]} x', /something follows/],
    ['{"a":[1]}{}', /something follows/],
    ['{"a":[1]}]', /something follows/],
    ['{"a":[1]},', /something follows/],
  ])('%s', async (content, message) => {
    const error = await lists(content, 'a').catch((e: unknown) => e);
    expect(error).toBeInstanceOf(DatasetError);
    expect((error as Error).message).toMatch(message);
  });

  test('bytes that are changed or cut give the same as JSON.parse, or a clear refusal', async () => {
    const text = JSON.stringify([{ a: 'x"y', b: [1, { c: null }] }, 2, 'é', [true]]);
    await fc.assert(
      fc.asyncProperty(fc.nat(text.length), fc.constantFrom(...'[]{},:"\\ 1xé'), fc.boolean(), async (at, by, cut) => {
        const changed = cut ? text.slice(0, at) : text.slice(0, at) + by + text.slice(at + 1);
        const result = await lists(changed, '').catch((error: unknown) => error);
        let wanted: unknown;
        try {
          wanted = JSON.parse(changed);
        } catch {
          wanted = undefined;
        }
        if (Array.isArray(wanted)) expect((result as { ''?: unknown[] })[''] ?? []).toEqual(wanted);
        else if (wanted === undefined) expect(result).toBeInstanceOf(DatasetError);
      }),
      { numRuns: 500 },
    );
  });
});

const coco = {
  info: { year: 2017 },
  images: [
    { id: 7, file_name: 'a.jpg', height: 480, width: 640 },
    { id: 9, file_name: 'sub/b.c.png', height: 1, width: 2 },
  ],
  categories: [{ id: 3, name: 'car', supercategory: 'vehicle' }],
  annotations: [
    { id: 1, image_id: 7, category_id: 3, bbox: [1, 2, 3, 4], area: 5.5, iscrowd: 0, segmentation: [[1, 2, 3]] },
    { id: 2, image_id: 9, category_id: 3, bbox: [0, 0, 1, 1], area: 1, iscrowd: 1, segmentation: { counts: [1] } },
  ],
};

describe('COCO annotations', () => {
  test('columns of all annotations', async () => {
    const { truth, warnings } = await readCocoAnnotations(write(coco));
    expect(warnings).toEqual([]);
    expect(truth.images).toEqual([
      { id: 7, name: 'a.jpg', height: 480, width: 640 },
      { id: 9, name: 'sub/b.c.png', height: 1, width: 2 },
    ]);
    expect(truth.categories).toEqual([{ id: 3, name: 'car' }]);
    expect([...truth.boxes]).toEqual([1, 2, 3, 4, 0, 0, 1, 1]);
    expect([[...truth.areas], [...truth.isCrowd], [...truth.ids], [...truth.imageIds]]).toEqual([
      [5.5, 1],
      [0, 1],
      [1, 2],
      [7, 9],
    ]);
  });

  test('warns of what is doubled, missing, or numbered from 0', async () => {
    const [first] = coco.annotations;
    const { id: _id, area: _area, ...bare } = first!;
    const { truth, warnings } = await readCocoAnnotations(
      write({ ...coco, images: [...coco.images, coco.images[0]], annotations: [bare, first, { ...first, id: 0 }] }),
    );
    expect(truth.images).toHaveLength(2);
    expect([...truth.areas]).toEqual([12, 5.5, 5.5]);
    expect([...truth.ids]).toEqual([1, 1, 0]);
    expect(warnings.join('\n')).toMatch(
      /1 image ids stand twice.*\n1 annotations have no "area".*\n1 annotation ids.*\nan annotation has id 0/,
    );
  });

  const damaged = (change: Record<string, unknown>) => ({
    ...coco,
    annotations: [coco.annotations[0], { ...coco.annotations[1], ...change }],
  });
  test.each([
    [{ bbox: [1, 2, 3] }, /annotations\[1\]\.bbox is \[1,2,3\], not \[left, top, width, height\]/],
    [{ bbox: [1, 2, -3, 4] }, /width and height cannot be negative/],
    [{ bbox: [1, 2, '3', 4] }, /bbox\[2\] is "3", not a finite number/],
    [{ image_id: null }, /annotations\[1\]\.image_id is null, not an id/],
    [{ iscrowd: 2 }, /iscrowd is 2, not 0 or 1/],
    [{ category_id: undefined }, /category_id is missing, not an id/],
  ])('an annotation with %j is left out, the others are read', async (change, message) => {
    const { truth, warnings } = await readCocoAnnotations(write(damaged(change)));
    expect([...truth.ids]).toEqual([1]);
    expect(warnings).toEqual([expect.stringMatching(/^1 annotations cannot be used and is left out; the first: /)]);
    expect(warnings[0]).toMatch(message);
    const alone = { ...coco, annotations: damaged(change).annotations.slice(1) };
    await expect(readCocoAnnotations(write(alone))).rejects.toThrow(/\(none of the 1 annotations can be used\)/);
  });

  test('lists nested as deep as may be are told in a word', async () => {
    const deep = `${'['.repeat(1e6)}1${']'.repeat(1e6)}`;
    const content = JSON.stringify(damaged({ bbox: ['@', 2, 3, 4] })).replace('"@"', deep);
    const { warnings } = await readCocoAnnotations(write(content));
    expect(warnings).toEqual([expect.stringMatching(/bbox\[0\] is a value nested too deep to be shown/)]);
    const images = JSON.stringify(coco).replace('"images":[', `"images":[${deep},`);
    expect((await readCocoAnnotations(write(images))).truth.images).toHaveLength(2);
  });

  test('an image or a category that cannot be used is left out, too', async () => {
    const odd = { ...coco, images: [...coco.images, null], categories: [{ name: 'x' }, ...coco.categories] };
    const { truth, warnings } = await readCocoAnnotations(write(odd));
    expect([truth.images.length, truth.categories.length, truth.ids.length]).toEqual([2, 1, 2]);
    expect(warnings).toEqual([
      expect.stringMatching(/^1 images .*images\[2\] is null/),
      expect.stringMatching(/^1 categories .*categories\[0\]\.id is missing/),
    ]);
  });

  test.each([
    [{ ...coco, annotations: undefined }, /it has no list "annotations"/],
    [{ ...coco, images: [] }, /"images" is empty/],
    [[], /no list "images"/],
  ])('refuses %j', async (content, message) => {
    await expect(readCocoAnnotations(write(content))).rejects.toThrow(message);
    await expect(readCocoAnnotations(write(content))).rejects.toBeInstanceOf(DatasetError);
  });

  test('ids that are text, or beyond 2⁵³, in the order in which Python sorts them', async () => {
    const large = ['9007199254740993', '9007199254740995', '10000000000000000001'];
    const content = JSON.stringify({
      images: ['site3_000017', 'site10', 'site2'].map((id) => ({ id, file_name: `${id}.jpg` })),
      categories: [
        { id: 'cls-b', name: 'b' },
        { id: 'cls-a', name: 'a' },
        { id: 1, name: 'c' },
      ],
      annotations: large.map((id, i) => ({
        ...coco.annotations[0],
        id: `@${id}@`,
        image_id: ['site3_000017', 'site2', 'nowhere'][i],
        category_id: ['cls-a', 1, 'cls-b'][i],
      })),
    }).replace(/"@|@"/g, '');
    const { truth, warnings } = await readCocoAnnotations(write(content));
    expect(warnings).toEqual([]);
    expect(truth.images.map(({ id, name }) => [id, name])).toEqual([
      [4, 'site3_000017.jpg'],
      [2, 'site10.jpg'],
      [3, 'site2.jpg'],
    ]);
    expect(truth.categories.map(({ id, name }) => [id, name])).toEqual([
      [3, 'b'],
      [2, 'a'],
      [1, 'c'],
    ]);
    expect([[...truth.ids], [...truth.imageIds], [...truth.categoryIds]]).toEqual([
      [1, 2, 3],
      [4, 3, 1],
      [2, 1, 3],
    ]);
    const found = [{ image_id: 'site2', category_id: 'cls-a', bbox: [1, 2, 3, 4], score: 0.5 }];
    const { detections } = await readDetections(write(found), truth);
    expect([[...detections.imageIds], [...detections.categoryIds]]).toEqual([[3], [2]]);
    const kept = join(base, 'out.json');
    await writeDetections(kept, detections, truth.textIds);
    expect(JSON.parse(readFileSync(kept, 'utf8'))).toEqual(found);
  });

  test('image ids beyond 2⁵³ are told apart in annotations and detections, and written with all their digits', async () => {
    const ids = ['9007199254740992', '9007199254740993'];
    const image = (id: string) => `{"id": ${id}, "file_name": "${id}.jpg", "note": "\\"id\\": 9007199254740993"}`;
    const box = '"category_id": 3, "bbox": [1, 2, 3, 4]';
    const { truth, warnings } = await readCocoAnnotations(
      write(
        `{"images": [${ids.map(image).join()}], "categories": [{"id": 3, "name": "car"}],
          "annotations": [{"id": 1, "image_id": ${ids[1]}, ${box}, "area": 12.3456789012345678901}]}`,
      ),
    );
    expect(warnings).toEqual([]);
    expect([...truth.imageIds]).toEqual([2]);
    const { detections } = await readDetections(write(`[{"image_id":${ids[0]},${box},"score":0.5}]`), truth);
    expect([...detections.imageIds]).toEqual([1]);
    await writeDetections(join(base, 'out.json'), detections, truth.textIds);
    expect(readFileSync(join(base, 'out.json'), 'utf8')).toContain(`"image_id":${ids[0]},`);
  });

  test('what Python writes, and text where an unused number stands', async () => {
    const { truth, warnings } = await readCocoAnnotations(
      write(
        `{"info": {"x": NaN}, "images": [{"id": 1, "file_name": "NaN, Infinity.jpg", "width": "640", "height": "?", "gps": [NaN, -Infinity]}],
          "categories": [{"id": 3, "name": null}],
          "annotations": [
            {"id": 1, "image_id": 1, "category_id": 3, "bbox": [1, 2, 3, 4], "area": "12.5", "iscrowd": "0", "score": NaN},
            {"id": 2, "image_id": 1, "category_id": 3, "bbox": [1, 2, 3, 4], "area": NaN, "iscrowd": null},
            {"id": 3, "image_id": 1, "category_id": 3, "bbox": [1, 2, Infinity, 4], "area": 1}]}`,
      ),
    );
    expect(truth.images).toEqual([{ id: 1, name: 'NaN, Infinity.jpg', width: 640, height: 0 }]);
    expect(truth.categories).toEqual([{ id: 3, name: 'category 3' }]);
    expect([[...truth.ids], [...truth.areas], [...truth.isCrowd]]).toEqual([
      [1, 2],
      [12.5, 12],
      [0, 0],
    ]);
    expect(warnings).toEqual([
      expect.stringMatching(/^1 annotations cannot be used .*bbox\[2\]/),
      expect.stringMatching(/^1 annotations have no "area"/),
    ]);
  });

  test('a file that is not there, a folder', async () => {
    await expect(readCocoAnnotations(join(base, 'none.json'))).rejects.toThrow(/none\.json does not exist/);
    await expect(readCocoAnnotations(base)).rejects.toThrow(/cannot be read: .* is no regular file/);
  });

  test('anything odd is read or refused with a clear message', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const result = await readCocoAnnotations(write(JSON.stringify(mutated(coco, seed)) ?? 'null')).catch(
          (e: unknown) => e,
        );
        if (result instanceof Error) expect(result).toBeInstanceOf(DatasetError);
        else expect((result as { truth: { ids: Float64Array } }).truth.ids.every(Number.isSafeInteger)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});

describe('detections', () => {
  const truth = truthOf(2, 1, []);
  const good = { image_id: 1, category_id: 1, bbox: [1, 2, 3, 4], score: 0.5 };

  test('reads what is there; text ids are file names without extension', async () => {
    const { detections: list } = await readDetections(
      write([good, { ...good, image_id: '2', category_id: 99, score: -3 }]),
      truth,
    );
    expect([...list.imageIds]).toEqual([1, 2]);
    expect([...list.categoryIds]).toEqual([1, 99]);
    expect([...list.boxes]).toEqual([1, 2, 3, 4, 1, 2, 3, 4]);
    expect([...list.scores]).toEqual([0.5, -3]);
    expect((await readDetections(write([]), truth)).detections.scores).toHaveLength(0);
    expect(['a/b.c.jpg', 'x', '1.jpg'].map(stemOf)).toEqual(['b.c', 'x', '1']);
  });

  test.each([
    [[good, { ...good, image_id: 3 }], /detection \[1\]: image_id 3 is none of the 2 annotated images/],
    [[{ ...good, image_id: 'x' }], /image_id "x" is none of/],
    [[{ ...good, image_id: 1.5 }], /image_id 1\.5 is none of/],
    [[{ ...good, image_id: null }], /image_id is null, not an id/],
    [[{ ...good, category_id: 'x' }], /category_id "x" is none of/],
    [[{ ...good, bbox: undefined }], /bbox is missing, not \[left/],
    [[{ ...good, score: '0.5' }], /score is "0\.5", not a finite number/],
    ['[{"image_id":1,"category_id":1,"bbox":[1,2,3,4],"score":NaN}]', /score is null, not a finite number/],
    ['[{"image_id":1,"category_id":1,"bbox":[1,2,3,4],"score":1e999}]', /score is null, not a finite number/],
    [[null], /detection \[0\] is null, not an object/],
    [{ annotations: [good] }, /outermost value must be a list/],
  ])('refuses %j', async (content, message) => {
    await expect(readDetections(write(content), truth)).rejects.toThrow(message);
  });

  test('one bad entry is left out and counted', async () => {
    const bad = { ...good, bbox: [1, 2, null, 4] };
    const { detections, warnings } = await readDetections(write([good, bad, good, { ...bad, score: 'x' }]), truth);
    expect(detections.scores).toHaveLength(2);
    expect(warnings).toEqual([
      expect.stringMatching(/^2 detections cannot be used .*detection \[1\]\.bbox\[2\] is null/),
    ]);
  });

  test('anything odd is read or refused with a clear message', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const content = JSON.stringify(mutated([good, good, { ...good, image_id: 2 }], seed)) ?? 'null';
        const result = await readDetections(write(content), truth).catch((e: unknown) => e);
        if (result instanceof Error) expect(result).toBeInstanceOf(DatasetError);
        else
          for (const column of Object.values((result as { detections: object }).detections))
            expect((column as Float64Array).every(Number.isFinite)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('what is written is read again, rounded', async () => {
    const file = join(base, 'out.json');
    await writeDetections(
      file,
      detectionsOf([{ image: 1, category: 1, box: [1.23456, -0.0004, 3, 4], score: 0.1234567 }]),
    );
    expect(readFileSync(file, 'utf8')).toBe('[{"image_id":1,"category_id":1,"bbox":[1.235,0,3,4],"score":0.12346}]\n');
    await fc.assert(
      fc.asyncProperty(scenes(), async ({ images, categories, found }) => {
        await writeDetections(file, detectionsOf(found));
        expect((await readDetections(file, truthOf(images, categories, []))).detections).toEqual(detectionsOf(found));
      }),
      { numRuns: 50 },
    );
    const many = Array.from({ length: 10_000 }, (_, i) => ({
      image: 1,
      category: 1,
      box: [i, 0, 1, 1] as [number, number, number, number],
      score: 0.5,
    }));
    await writeDetections(file, detectionsOf(many));
    expect((await readDetections(file, truth)).detections).toEqual(detectionsOf(many));
  });

  test('where it cannot be written', async () => {
    await expect(writeDetections(join(base, 'no/such/out.json'), detectionsOf([]))).rejects.toThrow(
      /detections were not kept: .*does not exist/,
    );
  });
});

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readCocoAnnotations } from '../../../src/vision/cocoAnnotations';
import { DatasetError } from '../../../src/vision/datasetError';
import { readDetections, stemOf, writeDetections } from '../../../src/vision/detectionsFile';
import { readJsonLists } from '../../../src/vision/jsonLists';
import { mutated } from '../../support/mutate';
import { detectionsOf, scenes, truthOf } from '../../support/scenes';

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
    ['{"a":[1,NaN,2]}', /a\[1\]: .*not valid JSON/],
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
    [damaged({ bbox: [1, 2, 3] }), /annotations\[1\]\.bbox is \[1,2,3\], not \[left, top, width, height\]/],
    [damaged({ bbox: [1, 2, -3, 4] }), /width and height cannot be negative/],
    [damaged({ bbox: [1, 2, '3', 4] }), /bbox\[2\] is "3", not a finite number/],
    [damaged({ image_id: '7' }), /annotations\[1\]\.image_id is "7", not a whole number/],
    [damaged({ iscrowd: 2 }), /iscrowd is 2, not 0 or 1/],
    [damaged({ area: null }), /area is null, not a finite number/],
    [damaged({ category_id: undefined }), /category_id is missing, not a whole number/],
    [{ ...coco, annotations: undefined }, /it has no list "annotations"/],
    [{ ...coco, images: [] }, /"images" is empty/],
    [[], /no list "images"/],
  ])('refuses %j', async (content, message) => {
    await expect(readCocoAnnotations(write(content))).rejects.toThrow(message);
    await expect(readCocoAnnotations(write(content))).rejects.toBeInstanceOf(DatasetError);
  });

  test('a file that is not there, a folder', async () => {
    await expect(readCocoAnnotations(join(base, 'none.json'))).rejects.toThrow(/none\.json does not exist/);
    await expect(readCocoAnnotations(base)).rejects.toThrow(/cannot be read: EISDIR/);
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
    const list = await readDetections(write([good, { ...good, image_id: '2', category_id: 99, score: -3 }]), truth);
    expect([...list.imageIds]).toEqual([1, 2]);
    expect([...list.categoryIds]).toEqual([1, 99]);
    expect([...list.boxes]).toEqual([1, 2, 3, 4, 1, 2, 3, 4]);
    expect([...list.scores]).toEqual([0.5, -3]);
    expect((await readDetections(write([]), truth)).scores).toHaveLength(0);
    expect(['a/b.c.jpg', 'x', '1.jpg'].map(stemOf)).toEqual(['b.c', 'x', '1']);
  });

  test.each([
    [[good, { ...good, image_id: 3 }], /detection \[1\]: image_id 3 is none of the 2 annotated images/],
    [[{ ...good, image_id: 'x' }], /image_id "x" is none of/],
    [[{ ...good, image_id: 1.5 }], /image_id is 1\.5, not a whole number/],
    [[{ ...good, bbox: undefined }], /bbox is missing, not \[left/],
    [[{ ...good, score: '0.5' }], /score is "0\.5", not a finite number/],
    ['[{"image_id":1,"category_id":1,"bbox":[1,2,3,4],"score":NaN}]', /element \[0\]: Unexpected token/],
    ['[{"image_id":1,"category_id":1,"bbox":[1,2,3,4],"score":1e999}]', /score is null, not a finite number/],
    [[null], /detection \[0\] is null, not an object/],
    [{ annotations: [good] }, /outermost value must be a list/],
  ])('refuses %j', async (content, message) => {
    await expect(readDetections(write(content), truth)).rejects.toThrow(message);
  });

  test('anything odd is read or refused with a clear message', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const content = JSON.stringify(mutated([good, good, { ...good, image_id: 2 }], seed)) ?? 'null';
        const result = await readDetections(write(content), truth).catch((e: unknown) => e);
        if (result instanceof Error) expect(result).toBeInstanceOf(DatasetError);
        else
          for (const column of Object.values(result as object))
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
        expect(await readDetections(file, truthOf(images, categories, []))).toEqual(detectionsOf(found));
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
    expect(await readDetections(file, truth)).toEqual(detectionsOf(many));
  });

  test('where it cannot be written', async () => {
    await expect(writeDetections(join(base, 'no/such/out.json'), detectionsOf([]))).rejects.toThrow(
      /detections were not kept: .*does not exist/,
    );
  });
});

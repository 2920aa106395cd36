import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { prepareSizes } from '../../../../../src/workloads/detection/prepare/imageSizes';
import { inBatches } from '../../../../../src/workloads/detection/prepare/rectangles';

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-batches-'));
afterAll(() => rmSync(folder, { recursive: true }));

const images = Object.entries({ tall: [640, 480], wide: [480, 640], wider: [360, 640] }).map(
  ([name, [height, width]]) => ({
    ...{ name, fingerprint: name, bytes: 1, size: { height: height!, width: width! } },
    load: () => Promise.reject(new Error('it is not read')),
  }),
);

it('puts images of like shape together, and tells what each batch is padded to', async () => {
  const rect = { sizesFile: await prepareSizes(images, folder, new AbortController().signal), stride: 32 };
  const { images: ordered, shapes } = await inBatches([...images, { name: 'unknown' }], ({ name }) => name, {
    ...{ rect, batchSize: 2, height: 640, width: 640 },
  });
  expect(ordered.map(({ name }) => name)).toEqual(['wider', 'wide', 'tall', 'unknown']);
  expect(shapes).toEqual([
    { height: 512, width: 672 },
    { height: 672, width: 512 },
  ]);
});

it('leaves them as they come where all inputs are of one size', async () => {
  const { images: ordered, shapes } = await inBatches(images, ({ name }) => name, {
    batchSize: 2,
    height: 9,
    width: 9,
  });
  expect(ordered).toEqual(images);
  expect(shapes).toBeUndefined();
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluationLimits } from '../../../../../src/core/detection/detector';
import { createBatchTensor } from '../../../../../src/workloads/detection/detector/batchTensor';
import {
  type DetectOptions,
  detectImages,
  type ImageDetections,
} from '../../../../../src/workloads/detection/detector/detectImages';
import { startPostprocessor } from '../../../../../src/workloads/detection/postprocess/postprocessor';
import { resolveModel } from '../../../../../src/models/cache/build';
import { type Detector, openDetector } from '../../../../../src/workloads/detection/detector/detector';
import { listImages } from '../../../../../src/workloads/detection/data/dataset';
import type { SkippedImage } from '../../../../../src/workloads/detection/data/imageFiles';
import type { ImageItem } from '../../../../../src/workloads/detection/data/imageStore';
import { letterbox, toOriginal } from '../../../../../src/workloads/detection/prepare/letterbox';
import { buildPostprocessProgram } from '../../../../support/postprocessProgram';

let folder = '';
let program = '';
let detector: Detector;
let scenes: ImageItem[];
const size = { height: 64, width: 64 };
const limits = { ...evaluationLimits, confidence: 0.0001, maxDetections: 20 };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'greenbatch-detect-'));
  program = buildPostprocessProgram(folder);
  const options = { size, input: 'uint8', seed: 1, cacheDirectory: folder } as const;
  const { file } = await resolveModel('yolov7-tiny', options);
  detector = await openDetector(file, { threads: 1, spinning: false, size });
  scenes = (await listImages({ generated: { count: 11, seed: 1 } }, folder)).items;
});
afterAll(async () => {
  await detector.session.release();
  rmSync(folder, { recursive: true, force: true });
});

const corrupt = (name: string): ImageItem => ({
  name,
  fingerprint: '',
  bytes: 0,
  load: async () => Buffer.from('no image'),
});

async function all(
  items: ImageItem[],
  options: Partial<DetectOptions> = {},
): Promise<(ImageDetections | SkippedImage)[]> {
  const found: (ImageDetections | SkippedImage)[] = [];
  const run = detectImages(detector, items, { batchSize: 4, limits, overlapFrom: null, ...options });
  for await (const result of run.images) found.push(result);
  return found;
}

describe('detectImages', () => {
  it('finds the same in every batch size, here and with a thread, in the images’ order', async () => {
    const one = await all(scenes, { batchSize: 1 });
    expect(one.map(({ name }) => name)).toEqual(scenes.map(({ name }) => name));
    expect(one.some((result) => 'scores' in result && result.scores.length > 0)).toBe(true);
    for (const options of [{ batchSize: 4 }, { batchSize: 32 }, { batchSize: 3, overlapFrom: program }]) {
      expect(await all(scenes, options)).toEqual(one);
    }
  });

  it('names images that cannot be read, and goes on without them', async () => {
    const good = await all(scenes);
    const bad = [corrupt('a.jpg'), corrupt('b.jpg'), corrupt('c.jpg')];
    const mixed = [...bad, ...scenes.slice(0, 5), corrupt('d.jpg'), ...scenes.slice(5)];
    for (const overlapFrom of [null, program]) {
      // The first batch holds no image at all.
      const found = await all(mixed, { batchSize: 3, overlapFrom });
      const skipped = found.filter((result) => 'reason' in result);
      expect(skipped.map(({ name }) => name)).toEqual(['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg']);
      expect(skipped[0]).toMatchObject({ reason: expect.stringMatching(/not an image/) });
      expect(found.filter((result) => !('reason' in result))).toEqual(good);
    }
  });

  it('does nothing for no images', async () => {
    expect(await all([], { overlapFrom: program })).toEqual([]);
  });

  it('reports progress and the time of each phase, which add up where none overlaps', async () => {
    const seen: number[] = [];
    const onProgress = (done: number, total: number) => seen.push(done, total);
    const start = performance.now();
    const run = detectImages(detector, scenes, { batchSize: 4, limits, overlapFrom: null, onProgress });
    for await (const _ of run.images);
    const wallMs = performance.now() - start;
    expect(seen).toEqual([4, 11, 8, 11, 11, 11]);
    const { loadMs, preprocessMs, inferenceMs, nmsMs } = run.phases;
    for (const ms of [loadMs, preprocessMs, inferenceMs, nmsMs]) expect(ms).toBeGreaterThan(0);
    expect(loadMs + preprocessMs + inferenceMs + nmsMs).toBeLessThanOrEqual(wallMs);
  });

  it('prepares no more than a batch ahead', async () => {
    let loaded = 0;
    const counted = scenes.map((item) => ({ ...item, load: () => (loaded++, item.load()) }));
    const run = detectImages(detector, counted, { batchSize: 2, limits, overlapFrom: program });
    await run.images.next();
    // Two batches are queued for the thread, and one more is prepared.
    expect(loaded).toBeLessThanOrEqual(6);
    await run.images.return(undefined);
  });

  it('ends when it is aborted, and lets the reader end it', async () => {
    const controller = new AbortController();
    const aborting = all(scenes, {
      ...{ batchSize: 1, overlapFrom: program, signal: controller.signal },
      onProgress: () => controller.abort(new Error('enough')),
    });
    await expect(aborting).rejects.toThrow('enough');
    await expect(all(scenes, { signal: AbortSignal.abort(new Error('at once')) })).rejects.toThrow('at once');
    const run = detectImages(detector, scenes, { batchSize: 1, limits, overlapFrom: program });
    for await (const _ of run.images) break;
  });

  it('fails when the thread does', async () => {
    const broken = buildPostprocessProgram(folder, "throw new Error('broken')");
    await expect(all(scenes, { overlapFrom: broken })).rejects.toThrow(/post-processing thread failed: broken/);
    buildPostprocessProgram(folder);
  });

  it('surfaces what goes wrong with a single batch', async () => {
    const work = { layout: detector.layout, input: size, limits };
    const postprocessor = startPostprocessor(program, work);
    const place = { original: size, resized: size, top: 0, left: 0 };
    await expect(postprocessor.submit({}, [place])).rejects.toThrow(/post-processing failed/);
    await expect(postprocessor.submit({}, [])).resolves.toMatchObject({ detections: { counts: new Int32Array(0) } });
    const waiting = postprocessor.submit({}, []);
    const outcome = expect(waiting).rejects.toThrow(/closed/);
    await postprocessor.close();
    await outcome;
    await expect(postprocessor.submit({}, [])).rejects.toThrow(/closed/);
  });

  it('refuses another batch size than the model is fixed to', () => {
    expect(() =>
      detectImages({ ...detector, fixedBatch: 2 }, scenes, { batchSize: 4, limits, overlapFrom: null }),
    ).toThrow(/batches of 2 only, not 4/);
  });

  it('refuses outputs of another number of images than were put in', async () => {
    const whole = detector.session;
    const session = {
      ...whole,
      run: async (data: Uint8Array | Float32Array, [images = 0, ...rest]: number[]) =>
        whole.run(data.subarray(0, data.length / images), [1, ...rest]),
    };
    const run = detectImages({ ...detector, session }, scenes, { batchSize: 4, limits, overlapFrom: null });
    await expect(run.images.next()).rejects.toThrow(
      /takes 4 images at once, but its output output \[1, .* is not of as many: use batches of 1, or export it/,
    );
  });

  it('fills the last batch up for a model of a fixed batch size', async () => {
    const good = await all(scenes);
    const found: unknown[] = [];
    const run = detectImages({ ...detector, fixedBatch: 4 }, scenes, { batchSize: 4, limits, overlapFrom: program });
    for await (const result of run.images) found.push(result);
    expect(found).toEqual(good);
  });
});

describe('createBatchTensor', () => {
  const pixels = Uint8Array.from({ length: 12 }, (_, i) => i * 20);
  const tensor = (inputType: 'uint8' | 'float32', channels: 'RGB' | 'BGR', white: 1 | 255) => {
    const made = createBatchTensor(
      {
        session: { ...detector.session, inputType },
        convention: { channels, white, placement: 'centre' },
        ...{ size: { height: 2, width: 2 }, fixedBatch: null },
      },
      2,
    );
    made.write(1, pixels);
    return made.view(2).data.subarray(12);
  };

  it('writes values in the order and range that the model takes', () => {
    const bgr = [...pixels.subarray(8), ...pixels.subarray(4, 8), ...pixels.subarray(0, 4)];
    expect([...tensor('uint8', 'RGB', 1)]).toEqual([...pixels]);
    expect([...tensor('uint8', 'BGR', 255)]).toEqual(bgr);
    expect([...tensor('float32', 'BGR', 255)]).toEqual(bgr);
    expect([...tensor('float32', 'RGB', 1)]).toEqual([...Float32Array.from(pixels, (value) => value / 255)]);
  });
});

describe('toOriginal', () => {
  const side = fc.integer({ min: 1, max: 4000 });
  const box = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 4, maxLength: 4 });

  it('is the inverse of the letterbox, wherever it puts the image', () => {
    const target = fc.integer({ min: 32, max: 1280 });
    const placement = fc.constantFrom('centre' as const, 'topLeft' as const);
    fc.assert(
      fc.property(
        side,
        side,
        target,
        target,
        placement,
        box,
        (height, width, targetHeight, targetWidth, where, shares) => {
          const original = { height, width };
          const place = letterbox(original, { height: targetHeight, width: targetWidth }, where);
          const scale = [width, height, width, height];
          const corners = Float32Array.from(shares, (share, i) => {
            const [offset, resized] =
              i % 2 === 0 ? [place.left, place.resized.width] : [place.top, place.resized.height];
            return offset + share * resized;
          });
          toOriginal(corners, { original, ...place });
          for (const [i, share] of shares.entries()) {
            // float32 holds an input position to 1e-7 of 1,280 pixels, which the ratio enlarges.
            const ratio = i % 2 === 0 ? width / place.resized.width : height / place.resized.height;
            expect(Math.abs(corners[i]! - share * scale[i]!)).toBeLessThanOrEqual(2e-4 * Math.max(1, ratio));
          }
        },
      ),
    );
  });

  it('clips to the image', () => {
    const corners = Float32Array.of(-50, -50, 900, 900);
    toOriginal(corners, { original: { height: 30, width: 40 }, ...letterbox({ height: 30, width: 40 }, size) });
    expect([...corners]).toEqual([0, 0, 40, 30]);
  });
});

import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildModel, resolveModel } from '../../../../src/models/cache/build';
import { readCheckpoint } from '../../../../src/models/checkpoint/checkpoint';
import { countParameters } from '../../../../src/models/yolo/count';
import { openSession, type Session } from '../../../../src/models/onnx/session';
import { prepareImage } from '../../../../src/workloads/detection/prepare/image';

const fixtures = process.env.GREENBATCH_FIXTURES ?? resolve(__dirname, '../../../../../shared/data');
const yolov5n = join(fixtures, 'weights/yolov5n/yolov5n.pt');
const torn = join(fixtures, 'weights/yolov7-tiny-truncated/yolov7-tiny.TRUNCATED-3975745.pt');
const images = join(fixtures, 'coco-val2017-dev/images');
const detections = join(fixtures, 'oracle/real-detections/yolov5n_640_dev.json');

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'greenbatch-checkpoint-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Detection = { image_id: number; category_id: number; bbox: [number, number, number, number]; score: number };
type Box = { left: number; top: number; right: number; bottom: number; scores: Float32Array };

/** What most photographs of COCO have: neither resized nor padded, so that nothing but the network counts. */
const size = { height: 480, width: 640 };

async function boxesOf(session: Session, imageId: number): Promise<Box[]> {
  const image = await prepareImage(readFileSync(join(images, `${String(imageId).padStart(12, '0')}.jpg`)), size);
  const { data, dims } = (await session.run(image.pixels, [1, 3, 480, 640])).output!;
  expect(image.original).toEqual(size);
  return Array.from({ length: dims[1]! }, (_, i) => {
    const [x, y, w, h, objectness, ...classes] = data.subarray(i * dims[2]!, (i + 1) * dims[2]!);
    const scores = Float32Array.from(classes, (c) => c * objectness!);
    const [right, bottom] = [Math.min(640, x! + w! / 2), Math.min(480, y! + h! / 2)];
    return { left: Math.max(0, x! - w! / 2), top: Math.max(0, y! - h! / 2), right, bottom, scores };
  });
}

function overlap(box: Box, [left, top, width, height]: Detection['bbox']): number {
  const wide = Math.min(box.right, left + width) - Math.max(box.left, left);
  const high = Math.min(box.bottom, top + height) - Math.max(box.top, top);
  if (wide <= 0 || high <= 0) return 0;
  return (wide * high) / ((box.right - box.left) * (box.bottom - box.top) + width * height - wide * high);
}

describe.skipIf(!existsSync(yolov5n))('the official yolov5n.pt (GREENBATCH_FIXTURES)', () => {
  it('is recognised, and says its architecture and classes', async () => {
    const checkpoint = await readCheckpoint(yolov5n);
    expect(checkpoint.official).toBe('yolov5n.pt of YOLOv5 v7.0');
    expect(checkpoint.classNames).toHaveLength(80);
    expect(checkpoint.classNames?.slice(0, 3)).toEqual(['person', 'bicycle', 'car']);
    const head = checkpoint.architecture.layers.at(-1)!;
    // Published: 1.9 M parameters.
    expect(countParameters(checkpoint.architecture).fused).toBe(1_867_405);
    expect(head.op === 'Detect' && head.anchors[2]).toEqual([116, 90, 156, 198, 373, 326]);
  });

  it('finds what an independent program found with it', { timeout: 120_000 }, async () => {
    const model = await resolveModel('yolov5n.pt', {
      ...{ size, input: 'uint8', seed: 1, cacheDirectory: join(folder, 'cache') },
      baseDirectory: join(fixtures, 'weights/yolov5n'),
    });
    expect(model).toMatchObject({ name: 'yolov5n', classes: 80, boxes: 18_900, parameters: 1_867_405 });
    expect(model.checkpoint).toMatchObject({ file: yolov5n, official: 'yolov5n.pt of YOLOv5 v7.0' });
    const session = await openSession(model.file, { threads: 2, spinning: false });
    const all = (JSON.parse(readFileSync(detections, 'utf8')) as Detection[]).filter(({ score }) => score > 0.3);
    let compared = 0;
    for (const id of [5001, 25_603, 25_986, 47_112, 56_344]) {
      const boxes = await boxesOf(session, id);
      for (const expected of all.filter((d) => d.image_id === id)) {
        // COCO's first categories have the ids 1 to 11 without a gap.
        if (expected.category_id > 11) continue;
        const score = (box: Box) => box.scores[expected.category_id - 1]!;
        const best = boxes
          .filter((box) => overlap(box, expected.bbox) > 0.99)
          .reduce((most, box) => Math.max(most, score(box)), 0);
        expect(Math.abs(best - expected.score), JSON.stringify(expected)).toBeLessThan(1e-4);
        compared++;
      }
    }
    await session.release();
    expect(compared).toBeGreaterThan(8);
  });

  it('is built with its class names in the file, the same from any folder', async () => {
    copyFileSync(yolov5n, join(folder, 'copy.pt'));
    const small = { size: { height: 64, width: 64 }, input: 'float32', seed: 1 } as const;
    const built = await buildModel(join(folder, 'copy.pt'), join(folder, 'n.onnx'), small);
    const again = await buildModel(yolov5n, join(folder, 'm.onnx'), { ...small, seed: 2 });
    expect(again.sha256).toBe(built.sha256);
    expect(built.classNames?.at(-1)).toBe('toothbrush');
    const file = readFileSync(join(folder, 'n.onnx'));
    expect(file.includes(JSON.stringify(built.classNames))).toBe(true);
    expect(readdirSync(folder).filter((name) => name.includes('partial'))).toEqual([]);
  });
});

describe.skipIf(!existsSync(torn))('a download of yolov7-tiny.pt that broke off (GREENBATCH_FIXTURES)', () => {
  it('is refused, with where it ends and what is missing first', async () => {
    await expect(readCheckpoint(torn)).rejects.toThrow(
      /is torn: it ends after 3975745 of at least 12580746 bytes; entry data\/132, needed for model\.29\.conv\.weight, is missing or cut \(300 of 338 entries are\); download it again$/,
    );
  });
});

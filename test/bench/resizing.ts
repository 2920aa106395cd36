import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import sharp, { type KernelEnum } from 'sharp';
import { cocoCategoryId } from '../../src/core/accuracy/cocoCategories';
import { DetectionList } from '../../src/core/accuracy/detections';
import { evaluateAccuracy } from '../../src/core/accuracy/evaluate';
import { evaluationLimits } from '../../src/core/detection/detector';
import { createBatchTensor } from '../../src/workloads/detection/detector/batchTensor';
import { resolveModel } from '../../src/models/cache/build';
import { type Detector, openDetector } from '../../src/workloads/detection/detector/detector';
import { readCocoAnnotations } from '../../src/workloads/detection/data/cocoAnnotations';
import { prepareImage } from '../../src/workloads/detection/prepare/image';
import { letterbox, paddingGrey } from '../../src/workloads/detection/prepare/letterbox';
import { createPostprocessor } from '../../src/workloads/detection/postprocess/postprocess';

/**
 * How much accuracy depends on the kernel that images are resized with: COCO's AP on the 90 images, in one run, with the same
 * letterbox, network and suppression. Prints a JSON object for each network. Usage: tsx test/bench/resizing.ts
 */

const fixtures = process.env.GREENBATCH_FIXTURES ?? resolve(__dirname, '../../../shared/data');
const coco = join(fixtures, 'coco-val2017-dev');
const kernels = ['ours', 'nearest', 'linear', 'cubic', 'lanczos3'] as const;

async function prepared(bytes: Buffer, kernel: (typeof kernels)[number], { size, convention }: Detector) {
  const ours = await prepareImage(bytes, size, undefined, { placement: convention.placement });
  if (kernel === 'ours') return ours;
  const { top, left, bottom, right, resized } = letterbox(ours.original, size, convention.placement);
  const background = { r: paddingGrey, g: paddingGrey, b: paddingGrey };
  const data = await sharp(bytes, { ignoreIcc: true, autoOrient: true })
    .removeAlpha()
    .toColourspace('srgb')
    .resize({ ...resized, fit: 'fill', kernel: kernel as keyof KernelEnum })
    .extend({ top, left, bottom, right, background })
    .raw()
    .toBuffer();
  const plane = size.height * size.width;
  const pixels = new Uint8Array(3 * plane);
  for (let i = 0; i < 3 * plane; i++) pixels[(i % 3) * plane + Math.floor(i / 3)] = data[i]!;
  return { ...ours, pixels };
}

async function averagePrecision(detector: Detector, kernel: (typeof kernels)[number]): Promise<number> {
  const { truth } = await readCocoAnnotations(join(coco, 'instances.json'));
  const tensor = createBatchTensor(detector, 1);
  const postprocess = createPostprocessor({ layout: detector.layout, input: detector.size, limits: evaluationLimits });
  const list = new DetectionList();
  for (const { id, name } of truth.images) {
    const image = await prepared(readFileSync(join(coco, 'images', name)), kernel, detector);
    tensor.write(0, image.pixels);
    const { data, dims } = tensor.view(1);
    const place = { original: image.original, ...image.letterbox };
    const { corners, scores, classes } = postprocess(await detector.session.run(data, dims), [place]);
    for (const [i, score] of scores.entries()) {
      const [x0, y0, x1, y1] = corners.subarray(4 * i);
      list.add(id, cocoCategoryId(classes[i]!), x0!, y0!, x1! - x0!, y1! - y0!, score);
    }
  }
  return evaluateAccuracy(truth, list.finish()).coco.stats[0]!;
}

async function main(): Promise<void> {
  if (!existsSync(coco)) throw new Error(`${coco} is absent: set GREENBATCH_FIXTURES to the folder that holds it`);
  const cacheDirectory = mkdtempSync(join(tmpdir(), 'greenbatch-resizing-'));
  try {
    for (const [model, side] of [
      ['yolox-nano/yolox_nano.onnx', 416],
      ['yolov5n/yolov5n.pt', 416],
      ['yolov5n/yolov5n.pt', 640],
    ] as const) {
      const size = { height: side, width: side };
      const options = { size, input: 'uint8', seed: 1, cacheDirectory } as const;
      const { file } = await resolveModel(join(fixtures, 'weights', model), options);
      const detector = await openDetector(file, { threads: 2, spinning: false, size });
      const ap: Record<string, number> = {};
      for (const kernel of kernels) ap[kernel] = Number((await averagePrecision(detector, kernel)).toFixed(4));
      await detector.session.release();
      console.log(JSON.stringify({ model, side, ap }));
    }
  } finally {
    rmSync(cacheDirectory, { recursive: true, force: true });
  }
}

void main();

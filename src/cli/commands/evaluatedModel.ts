import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { GroundTruth, GroundTruthImage } from '../../core/accuracy/groundTruth';
import type { Size } from '../../core/spec/spec';
import {
  findAnnotated,
  joined,
  type ModelDetections,
  requireEvaluated,
} from '../../workloads/detection/evaluate/evaluateModel';
import { type LocatedImages, locateImages } from '../../workloads/detection/data/dataset';
import type { Shrinking } from '../../workloads/detection/prepare/image';
import { letterbox } from '../../workloads/detection/prepare/letterbox';
import { type DetectorValues, openDetectorOf } from '../options/detectorOptions';

export const paddings = ['rectangle', 'square'] as const;

/** How images become inputs of a model that is evaluated. */
export type Preprocessing = {
  /** `rectangle`: the shorter side is filled up to the model's stride only, as YOLO's test programs do; where its size is free. */
  padding: (typeof paddings)[number];
  shrinking: Shrinking;
  classesByNumber: boolean;
};

export type EvaluatedModel = ModelDetections & {
  recognised: string;
  size: Size;
  batchSize: number;
  padding: Preprocessing['padding'];
};

/** Runs a model over the annotated images of a folder or .zip. */
export async function runEvaluated(
  values: DetectorValues,
  truth: GroundTruth,
  imagesPath: string,
  { padding, shrinking, classesByNumber }: Preprocessing,
  onProgress: (done: number, total: number) => void,
): Promise<EvaluatedModel> {
  const located = await locateImages(truth.images, imagesPath);
  const { detector, batchSize, sizeMultiple } = await openDetectorOf(values);
  const { size, description: recognised } = detector;
  const about = { recognised, size, batchSize };
  const options = { batchSize, shrinking, classesByNumber, overlapFrom: process.argv[1] ?? null };
  if (padding === 'square' || sizeMultiple === null) {
    try {
      const found = await findAnnotated(detector, truth, located, { ...options, onProgress });
      return { ...requireEvaluated(found), ...about, padding: 'square' };
    } finally {
      await detector.session.release();
    }
  }
  await detector.session.release();
  const parts: ModelDetections[] = [];
  let before = 0;
  for (const { input, found } of rectangles(located.found, size, sizeMultiple)) {
    const images = found.map(({ image }) => image);
    const part = await atSize(values, input, (own) =>
      findAnnotated(
        own,
        { ...truth, images },
        { found, missing: [], warned: [] },
        {
          ...options,
          onProgress: (done) => onProgress(before + done, located.found.length),
        },
      ),
    );
    before += found.length;
    parts.push(part);
  }
  const all = joined(truth, parts);
  return {
    ...requireEvaluated({
      ...all,
      skipped: [...located.missing, ...all.skipped],
      warned: [...located.warned, ...all.warned],
    }),
    ...about,
    padding,
  };
}

/** The model at another input size, in a file that is not kept: there are as many as shapes of images. */
async function atSize<T>(
  values: DetectorValues,
  { height, width }: Size,
  run: (detector: Awaited<ReturnType<typeof openDetectorOf>>['detector']) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'greenbatch-rectangle-'));
  try {
    const { detector } = await openDetectorOf({ ...values, 'image-size': `${height}x${width}` }, folder);
    try {
      return await run(detector);
    } finally {
      await detector.session.release();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Images by the smallest input that holds them letterboxed into `size`, sides in multiples of the stride. */
export function rectangles(
  found: LocatedImages['found'],
  size: Size,
  multiple: number,
): { input: Size; found: LocatedImages['found'] }[] {
  const groups = new Map<string, { input: Size; found: LocatedImages['found'] }>();
  for (const one of found) {
    const input = rectangleOf(one.image, size, multiple);
    const key = `${input.height}x${input.width}`;
    const group = groups.get(key) ?? { input, found: [] };
    group.found.push(one);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function rectangleOf({ height, width }: GroundTruthImage, size: Size, multiple: number): Size {
  // The annotations do not say how large it is.
  if (height < 1 || width < 1) return size;
  const { resized } = letterbox({ height, width }, size);
  const up = (side: number, most: number) => Math.min(most, Math.ceil(side / multiple) * multiple);
  const input = { height: up(resized.height, size.height), width: up(resized.width, size.width) };
  const within = letterbox({ height, width }, input).resized;
  if (within.height === resized.height && within.width === resized.width) return input;
  // The shorter side, truncated to whole pixels, is a multiple of the stride: the image itself is a little wider.
  return resized.height < resized.width
    ? { ...input, height: up(input.height + 1, size.height) }
    : { ...input, width: up(input.width + 1, size.width) };
}

import { parentPort, workerData } from 'node:worker_threads';
import { freeBuffer } from '../../../machine/freeBuffer';
import type { BatchDetections, Tensors } from '../../../core/detection/detector';
import type { Size } from '../../../core/spec/spec';
import type { ImagePlace } from '../prepare/letterbox';
import { createPostprocessor, type Postprocessing } from './postprocess';

export type PostprocessWork = { role: 'postprocess'; work: Postprocessing };
export type PostprocessRequest = { outputs: Tensors; places: ImagePlace[]; input: Size | undefined };
/** Answers come in the order of the requests; an error is that of one batch. */
export type PostprocessReply = PostprocessedBatch | { error: string };
export type PostprocessedBatch = {
  detections: BatchDetections;
  /** Decoding, suppression and mapping back, milliseconds of this thread. */
  nmsMs: number;
};

/** Body of the thread. It ends when the parent closes it. */
export function postprocessMain(): void {
  const postprocess = createTimedPostprocessor((workerData as PostprocessWork).work);
  parentPort?.on('message', ({ outputs, places, input }: PostprocessRequest) => {
    try {
      const batch = postprocess(outputs, places, input);
      const { counts, corners, scores, classes } = batch.detections;
      const buffers = [counts, corners, scores, classes].map((array) => array.buffer as ArrayBuffer);
      parentPort?.postMessage(batch satisfies PostprocessReply, buffers);
    } catch (error) {
      const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
      parentPort?.postMessage({ error: message } satisfies PostprocessReply);
    }
  });
}

/** What it is given must not be used afterwards: the outputs' memory is used again for those of the next batch. */
export function createTimedPostprocessor(
  work: Postprocessing,
): (outputs: Tensors, places: readonly ImagePlace[], input?: Size) => PostprocessedBatch {
  const postprocess = createPostprocessor(work);
  return (outputs, places, input) => {
    const start = performance.now();
    const detections = postprocess(outputs, places, input);
    for (const buffer of new Set(Object.values(outputs).map(({ data }) => data.buffer as ArrayBuffer)))
      freeBuffer(buffer);
    return { detections, nmsMs: performance.now() - start };
  };
}

import { layoutAt } from '../../../core/detection/layoutAt';
import type { BatchDetections, DetectionLimits, DetectorLayout, Tensors } from '../../../core/detection/detector';
import type { Size } from '../../../core/spec/spec';
import { createDecoder } from './decode';
import { type ImagePlace, toOriginal } from '../prepare/letterbox';
import { createSuppressor, type Kept } from './suppression';
import { createSuppressedReader } from './suppressed';

export type Postprocessing = {
  layout: DetectorLayout;
  /** Of the model's input, pixels. */
  input: Size;
  limits: DetectionLimits;
};

/**
 * Turns the outputs of a batch into detections: decoding, suppression, and back onto the original images, of which
 * there may be fewer than the batch has rows. Memory is used again from batch to batch; the results are new. A batch may be of another
 * input size, which it then comes with.
 */
export function createPostprocessor(
  work: Postprocessing,
): (outputs: Tensors, places: readonly ImagePlace[], input?: Size) => BatchDetections {
  const { limits } = work;
  const readers = new Map<string, ReturnType<typeof createReader>>();
  const readerAt = (input: Size) => {
    const key = `${input.height}x${input.width}`;
    const known =
      readers.get(key) ?? createReader({ ...work, layout: layoutAt(work.layout, work.input, input), input });
    readers.set(key, known);
    return known;
  };
  return (outputs, places, input = work.input) => {
    const keptOf = readerAt(input);
    const found: Omit<BatchDetections, 'counts'>[] = [];
    const counts = new Int32Array(places.length);
    for (const [index, place] of places.entries()) {
      const { count, corners, scores, classes } = keptOf(outputs, index);
      const here = Math.min(count, limits.maxDetections);
      counts[index] = here;
      const own = corners.slice(0, 4 * here);
      toOriginal(own, place);
      found.push({ corners: own, scores: scores.slice(0, here), classes: classes.slice(0, here) });
    }
    return join(counts, found);
  };
}

function createReader({ layout, input, limits }: Postprocessing): (outputs: Tensors, index: number) => Kept {
  if (layout.kind === 'suppressedRows' || layout.kind === 'suppressedTensors')
    return createSuppressedReader(layout, limits);
  const decode = createDecoder(layout, input, limits.confidence);
  const suppress = createSuppressor(limits);
  return (outputs, index) => {
    const { values, first } = decode(outputs, index);
    return suppress(values, first, layout.boxes, layout.classes);
  };
}

function join(counts: Int32Array, parts: Omit<BatchDetections, 'counts'>[]): BatchDetections {
  const total = counts.reduce((sum, n) => sum + n, 0);
  const all = {
    counts,
    corners: new Float32Array(4 * total),
    scores: new Float32Array(total),
    classes: new Int32Array(total),
  };
  let at = 0;
  for (const { corners, scores, classes } of parts) {
    all.corners.set(corners, 4 * at);
    all.scores.set(scores, at);
    all.classes.set(classes, at);
    at += scores.length;
  }
  return all;
}

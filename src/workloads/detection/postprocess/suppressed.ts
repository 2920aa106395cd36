import type { DetectionLimits, DetectorLayout, Tensors } from '../../../core/detection/detector';
import type { Kept } from './suppression';

type SuppressedLayout = Extract<DetectorLayout, { kind: 'suppressedRows' | 'suppressedTensors' }>;

/** One detection as the model wrote it: where its corners, score and class stand. */
type Place = { score: number; corner: number; classIndex: number };

/**
 * Reads the detections of an image from a model that has suppressed already. Only the confidence and the largest
 * count still apply; IoU and the number of classes a box may have are those that the model was exported with.
 */
export function createSuppressedReader(
  layout: SuppressedLayout,
  limits: DetectionLimits,
): (outputs: Tensors, index: number) => Kept {
  const { maxDetections } = limits;
  const confidence = Math.fround(limits.confidence);
  const kept = {
    corners: new Float32Array(4 * maxDetections),
    scores: new Float32Array(maxDetections),
    classes: new Int32Array(maxDetections),
  };
  return (outputs, index) => {
    const { places, corners, classes } =
      layout.kind === 'suppressedRows' ? fromRows(outputs, layout, index) : fromTensors(outputs, layout, index);
    const best = places
      .filter(({ score }) => score > confidence)
      .sort((a, b) => b.score - a.score)
      .slice(0, maxDetections);
    for (const [i, { score, corner, classIndex }] of best.entries()) {
      for (let side = 0; side < 4; side++) kept.corners[4 * i + side] = corners[corner + side]!;
      kept.scores[i] = score;
      kept.classes[i] = classes[classIndex]!;
    }
    return { count: best.length, ...kept };
  };
}

type Found = { places: Place[]; corners: Float32Array; classes: Float32Array };

function fromRows(outputs: Tensors, { output }: SuppressedLayout & { kind: 'suppressedRows' }, index: number): Found {
  const { data } = outputs[output]!;
  const places: Place[] = [];
  for (let at = 0; at + 7 <= data.length; at += 7) {
    if (data[at] === index) places.push({ corner: at + 1, classIndex: at + 5, score: data[at + 6]! });
  }
  return { places, corners: data, classes: data };
}

function fromTensors(outputs: Tensors, layout: SuppressedLayout & { kind: 'suppressedTensors' }, index: number): Found {
  const scores = outputs[layout.scores]!;
  const most = scores.dims[1]!;
  const count = Math.min(most, Math.max(0, outputs[layout.counts]!.data[index]!));
  const places = Array.from({ length: count }, (_, i) => {
    const at = index * most + i;
    return { corner: 4 * at, classIndex: at, score: scores.data[at]! };
  });
  return { places, corners: outputs[layout.corners]!.data, classes: outputs[layout.classIndices]!.data };
}

/** A tensor as it comes out of a model: row-major values and sizes. */
export type Tensor = { data: Float32Array; dims: readonly number[] };

/** Outputs of one batch by their name. */
export type Tensors = Record<string, Tensor>;

/** One raw head of an anchor-based detector; values are logits. */
export type Head = {
  output: string;
  /** Input pixels a cell. */
  stride: number;
  /** Width, height pairs in input pixels. */
  anchors: number[];
  /** Rows and columns of cells. */
  height: number;
  width: number;
  /** [N, anchors, height, width, 5 + classes], else [N, anchors · (5 + classes), height, width]. */
  valuesLast: boolean;
};

/** How the outputs of a detector are to be read. `boxes` are rows for one image. */
export type DetectorLayout =
  /** [N, boxes, 5 + classes]: centre x, y, width, height in input pixels, objectness, class scores. */
  | { kind: 'decoded'; output: string; boxes: number; classes: number }
  /** The same rows before decoding: offset from the cell and logarithm of the size, in units of the stride (YOLOX). */
  | { kind: 'cells'; output: string; boxes: number; classes: number; strides: number[] }
  /** One tensor of logits for each stride (YOLOv7 and YOLOv5 exported without their grid). */
  | { kind: 'heads'; heads: Head[]; boxes: number; classes: number }
  /** [n, 7] after suppression: image of the batch, x0, y0, x1, y1, class, score (YOLOv7's end-to-end export). */
  | { kind: 'suppressedRows'; output: string }
  /** Four tensors after suppression: how many, [N, most, 4] corners, [N, most] scores, [N, most] classes. */
  | { kind: 'suppressedTensors'; counts: string; corners: string; scores: string; classIndices: string };

/** What a detector expects in its input. */
export type InputConvention = {
  channels: 'RGB' | 'BGR';
  /** The value that a white pixel has. A uint8 input always has 255. */
  white: 1 | 255;
  /** Where a letterboxed image lies in the input. */
  placement: 'centre' | 'topLeft';
};

/** Boxes of several images, one image after the other, each image's by falling score. */
export type BatchDetections = {
  /** How many boxes each image has. */
  counts: Int32Array;
  /** [boxes, 4]: left, top, right, bottom in pixels of the original image. */
  corners: Float32Array;
  scores: Float32Array;
  /** Index of the class, from 0. */
  classes: Int32Array;
};

/** What counts as a detection. Scores and IoU are between 0 and 1, and have to exceed their limit. */
export type DetectionLimits = {
  confidence: number;
  iou: number;
  /** A box may be detected as several classes; else only as its best. */
  multiLabel: boolean;
  /** Candidates of one image that suppression looks at, the best ones. */
  maxCandidates: number;
  /** Boxes kept for one image, the best ones. */
  maxDetections: number;
};

/** The limits that published YOLOv7 figures are measured with (its test.py). Its time limit of 10 s is left out. */
export const evaluationLimits: DetectionLimits = {
  confidence: 0.001,
  iou: 0.65,
  multiLabel: true,
  maxCandidates: 30_000,
  maxDetections: 300,
};

/** The limits that published YOLOX figures are measured with (its own evaluation): a box is of its best class alone. */
const yoloxEvaluationLimits: DetectionLimits = { ...evaluationLimits, confidence: 0.01, multiLabel: false };

/** The limits of the program that a detector's published figures come from. */
export function evaluationLimitsOf({ kind }: Pick<DetectorLayout, 'kind'>): DetectionLimits {
  return kind === 'cells' ? yoloxEvaluationLimits : evaluationLimits;
}

/** The limits for pictures that people look at (YOLOv7's detect.py). */
export const drawingLimits: DetectionLimits = { ...evaluationLimits, confidence: 0.25, iou: 0.45, multiLabel: false };

import type { DetectorLayout, Head, InputConvention, Tensor, Tensors } from '../../../core/detection/detector';
import type { Size } from '../../../core/spec/spec';
import { type AnchorSet, anchorSets } from '../../../models/yolo/anchorSets';
import { ModelError } from '../../../models/modelError';

export type Recognised = {
  layout: DetectorLayout;
  convention: InputConvention;
  /** What the model was taken for, in words; names what was assumed. */
  description: string;
};

export type RecogniseOptions = {
  /** Of the input, pixels. */
  size: Size;
  /** Which anchors raw heads were trained with; null: not known. */
  anchors: AnchorSet | null;
};

const yoloInput: InputConvention = { channels: 'RGB', white: 1, placement: 'centre' };
const yoloxInput: InputConvention = { channels: 'BGR', white: 255, placement: 'topLeft' };
const strides = [8, 16, 32, 64];
const yoloxStrides = strides.slice(0, 3);
/** Levels and anchors per cell that decoded rows may come from: YOLOv7, its P6 models, and YOLOv5's P2 and tiny variants. */
const strideSets = [yoloxStrides, strides, [4, 8, 16, 32], [16, 32]];
const anchorCounts = [2, 3, 4, 5, 6];

const allowed = `allowed are
  one output [N, boxes, 5 + classes] in pixels (YOLOv7 and YOLOv5, exported with --grid)
  three or four raw heads [N, anchors, h, w, 5 + classes] or [N, anchors · (5 + classes), h, w] (without --grid)
  one output [n, 7] (YOLOv7, --grid --end2end --max-wh), or num_dets, det_boxes, det_scores and det_classes
  one output [N, cells, 5 + classes] (YOLOX)`;

/**
 * Tells from the outputs of one run on a black image how a detector's outputs are to be read.
 *
 * @param outputs of a batch of which only the first image counts
 * @throws ModelError with the outputs found and what is allowed
 */
export function recogniseOutputs(outputs: Tensors, options: RecogniseOptions): Recognised {
  const entries = Object.entries(outputs);
  const found =
    suppressedTensors(entries) ?? suppressedRows(entries) ?? boxRows(entries, options) ?? rawHeads(entries, options);
  if (found) return found;
  const listed = entries.map(([name, { dims }]) => `${name} [${dims.join(', ')}]`).join('; ');
  const { height, width } = options.size;
  throw new ModelError(`no known detector: at ${height}×${width} its outputs are ${listed || '(none)'}; ${allowed}`);
}

type Entries = [name: string, tensor: Tensor][];

function suppressedTensors(entries: Entries): Recognised | null {
  const named = (name: string, rank: number) =>
    entries.find(([key, { dims }]) => key === name && dims.length === rank)?.[0];
  const [counts, corners, scores, classes] = [
    named('num_dets', 2) ?? named('num_dets', 1),
    named('det_boxes', 3),
    named('det_scores', 2),
    named('det_classes', 2),
  ];
  if (counts === undefined || corners === undefined || scores === undefined || classes === undefined) return null;
  return {
    layout: { kind: 'suppressedTensors', counts, corners, scores, classIndices: classes },
    convention: yoloInput,
    description: 'end-to-end detector with suppression inside (num_dets, det_boxes, det_scores, det_classes)',
  };
}

function suppressedRows(entries: Entries): Recognised | null {
  const [first] = entries;
  if (entries.length !== 1 || first === undefined) return null;
  const [output, { dims }] = first;
  if (dims.length !== 2 || dims[1] !== 7) return null;
  return {
    layout: { kind: 'suppressedRows', output },
    convention: yoloInput,
    description: 'YOLOv7 end-to-end detector with suppression inside (rows of image, box, class, score)',
  };
}

/** One output [N, boxes, 5 + classes], beside raw heads that some exporters leave in. */
function boxRows(entries: Entries, { size }: RecogniseOptions): Recognised | null {
  const matrices = entries.filter(([, { dims }]) => dims.length === 3);
  const [first] = matrices;
  if (matrices.length !== 1 || first === undefined) return null;
  if (entries.some(([, { dims }]) => dims.length < 3)) return null;
  const [output, { dims, data }] = first;
  const [, boxes, length] = dims as [number, number, number];
  const classes = length - 5;
  if (classes < 1) return null;
  const isCells = boxes === cells(size, yoloxStrides);
  const isAnchored = strideSets.some((set) => anchorCounts.includes(boxes / cells(size, set)));
  if (!isCells && !isAnchored) return null;
  let sum = 0;
  for (let i = 0; i < boxes; i++) sum += data[i * length]!;
  const mean = sum / boxes;
  // Decoded centres are spread evenly over the image; before decoding they are a cell's size at most.
  const isDecoded = mean > size.width / 4 && mean < (3 * size.width) / 4;
  if (isCells) {
    if (isDecoded) {
      return {
        layout: { kind: 'decoded', output, boxes, classes },
        convention: yoloxInput,
        description: `YOLOX detector with decoding inside, ${plural(classes)} (BGR, 0 to 255, image at the top left)`,
      };
    }
    if (Math.abs(mean) > 4) return null;
    return {
      layout: { kind: 'cells', output, boxes, classes, strides: yoloxStrides },
      convention: yoloxInput,
      description: `YOLOX detector, ${plural(classes)} (BGR, 0 to 255, image at the top left)`,
    };
  }
  if (!isDecoded) return null;
  return {
    layout: { kind: 'decoded', output, boxes, classes },
    convention: yoloInput,
    description: `YOLOv7 or YOLOv5 detector with decoding inside, ${plural(classes)}`,
  };
}

function cells({ height, width }: Size, levels: readonly number[]): number {
  return levels.reduce((sum, stride) => sum + Math.floor(height / stride) * Math.floor(width / stride), 0);
}

function rawHeads(entries: Entries, { size, anchors }: RecogniseOptions): Recognised | null {
  if (entries.length !== 3 && entries.length !== 4) return null;
  const heads: Omit<Head, 'anchors'>[] = [];
  const lengths = new Set<number>();
  for (const [output, { dims }] of entries) {
    const valuesLast = dims.length === 5;
    if (!valuesLast && dims.length !== 4) return null;
    const [count, height, width, length] = (valuesLast ? dims.slice(1) : [3, dims[2], dims[3], dims[1]! / 3]) as [
      number,
      number,
      number,
      number,
    ];
    const stride = size.height / height;
    if (count !== 3 || stride !== size.width / width || !strides.includes(stride) || !Number.isInteger(length))
      return null;
    heads.push({ output, stride, height, width, valuesLast });
    lengths.add(length);
  }
  heads.sort((a, b) => a.stride - b.stride);
  const [length] = lengths;
  if (lengths.size !== 1 || length === undefined || length < 6) return null;
  if (heads.some(({ stride }, level) => stride !== strides[level])) return null;
  // Both families have the same anchors at four strides.
  const set = heads.length === 4 ? 'p6' : anchors;
  if (set === null) {
    throw new ModelError(
      `three raw heads do not tell which anchors the model was trained with; name them (--anchors ${Object.keys(anchorSets).join(', --anchors ')}), or export the model with --grid`,
    );
  }
  const levels = anchorSets[set];
  if (levels.length !== heads.length)
    throw new ModelError(`the anchors ${set} are for ${levels.length} heads; the model has ${heads.length}`);
  const boxes = 3 * heads.reduce((sum, { height, width }) => sum + height * width, 0);
  return {
    layout: {
      kind: 'heads',
      heads: heads.map((head, level) => ({ ...head, anchors: [...levels[level]!] })),
      boxes,
      classes: length - 5,
    },
    convention: yoloInput,
    description: `${heads.length} raw heads, ${plural(length - 5)}; anchors assumed: those of ${set} (${levels.map((level) => level.join(',')).join(' / ')})`,
  };
}

function plural(classes: number): string {
  return classes === 1 ? '1 class' : `${classes} classes`;
}

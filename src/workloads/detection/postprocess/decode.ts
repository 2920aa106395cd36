import type { DetectorLayout, Head, Tensors } from '../../../core/detection/detector';

export type RowLayout = Extract<DetectorLayout, { kind: 'decoded' | 'cells' | 'heads' }>;

/** Rows of one image (centre x, centre y, width, height in input pixels, objectness, class scores) from value `first` on. */
export type Rows = { values: Float32Array; first: number };

/**
 * Reads the rows of image `index` of a batch. Decoded outputs are read in place; others are decoded into memory
 * that the next call overwrites. Rows whose objectness does not exceed `confidence` get only their objectness.
 */
export function createDecoder(
  layout: RowLayout,
  input: { height: number; width: number },
  confidence: number,
): (outputs: Tensors, index: number) => Rows {
  const rowLength = 5 + layout.classes;
  const perImage = layout.boxes * rowLength;
  if (layout.kind === 'decoded') {
    return (outputs, index) => ({ values: outputs[layout.output]!.data, first: index * perImage });
  }
  const values = new Float32Array(perImage);
  const own = { values, first: 0 };
  if (layout.kind === 'heads') {
    return (outputs, index) => {
      let row = 0;
      for (const head of layout.heads) {
        decodeHead(head, outputs[head.output]!.data, index, { values, row, rowLength, confidence });
        row += (head.anchors.length / 2) * head.height * head.width;
      }
      return own;
    };
  }
  return (outputs, index) => {
    const { data } = outputs[layout.output]!;
    const from = index * perImage;
    values.set(data.subarray(from, from + perImage));
    decodeCells(values, layout.strides, input, rowLength);
    return own;
  };
}

type Target = { values: Float32Array; row: number; rowLength: number; confidence: number };

/**
 * σ being the sigmoid of the logits, g the cell's column and row, a the anchor: centre = (2σ − ½ + g) · stride, size =
 * (2σ)² · a, the rest σ (YOLOv7, arXiv 2207.02696, as YOLOv5). Order of the rows: anchor, row, column.
 */
function decodeHead(head: Head, data: Float32Array, index: number, target: Target): void {
  const { values, rowLength, confidence } = target;
  const { stride, anchors, height, width, valuesLast } = head;
  const cells = height * width;
  const count = anchors.length / 2;
  // Distance between the values of a row in the tensor.
  const step = valuesLast ? 1 : cells;
  let to = target.row * rowLength;
  for (let anchor = 0; anchor < count; anchor++) {
    const start = (index * count + anchor) * cells * rowLength;
    for (let cell = 0; cell < cells; cell++, to += rowLength) {
      const at = start + cell * (valuesLast ? rowLength : 1);
      const objectness = sigmoid(data[at + 4 * step]!);
      values[to + 4] = objectness;
      if (!(objectness > confidence)) continue;
      const row = Math.floor(cell / width);
      values[to] = (2 * sigmoid(data[at]!) - 0.5 + cell - row * width) * stride;
      values[to + 1] = (2 * sigmoid(data[at + step]!) - 0.5 + row) * stride;
      values[to + 2] = (2 * sigmoid(data[at + 2 * step]!)) ** 2 * anchors[2 * anchor]!;
      values[to + 3] = (2 * sigmoid(data[at + 3 * step]!)) ** 2 * anchors[2 * anchor + 1]!;
      for (let i = 5; i < rowLength; i++) values[to + i] = sigmoid(data[at + i * step]!);
    }
  }
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** In place: centre = (offset + cell) · stride, size = exp(value) · stride (YOLOX, arXiv 2107.08430); scores are ready. */
function decodeCells(
  values: Float32Array,
  strides: number[],
  input: { height: number; width: number },
  rowLength: number,
): void {
  let at = 0;
  for (const stride of strides) {
    const [rows, columns] = [input.height / stride, input.width / stride];
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++, at += rowLength) {
        values[at] = (values[at]! + column) * stride;
        values[at + 1] = (values[at + 1]! + row) * stride;
        values[at + 2] = Math.exp(values[at + 2]!) * stride;
        values[at + 3] = Math.exp(values[at + 3]!) * stride;
      }
    }
  }
}

/** YOLOv5 since its release 6.0: depth and width multiples, and fused parameters as its authors print them. */
export const yolov5Sizes: Record<string, [depth: number, width: number, parameters: number, parametersP6: number]> = {
  n: [0.33, 0.25, 1_867_405, 3_239_884],
  s: [0.33, 0.5, 7_225_885, 12_612_508],
  m: [0.67, 0.75, 21_172_173, 35_704_908],
  l: [1, 1, 46_533_693, 76_726_332],
  x: [1.33, 1.25, 86_705_005, 140_730_220],
};

type Row = [from: number | number[], number: number, module: string, args: unknown[]];

/** The cfg of a size, with four levels instead of three for `isP6`: each stage halves, each level rises and sinks. */
export function yolov5Cfg(depth: number, width: number, isP6: boolean) {
  const stages = isP6 ? [128, 256, 512, 768, 1024] : [128, 256, 512, 1024];
  const repeats = isP6 ? [3, 6, 9, 3, 3] : [3, 6, 9, 3];
  const rows: Row[] = [[-1, 1, 'Conv', [64, 6, 2, 2]]];
  const add = (...row: Row) => rows.push(row) - 1;
  const ends = stages.map((channels, i) => {
    add(-1, 1, 'Conv', [channels, 3, 2]);
    return add(-1, repeats[i]!, 'C3', [channels]);
  });
  let top = add(-1, 1, 'SPPF', [stages.at(-1), 5]);
  const backbone = rows.splice(0);
  const headAt = backbone.length;
  const head = (...row: Row) => headAt + add(...row);
  const laterals: number[] = [];
  const levels = stages.slice(1).map((channels, i) => ({ channels, end: ends[i + 1]! }));
  for (const { channels, end } of levels.slice(0, -1).reverse()) {
    laterals.push(head(top, 1, 'Conv', [channels, 1, 1]));
    head(-1, 1, 'nn.Upsample', [null, 2, 'nearest']);
    head([-1, end], 1, 'Concat', [1]);
    top = head(-1, 3, 'C3', [channels, false]);
  }
  const outputs = [top];
  for (const { channels } of levels.slice(1)) {
    const below = levels[outputs.length - 1]!.channels;
    head(-1, 1, 'Conv', [below, 3, 2]);
    head([-1, laterals.at(-outputs.length)!], 1, 'Concat', [1]);
    outputs.push(head(-1, 3, 'C3', [channels, false]));
  }
  head(outputs, 1, 'Detect', ['nc', 'anchors']);
  const anchors = levels.map((_, i) => [10, 13, 16, 30, 33, 23].map((side) => side * 2 ** i));
  return { nc: 80, depth_multiple: depth, width_multiple: width, anchors, backbone, head: rows };
}

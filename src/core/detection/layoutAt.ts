import type { Size } from '../spec/spec';
import type { DetectorLayout } from './detector';

/**
 * How the outputs of a detector are to be read at another size of its input, pixels: cells grow with the sides, boxes with the area.
 * Both sizes are multiples of all strides.
 */
export function layoutAt(layout: DetectorLayout, from: Size, to: Size): DetectorLayout {
  if (layout.kind === 'suppressedRows' || layout.kind === 'suppressedTensors') return layout;
  const [down, across] = [to.height / from.height, to.width / from.width];
  const boxes = Math.round(layout.boxes * down * across);
  if (layout.kind !== 'heads') return { ...layout, boxes };
  const heads = layout.heads.map((head) => ({
    ...head,
    height: Math.round(head.height * down),
    width: Math.round(head.width * across),
  }));
  return { ...layout, boxes, heads };
}

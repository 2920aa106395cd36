import { basename } from 'node:path';
import { family } from './family';

/** Anchors that raw heads may have been trained with, by level. YOLOv5's P6 models have those of YOLOv7-W6. */
export const anchorSets = {
  yolov5: family['yolov7-tiny'].anchors,
  'yolov7-tiny': family['yolov7-tiny'].anchors,
  yolov7: family.yolov7.anchors,
  p6: family['yolov7-w6'].anchors,
} as const;

export type AnchorSet = keyof typeof anchorSets;

export const anchorSetNames = Object.keys(anchorSets) as AnchorSet[];

/** By what the file is called, since raw heads say nothing of it: null where the name says nothing either. */
export function anchorsByName(file: string): AnchorSet | null {
  const name = basename(file).toLowerCase();
  if (/yolo-?v?7[-_.]?tiny/.test(name)) return 'yolov7-tiny';
  if (/yolo-?v?7x?(?![\d])/.test(name)) return 'yolov7';
  return /yolo-?v?5/.test(name) ? 'yolov5' : null;
}

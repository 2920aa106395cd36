import { type ConfigFile, placeOf } from './configFile';

/** One row of a section: [from, number, module, [arguments…]]. */
const row = /\[\s*(?:-?\d+|\[[-\d,\s]*\])\s*,\s*\d+\s*,\s*["']?[A-Za-z_][\w.]*["']?\s*,\s*\[/;
const key = /^(nc|anchors|backbone|head)[ \t]*:/gm;

/**
 * A model configuration in YOLOv7's YAML format, by what it says: classes, anchors, and rows of layers under `backbone`
 * and `head`. It is not parsed here; whether every module is known shows when it is built. The file has no batch size.
 */
export function recogniseYolov7Cfg(text: string): ConfigFile | null {
  if (!text.includes('backbone')) return null;
  const found = new Map<string, number>();
  for (const match of text.matchAll(key)) if (!found.has(match[1]!)) found.set(match[1]!, match.index);
  const [classes, anchors, backbone, head] = ['nc', 'anchors', 'backbone', 'head'].map((name) => found.get(name));
  if (classes === undefined || anchors === undefined || backbone === undefined || head === undefined) return null;
  if (!row.test(text.slice(backbone)) || !row.test(text.slice(head))) return null;
  return { kind: 'yolov7-cfg', text, places: [placeOf(text, 'nc', classes, 2)], today: {} };
}

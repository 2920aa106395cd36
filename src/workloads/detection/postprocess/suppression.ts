import type { DetectionLimits } from '../../../core/detection/detector';
import { type SortBuffers, sortDescending } from './sortScores';

/** Boxes of one image that stay, in the suppressor's own memory: valid until its next call. */
export type Kept = {
  count: number;
  /** [count, 4]: left, top, right, bottom in input pixels. */
  corners: Float32Array;
  scores: Float32Array;
  classes: Int32Array;
};

export type Suppressor = (rows: Float32Array, first: number, boxes: number, classes: number) => Kept;

/** Pixels by which the boxes of a class are moved against those of the class before. */
const classOffset = 4096;

const round = Math.fround;

/**
 * Non-maximum suppression with the results of YOLOv7's test run, whose arithmetic is float32. Of one image's rows (centre x,
 * centre y, width, height, objectness, class scores), starting at value `first`:
 *
 * 1. rows whose objectness exceeds the confidence; 2. score = objectness × class score, or with a single class the
 * objectness; 3. each (row, class) whose score exceeds the confidence is a candidate, or only the best class of a row; 4. the best
 * `maxCandidates`, by score; 5. greedily, a box is dropped where its IoU with a kept one of its class exceeds the limit;
 * 6. the first `maxDetections` stay. Of equal scores the earlier row, then the lower class, comes first.
 *
 * There, classes are kept apart by moving their boxes by multiples of 4096 pixels; here each class has a chain of its own. The
 * moved coordinates are used all the same, since float32 rounds them. Nothing is allocated for a box.
 */
export function createSuppressor(limits: DetectionLimits): Suppressor {
  const { maxCandidates, maxDetections, iou } = limits;
  const confidence = round(limits.confidence);
  let buffers = sortBuffers(4096);
  const scores = new Float32Array(maxDetections);
  const corners = new Float32Array(4 * maxDetections);
  const classIndices = new Int32Array(maxDetections);
  // Of the kept boxes: moved corners, area, and the box of the same class that was kept before (−1: none).
  const moved = new Float32Array(4 * maxDetections);
  const areas = new Float32Array(maxDetections);
  const previous = new Int32Array(maxDetections);
  let lastOfClass = new Int32Array(128);
  const scoreOf = new Float32Array(1);
  const bitsOf = new Uint32Array(scoreOf.buffer);

  /** Writes scores and ids (row × classes + class) of all candidates; returns how many. */
  const collect = (rows: Float32Array, first: number, boxes: number, classes: number): number => {
    const length = 5 + classes;
    let count = 0;
    for (let row = 0; row < boxes; row++) {
      const at = first + row * length;
      const objectness = rows[at + 4]!;
      if (!(objectness > confidence)) continue;
      if (count + classes > buffers.keys.length) buffers = grown(buffers, count + classes);
      const { keys, ids } = buffers;
      if (classes === 1) {
        scoreOf[0] = objectness;
        keys[count] = bitsOf[0]!;
        ids[count++] = row;
        continue;
      }
      let best = confidence;
      let bestClass = -1;
      for (let c = 0; c < classes; c++) {
        const score = round(objectness * rows[at + 5 + c]!);
        if (!(score > best)) continue;
        if (!limits.multiLabel) {
          best = score;
          bestClass = c;
          continue;
        }
        scoreOf[0] = score;
        keys[count] = bitsOf[0]!;
        ids[count++] = row * classes + c;
      }
      if (bestClass < 0) continue;
      scoreOf[0] = best;
      keys[count] = bitsOf[0]!;
      ids[count++] = row * classes + bestClass;
    }
    return count;
  };

  return (rows, first, boxes, classes) => {
    if (lastOfClass.length < classes) lastOfClass = new Int32Array(classes);
    lastOfClass.fill(-1, 0, classes);
    const found = collect(rows, first, boxes, classes);
    sortDescending(buffers, found);
    const { keys, ids } = buffers;
    const candidates = Math.min(found, maxCandidates);
    const length = 5 + classes;
    let kept = 0;
    for (let i = 0; i < candidates && kept < maxDetections; i++) {
      const id = ids[i]!;
      const row = Math.floor(id / classes);
      const c = id - row * classes;
      const at = first + row * length;
      const halfWidth = round(rows[at + 2]! / 2);
      const halfHeight = round(rows[at + 3]! / 2);
      const left = round(rows[at]! - halfWidth);
      const top = round(rows[at + 1]! - halfHeight);
      const right = round(rows[at]! + halfWidth);
      const bottom = round(rows[at + 1]! + halfHeight);
      const offset = c * classOffset;
      const x0 = round(left + offset);
      const y0 = round(top + offset);
      const x1 = round(right + offset);
      const y1 = round(bottom + offset);
      const area = round(round(x1 - x0) * round(y1 - y0));
      let other = lastOfClass[c]!;
      for (; other >= 0; other = previous[other]!) {
        const o = 4 * other;
        const width = round(Math.min(x1, moved[o + 2]!) - Math.max(x0, moved[o]!));
        if (!(width > 0)) continue;
        const height = round(Math.min(y1, moved[o + 3]!) - Math.max(y0, moved[o + 1]!));
        if (!(height > 0)) continue;
        const shared = round(width * height);
        if (round(shared / round(round(areas[other]! + area) - shared)) > iou) break;
      }
      if (other >= 0) continue;
      const k = 4 * kept;
      moved[k] = x0;
      moved[k + 1] = y0;
      moved[k + 2] = x1;
      moved[k + 3] = y1;
      areas[kept] = area;
      previous[kept] = lastOfClass[c]!;
      lastOfClass[c] = kept;
      corners[k] = left;
      corners[k + 1] = top;
      corners[k + 2] = right;
      corners[k + 3] = bottom;
      bitsOf[0] = keys[i]!;
      scores[kept] = scoreOf[0]!;
      classIndices[kept] = c;
      kept++;
    }
    return { count: kept, corners, scores, classes: classIndices };
  };
}

function sortBuffers(length: number): SortBuffers {
  const make = () => new Uint32Array(length);
  return { keys: make(), ids: make(), otherKeys: make(), otherIds: make() };
}

/** At least `needed` long, and twice as long as before, with what they hold. */
function grown(buffers: SortBuffers, needed: number): SortBuffers {
  const larger = sortBuffers(Math.max(needed, 2 * buffers.keys.length));
  larger.keys.set(buffers.keys);
  larger.ids.set(buffers.ids);
  return larger;
}

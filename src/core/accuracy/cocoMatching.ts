import type { Arrangement } from './arrangement';
import { overlap } from './overlap';
import { iouThresholds } from './thresholds';

/** Square pixels, both ends included: all, small, medium, large. */
export const areaRanges = [
  [0, 1e10],
  [0, 32 ** 2],
  [32 ** 2, 96 ** 2],
  [96 ** 2, 1e10],
] as const;

const T = iouThresholds.length;
export const everyThreshold = (1 << T) - 1;
/** More detections of one image and category are not looked at. */
export const mostDetections = 100;

/** COCO's matching of the detections of one image and category with its annotations, for all areas and thresholds. */
export class CocoMatcher {
  /** [area][detections] bit t: right at threshold t. */
  readonly matched: Uint16Array[];
  /** [area][detections] bit t: neither right nor wrong at threshold t. */
  readonly ignored: Uint16Array[];
  /** [detections] place by score within image and category, from 0; at most 255. */
  readonly ranks: Uint8Array;
  private overlaps = new Float64Array(1024);
  /** [found] highest IoU of a detection. */
  private readonly highest = new Float64Array(mostDetections);
  private order = new Uint32Array(64);
  private taken = new Uint16Array(64);

  constructor(private readonly arrangement: Arrangement) {
    const n = arrangement.detections.scores.length;
    this.matched = areaRanges.map(() => new Uint16Array(n));
    this.ignored = areaRanges.map(() => new Uint16Array(n));
    this.ranks = new Uint8Array(n);
  }

  /** Annotations that count as something to find: no crowd, and of a fitting area. */
  countPositives(truths: Uint32Array, area: number): number {
    let count = 0;
    for (const truth of truths) if (!this.isPassedOver(truth, area)) count++;
    return count;
  }

  /**
   * `found`: detections by descending score; `truths`: annotations in their order. Both of one image and category.
   */
  match(found: Uint32Array, truths: Uint32Array): void {
    for (let d = 0; d < found.length; d++) this.ranks[found[d]!] = Math.min(d, 255);
    const looked = found.subarray(0, mostDetections);
    if (looked.length === 0) return;
    const anyOverlap = truths.length > 0 && this.computeOverlaps(looked, truths);
    for (let area = 0; area < areaRanges.length; area++) {
      if (anyOverlap) this.matchArea(looked, truths, area);
      this.ignoreOutside(looked, area);
    }
  }

  /** A crowd, or of another size: neither right nor wrong. */
  isPassedOver(truth: number, area: number): boolean {
    const { areas, isCrowd } = this.arrangement.truth;
    const [least, most] = areaRanges[area]!;
    return isCrowd[truth] === 1 || areas[truth]! < least || areas[truth]! > most;
  }

  /** IoU of each pair, [found × truths]; false where no pair reaches the lowest threshold. */
  private computeOverlaps(found: Uint32Array, truths: Uint32Array): boolean {
    const { truth, detections } = this.arrangement;
    const [D, G] = [found.length, truths.length];
    if (this.overlaps.length < D * G) this.overlaps = new Float64Array(2 * D * G);
    let any = 0;
    for (let d = 0; d < D; d++) {
      let highest = 0;
      for (let g = 0; g < G; g++) {
        const iou = overlap(detections.boxes, found[d]!, truth.boxes, truths[g]!, truth.isCrowd[truths[g]!] === 1);
        this.overlaps[d * G + g] = iou;
        if (iou > highest) highest = iou;
      }
      this.highest[d] = highest;
      if (highest > any) any = highest;
    }
    return any >= iouThresholds[0]!;
  }

  /** Each detection, by descending score, takes the annotation with the highest IoU that is still free. */
  private matchArea(found: Uint32Array, truths: Uint32Array, area: number): void {
    const { isCrowd, ids } = this.arrangement.truth;
    const [matched, ignored] = [this.matched[area]!, this.ignored[area]!];
    const G = truths.length;
    if (this.order.length < G) {
      this.order = new Uint32Array(2 * G);
      this.taken = new Uint16Array(2 * G);
    }
    const { order, taken, overlaps, highest } = this;
    // Those that count come first.
    let counting = 0;
    for (let g = 0; g < G; g++) if (!this.isPassedOver(truths[g]!, area)) order[counting++] = g;
    for (let g = 0, at = counting; g < G; g++) if (this.isPassedOver(truths[g]!, area)) order[at++] = g;
    taken.fill(0, 0, G);
    for (let d = 0; d < found.length; d++) {
      let [matchedBits, ignoredBits] = [0, 0];
      for (let t = 0; t < T; t++) {
        let best = iouThresholds[t]!;
        if (highest[d]! < best) break;
        let chosen = -1;
        for (let at = 0; at < G; at++) {
          const g = order[at]!;
          if ((taken[g]! >> t) & 1 && isCrowd[truths[g]!] !== 1) continue;
          // One that is passed over is taken only where none that counts fits.
          if (chosen >= 0 && chosen < counting && at >= counting) break;
          const iou = overlaps[d * G + g]!;
          if (iou < best) continue;
          best = iou;
          chosen = at;
        }
        if (chosen < 0) continue;
        const g = order[chosen]!;
        taken[g]! |= 1 << t;
        if (chosen >= counting) ignoredBits |= 1 << t;
        if (ids[truths[g]!] !== 0) matchedBits |= 1 << t;
      }
      matched[found[d]!] = matchedBits;
      ignored[found[d]!] = ignoredBits;
    }
  }

  /** A detection without a match whose own box is of another size is not held against this area. */
  private ignoreOutside(found: Uint32Array, area: number): void {
    const [least, most] = areaRanges[area]!;
    const [matched, ignored] = [this.matched[area]!, this.ignored[area]!];
    const { boxes } = this.arrangement.detections;
    for (const detection of found) {
      const size = boxes[4 * detection + 2]! * boxes[4 * detection + 3]!;
      if (size < least || size > most) ignored[detection]! |= everyThreshold & ~matched[detection]!;
    }
  }
}

import type { Arrangement } from './arrangement';
import { CocoMatcher, areaRanges, mostDetections } from './cocoMatching';
import { bucketed } from './order';
import { iouThresholds, recallPoints } from './thresholds';

export type CocoEvaluation = {
  /** The 12 numbers in the order of pycocotools’ `stats` (AP, AP50, AP75, AP and AR by area, docs/accuracy.md), 0 to 1; −1 where there is nothing to find. */
  stats: number[];
  /** [categories] AP@[.5:.95] and AP@.5, all areas, 100 detections; −1 for a category without annotations. */
  classAP: number[];
  classAP50: number[];
  /** Which has matched all: what `matchedCategories` takes. */
  matcher: CocoMatcher;
};

const T = iouThresholds.length;
const maxDetections = [1, 10, mostDetections] as const;
/** numpy.spacing(1), which pycocotools adds to the denominator of a precision. */
const spacing = Number.EPSILON;

/**
 * COCO's detection statistics for boxes, as pycocotools' `COCOeval(…, 'bbox')` computes them: greedy matching by
 * score at ten IoU thresholds, precision made monotone and averaged over 101 recalls, then over thresholds and
 * categories. T.-Y. Lin et al., Microsoft COCO (2014), and cocodataset.org/#detection-eval.
 */
export function evaluateCoco(arrangement: Arrangement): CocoEvaluation {
  const { categories, found, truths } = arrangement;
  const matcher = new CocoMatcher(arrangement);
  const classes = categories.map((_, k) =>
    classResult(
      arrangement,
      matcher,
      found.entries.subarray(found.starts[k], found.starts[k + 1]),
      truths.entries.subarray(truths.starts[k], truths.starts[k + 1]),
    ),
  );
  const overAll = (values: (c: ClassResult) => number[]) => meanOf(classes.flatMap(values));
  const precision = (area: number) => overAll((c) => c.precision[area]!);
  const recall = (area: number) => overAll((c) => c.recall[area]!);
  return {
    stats: [
      precision(0),
      overAll((c) => c.precision[0]!.slice(0, 1)),
      overAll((c) => c.precision[0]!.slice(5, 6)),
      ...[1, 2, 3].map(precision),
      overAll((c) => c.recallAt1),
      overAll((c) => c.recallAt10),
      recall(0),
      ...[1, 2, 3].map(recall),
    ],
    classAP: classes.map((c) => meanOf(c.precision[0]!)),
    classAP50: classes.map((c) => c.precision[0]![0] ?? -1),
    matcher,
  };
}

/** By area range, then threshold: empty where there is nothing to find. */
type ClassResult = { precision: number[][]; recall: number[][]; recallAt1: number[]; recallAt10: number[] };

function classResult(
  { truthImages, detectionImages, imageCount }: Arrangement,
  matcher: CocoMatcher,
  found: Uint32Array,
  truths: Uint32Array,
): ClassResult {
  const result: ClassResult = { precision: [], recall: [], recallAt1: [], recallAt10: [] };
  const foundByImage = bucketed(found, detectionImages, imageCount);
  const truthsByImage = bucketed(truths, truthImages, imageCount);
  for (let image = 0; image < imageCount; image++)
    matcher.match(
      foundByImage.entries.subarray(foundByImage.starts[image], foundByImage.starts[image + 1]),
      truthsByImage.entries.subarray(truthsByImage.starts[image], truthsByImage.starts[image + 1]),
    );
  for (const area of areaRanges.keys()) {
    const positives = matcher.countPositives(truths, area);
    const [precision, recall]: number[][] = [[], []];
    if (positives > 0) {
      const { tp, tpAt1, tpAt10, precisions } = countUp(matcher, found, area, positives);
      const ordinals = Uint32Array.from(precisions.subarray(0, positives), (_, i) => i + 1);
      for (let t = 0; t < T; t++) {
        precision!.push(
          averagePrecision(precisions.subarray(t * positives, t * positives + tp[t]!), ordinals, positives),
        );
        recall!.push(tp[t]! / positives);
        if (area > 0) continue;
        result.recallAt1.push(tpAt1[t]! / positives);
        result.recallAt10.push(tpAt10[t]! / positives);
      }
    }
    result.precision.push(precision!);
    result.recall.push(recall!);
  }
  return result;
}

/** Walks down the scores; keeps the precision at each right detection, [threshold × positives]. */
function countUp({ matched, ignored, ranks }: CocoMatcher, found: Uint32Array, area: number, positives: number) {
  const [tp, fp, tpAt1, tpAt10] = [new Uint32Array(T), new Uint32Array(T), new Uint32Array(T), new Uint32Array(T)];
  const precisions = new Float64Array(T * positives);
  const [matchedHere, ignoredHere] = [matched[area]!, ignored[area]!];
  // Most detections are wrong at every threshold: counted once for all ten.
  let wrong = 0;
  for (const detection of found) {
    const rank = ranks[detection]!;
    if (rank >= maxDetections[2]) continue;
    const right = matchedHere[detection]!;
    const passed = ignoredHere[detection]!;
    if ((right | passed) === 0) {
      wrong++;
      continue;
    }
    for (let t = 0; t < T; t++) {
      if ((passed >> t) & 1) continue;
      if (!((right >> t) & 1)) {
        fp[t]!++;
        continue;
      }
      const count = ++tp[t]!;
      precisions[t * positives + count - 1] = precisionOf(count, fp[t]! + wrong);
      if (rank < maxDetections[0]) tpAt1[t]!++;
      if (rank < maxDetections[1]) tpAt10[t]!++;
    }
  }
  return { tp, tpAt1, tpAt10, precisions };
}

export const precisionOf = (right: number, wrong: number) => right / (wrong + right + spacing);

/**
 * Mean over the 101 recalls of the highest precision at that recall or a higher one; 0 beyond the last. `precisions`
 * are those at each right detection, in order: between them recall stands still and precision falls, so no maximum is
 * missed. They are made monotone in place.
 *
 * @param counts objects found up to each of them, rising
 */
export function averagePrecision(precisions: Float64Array, counts: Uint32Array, positives: number): number {
  for (let i = precisions.length - 2; i >= 0; i--)
    if (precisions[i + 1]! > precisions[i]!) precisions[i] = precisions[i + 1]!;
  let sum = 0;
  let i = 0;
  for (const recall of recallPoints) {
    while (i < precisions.length && counts[i]! / positives < recall) i++;
    if (i === precisions.length) break;
    sum += precisions[i]!;
  }
  return sum / recallPoints.length;
}

export function meanOf(values: number[]): number {
  return values.length === 0 ? -1 : values.reduce((a, b) => a + b, 0) / values.length;
}

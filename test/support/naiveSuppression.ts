import type { DetectionLimits } from '../../src/core/detection/detector';

export type NaiveDetection = { corners: number[]; score: number; class: number };
const { fround } = Math;

/** What `createSuppressor` does, written plainly: lists, a stable sort, every pair of boxes, classes told apart by moving their boxes. */
export function naiveSuppression(rows: Float32Array, classes: number, limits: DetectionLimits): NaiveDetection[] {
  const length = 5 + classes;
  const candidates: (NaiveDetection & { moved: number[] })[] = [];
  for (let row = 0; row < rows.length / length; row++) {
    const [x, y, w, h, objectness, ...scores] = rows.subarray(row * length, (row + 1) * length) as unknown as number[];
    if (!(objectness! > fround(limits.confidence))) continue;
    const found = scores.map((s, c) => ({ c, score: classes === 1 ? objectness! : fround(objectness! * s) }));
    const best = found.reduce((a, b) => (b.score > a.score ? b : a));
    for (const { c, score } of limits.multiLabel ? found : [best]) {
      if (!(score > fround(limits.confidence))) continue;
      const corners = [x! - w! / 2, y! - h! / 2, x! + w! / 2, y! + h! / 2].map(fround);
      candidates.push({ corners, score, class: c, moved: corners.map((side) => fround(side + 4096 * c)) });
    }
  }
  candidates.sort((a, b) => b.score - a.score);
  const kept: typeof candidates = [];
  for (const candidate of candidates.slice(0, limits.maxCandidates))
    if (!kept.some((k) => iou(k.moved, candidate.moved) > limits.iou)) kept.push(candidate);
  return kept.slice(0, limits.maxDetections).map(({ moved: _, ...found }) => found);
}

function iou(a: number[], b: number[]): number {
  const area = ([x0, y0, x1, y1]: number[]) => fround(fround(x1! - x0!) * fround(y1! - y0!));
  const width = Math.max(0, fround(Math.min(a[2]!, b[2]!) - Math.max(a[0]!, b[0]!)));
  const height = Math.max(0, fround(Math.min(a[3]!, b[3]!) - Math.max(a[1]!, b[1]!)));
  const shared = fround(width * height);
  return fround(shared / fround(fround(area(a) + area(b)) - shared));
}

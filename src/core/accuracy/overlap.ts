/**
 * Intersection over union of two boxes (left, top, width, height), the a-th of `boxesA` and the b-th of `boxesB`.
 * With `crowd`, b is a group: the intersection is divided by the area of a alone (COCO's rule).
 */
export function overlap(boxesA: Float64Array, a: number, boxesB: Float64Array, b: number, crowd = false): number {
  const [i, j] = [4 * a, 4 * b];
  const leftA = boxesA[i]!;
  const leftB = boxesB[j]!;
  const widthA = boxesA[i + 2]!;
  const widthB = boxesB[j + 2]!;
  const width = Math.min(leftA + widthA, leftB + widthB) - Math.max(leftA, leftB);
  if (width <= 0) return 0;
  const topA = boxesA[i + 1]!;
  const topB = boxesB[j + 1]!;
  const heightA = boxesA[i + 3]!;
  const heightB = boxesB[j + 3]!;
  const height = Math.min(topA + heightA, topB + heightB) - Math.max(topA, topB);
  if (height <= 0) return 0;
  const intersection = width * height;
  return intersection / (crowd ? widthA * heightA : widthA * heightA + widthB * heightB - intersection);
}

/**
 * What "Towards Sustainable AI with IPA" (Willis, Bryson, Agho, 2024) plots as F1 score: the harmonic mean of COCO's
 * AP@[.5:.95] and AR at 100 detections. No F1 in the field's sense: neither number is a precision or a recall at an
 * operating point. Null where either is undefined (−1); 0 where both are 0.
 */
export function paperF1(averagePrecision: number, averageRecall: number): number | null {
  if (averagePrecision < 0 || averageRecall < 0) return null;
  const sum = averagePrecision + averageRecall;
  return sum === 0 ? 0 : (2 * averagePrecision * averageRecall) / sum;
}

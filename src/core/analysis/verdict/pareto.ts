import { accuracyDifference, type AccuracySampling } from '../../accuracy/accuracySampling';
import type { ConfigurationResult } from '../../values/result';
import type { AnalysisTerms } from '../analysisTermsSchema';

/** One configuration's coordinates: lower energy and latency are better, higher accuracy is better. */
export type ParetoPoint = {
  id: string;
  model: string;
  energy: number;
  latency: number;
  accuracy: number | null;
  /** Left out: the accuracy counts as exact. */
  accuracySampling?: AccuracySampling | undefined;
};

/** Whether accuracy is one of the things that count: it is asked for, or known of one model at least. */
export function accuracyCounts(
  results: readonly Pick<ConfigurationResult, 'accuracy'>[],
  { sla, preferences }: Pick<AnalysisTerms, 'sla' | 'preferences'>,
): boolean {
  return sla?.minAccuracy !== undefined || preferences.accuracy > 0 || results.some((r) => r.accuracy !== null);
}

type Rated = Pick<ParetoPoint, 'model' | 'accuracy' | 'accuracySampling'>;

/**
 * How much more accurate `a` is than `b`; null where nobody can tell: one is unknown (which is neither 0 nor equal to another
 * model's), or other images might turn it round. The same model is as accurate as itself, known or not, and where accuracy
 * does not count all are equal. So whatever might be the more accurate one is never beaten.
 */
export function accuracyGain(a: Rated, b: Rated, counts: boolean): number | null {
  if (!counts || a.model === b.model) return 0;
  if (a.accuracy === null || b.accuracy === null) return null;
  const { difference, low, high } = accuracyDifference(
    { accuracy: a.accuracy, accuracySampling: a.accuracySampling },
    { accuracy: b.accuracy, accuracySampling: b.accuracySampling },
  );
  // Without any scatter both ends are the difference itself, which may be 0.
  const isTold = low !== null && (low > 0 || high < 0 || low === high);
  return isTold ? difference : null;
}

/** Whether `a` is at least as good as `b` everywhere and better somewhere. */
export function dominates(a: ParetoPoint, b: ParetoPoint, counts: boolean): boolean {
  // The dearest to tell comes last.
  if (a.energy > b.energy || a.latency > b.latency) return false;
  const accuracy = accuracyGain(a, b, counts);
  if (accuracy === null) return false;
  const gains = [b.energy - a.energy, b.latency - a.latency, accuracy];
  return gains.every((gain) => gain >= 0) && gains.some((gain) => gain > 0);
}

/**
 * Ids of the points that no other dominates (Pareto front), by rising latency.
 *
 * @param counts whether accuracy is one of the coordinates (`accuracyCounts`)
 */
export function paretoFront(points: readonly ParetoPoint[], counts: boolean): string[] {
  return points
    .filter((point) => !points.some((other) => dominates(other, point, counts)))
    .sort((a, b) => a.latency - b.latency || a.energy - b.energy)
    .map((point) => point.id);
}

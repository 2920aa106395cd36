import type { Space } from './space';

/** Candidates of a stage that have one accuracy: their columns in a program. */
export type AccuracyGroup = { accuracy: number; columns: number[] };

/** Of each stage that changes the product: one of a single accuracy (scaled: 1) does not. */
export function accuracyGroups({ stages }: Space, columns: readonly (readonly number[])[]): AccuracyGroup[][] {
  const groups = stages.map((stage, s) => {
    const byAccuracy = new Map<number, number[]>();
    stage.forEach(({ accuracy }, c) => {
      byAccuracy.set(accuracy, [...(byAccuracy.get(accuracy) ?? []), columns[s]![c]!]);
    });
    return [...byAccuracy].map(([accuracy, of]): AccuracyGroup => ({ accuracy, columns: of }));
  });
  return groups.filter((stage) => stage.length > 1 || stage[0]!.accuracy !== 1);
}

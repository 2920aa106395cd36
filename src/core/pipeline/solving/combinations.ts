import type { AccuracyGroup } from './accuracyGroups';
import { addRow, addShare, type LinearProgram } from './linearProgram';

export const combinationsOf = (stages: readonly (readonly AccuracyGroup[])[]) =>
  stages.reduce((count, stage) => count * stage.length, 1);

/**
 * Π of the chosen accuracies, exactly: w ≥ 0 for each combination of accuracies, where for each accuracy of a stage Σ of its w is Σ of its x.
 * With x at 0 and 1 only the chosen combination's w can be above 0, and is 1; so w may stay continuous.
 */
export function addCombinations(program: LinearProgram, stages: readonly AccuracyGroup[][], weight: number): void {
  const shares = stages.map((stage) => stage.map((): number[] => []));
  const visit = (s: number, product: number, chosen: readonly number[]) => {
    if (s === stages.length) {
      // One w is 1: taken from the largest product on, its cost is at or below 0 as that of x.
      const w = addShare(program, weight * (product - 1));
      chosen.forEach((g, at) => shares[at]![g]!.push(w));
      return;
    }
    stages[s]!.forEach(({ accuracy }, g) => visit(s + 1, product * accuracy, [...chosen, g]));
  };
  visit(0, 1, []);
  stages.forEach((stage, s) =>
    stage.forEach(({ columns }, g) =>
      addRow(program, 0, 0, [...shares[s]![g]!.map((w) => [w, 1] as const), ...columns.map((x) => [x, -1] as const)]),
    ),
  );
}

import type { AccuracyGroup } from './accuracyGroups';
import { addRow, addShare, type LinearProgram } from './linearProgram';

/**
 * Π of the chosen accuracies, exactly, with as many variables as there are accuracies. P of the stages so far is handed on: y of an accuracy
 * is P where it is chosen and else 0 (Σ y = P; least·X ≤ y ≤ most·X, where X = Σ of its x, and P lies between least and most whatever is
 * chosen), and P of the next is Σ accuracy·y. With x at 0 and 1 nothing else fulfils it, so y may stay continuous. Accuracies lie within 0 and 1.
 */
export function addChainedProduct(program: LinearProgram, stages: readonly AccuracyGroup[][], weight: number): void {
  let least = 1;
  let most = 1;
  /** P of the stages so far, as a sum of [column, factor]. */
  let product: (readonly [number, number])[] = [];
  stages.forEach((stage, s) => {
    const isLast = s === stages.length - 1;
    if (s === 0) {
      product = stage.flatMap(({ accuracy, columns }) => columns.map((x) => [x, accuracy] as const));
    } else {
      const ys = stage.map(({ accuracy, columns }) => {
        const y = addShare(program, isLast ? weight * accuracy : 0, most);
        addRow(program, -Infinity, 0, [[y, 1], ...columns.map((x) => [x, -most] as const)]);
        if (least > 0) addRow(program, 0, Infinity, [[y, 1], ...columns.map((x) => [x, -least] as const)]);
        return [y, accuracy] as const;
      });
      addRow(program, 0, 0, [
        ...ys.map(([y]) => [y, 1] as const),
        ...product.map(([column, factor]) => [column, -factor] as const),
      ]);
      product = ys;
    }
    product = product.filter(([, factor]) => factor !== 0);
    least *= stage.reduce((smallest, { accuracy }) => Math.min(smallest, accuracy), 1);
    most *= stage.reduce((largest, { accuracy }) => Math.max(largest, accuracy), 0);
  });
}

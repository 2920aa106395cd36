import { ExpectedError } from '../failure/expectedError';
import { listed } from '../statistics/wording';
import type { Reading } from './reading';
import { readVariantTable, type VariantTable } from './variantTable';

/** IPA's `accuracies.yaml`: percent by pipeline, task and variant. Never throws. */
export const readAccuracies = (source: string): Reading<VariantTable> =>
  readVariantTable(source, 'a number in percent: 45.7, or a negative word error rate: -41.28');

export type TaskAccuracies = {
  /** Of each variant, file value ÷ 100. */
  byVariant: Map<string, number>;
  notes: string[];
};

/**
 * The accuracies of a task as IPA takes them: ÷ 100. Negative ones are word error rates with their sign turned: larger is better, yet of a
 * product of two of them the worse is the larger.
 *
 * @param addHundred takes them as 100 − WER, as IPA's own figures do
 * @param isProduct whether the accuracies of the stages are multiplied
 * @throws ExpectedError `pipeline`
 */
export function taskAccuracies(
  task: string,
  percents: ReadonlyMap<string, number>,
  { addHundred, isProduct }: { addHundred: boolean; isProduct: boolean },
): TaskAccuracies {
  const negative = [...percents].filter(([, percent]) => percent < 0);
  const asFraction = (add: number) =>
    new Map([...percents].map(([variant, percent]) => [variant, (percent + add) / 100] as const));
  if (negative.length === 0) return { byVariant: asFraction(0), notes: [] };
  if (negative.length < percents.size)
    throw new ExpectedError(
      'pipeline',
      `accuracies of ${task} are partly negative (${listed(negative.map(([variant]) => variant))}) and partly not, so they are not on one scale: give all of them as percent right, or all as negative word error rates`,
    );
  if (addHundred) {
    const tooWrong = negative.find(([, percent]) => percent < -100);
    if (tooWrong)
      throw new ExpectedError(
        'pipeline',
        `the word error rate of ${tooWrong[0]} is above 100 %: 100 is not enough to add`,
      );
    return {
      byVariant: asFraction(100),
      notes: [`accuracies of ${task} are negative word error rates: 100 was added, so that they are 100 − WER`],
    };
  }
  if (isProduct)
    throw new ExpectedError(
      'pipeline',
      `accuracies of ${task} are negative (word error rates with their sign turned), and accuracy_method is multiply: a product needs 100 − WER. --add-100 takes them so`,
    );
  return {
    byVariant: asFraction(0),
    notes: [
      `accuracies of ${task} are negative word error rates, taken as they are; --add-100 takes them as 100 − WER`,
    ],
  };
}

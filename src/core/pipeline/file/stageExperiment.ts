import { shortModelNames } from '../../configuration/modelNames';
import { builtinModels, modelPath, modelWords } from '../../spec/builtinModels';
import { didYouMean } from '../../spec/specIssues';
import type { SpecInput } from '../../spec/spec';
import type { FileStage } from './pipelineFile';

/** As IPA profiles a stage. */
const usualBatches = [1, 2, 4, 8, 16, 32, 64];
/** Where nothing says how large batches may be: larger ones take long to measure and longer to fill. */
const usualCap = 8;

/**
 * `Profile this stage`: the experiment that measures what a stage lacks, where it names none. Its models are the variants that `accuracies` names
 * (names that are built in, paths of model files), else `variant`; its batches are powers of two up to `batchingCap`; its replicas all ways to split
 * the cores, so that each is measured on a machine as full as it will be.
 *
 * Paths stay what they are: the experiment belongs beside the pipeline file.
 *
 * @param profiled variants that have a profile already
 * @returns `refused`: a sentence that says what to write instead
 */
export function stageExperiment(
  { name, accuracies = {}, variant }: Pick<FileStage, 'name' | 'accuracies' | 'variant'>,
  { batchingCap = usualCap, profiled = [] }: { batchingCap?: number | undefined; profiled?: readonly string[] } = {},
): { experiment: SpecInput } | { refused: string } {
  const named = Object.keys(accuracies);
  const variants = named.length > 0 ? named : variant === undefined ? [] : [variant];
  // A run names its variants by the short names of its models.
  const short = shortModelNames(variants);
  const wanted = variants.filter((one, i) => !profiled.includes(one) && !profiled.includes(short[i]!));
  if (variants.length === 0)
    return {
      refused: `The stage ${name} names no variant: give accuracies, "MODEL: NUMBER" each, where a model is a ${modelWords}.`,
    };
  if (wanted.length === 0) return { refused: `All variants of the stage ${name} have a profile.` };
  const strange = wanted.find((one) => !builtinModels.includes(one) && !modelPath.test(one));
  if (strange !== undefined)
    return {
      refused: `${strange} of the stage ${name} is no model that can be measured here${didYouMean(strange, builtinModels)}: name the variant by its model (a ${modelWords}), or write an experiment and name it at the stage's experiment.`,
    };
  const batchSizes = usualBatches.filter((batch) => batch <= batchingCap);
  return { experiment: { name: `stage ${name}`.slice(0, 200), models: wanted, batchSizes, split: 'auto' } };
}

import type { TrialJob } from '../trial/trialJob';

/** What every trial needs, made once before the first. */
export type Prepared = {
  /** Model as the experiment names it → file to load. */
  modelFiles: Map<string, string>;
  images: Pick<TrialJob, 'height' | 'width' | 'imagesFile'>;
  /** Models with random weights. */
  untrained: Set<string>;
  /** Models whose file takes one batch size only. */
  fixedBatchModels: Set<string>;
};

import type { PipelineProblem } from '../pipeline/problem';

/** What a run config of IPA leaves to whoever imports it. */
export type ImportTerms = {
  /** Requests a second to solve at; null: the profiling load. */
  load: number | null;
  /** Of the whole pipeline; null: by IPA's rule. */
  slaSeconds: number | null;
  queueing: PipelineProblem['queueing'];
  addHundred: boolean;
};

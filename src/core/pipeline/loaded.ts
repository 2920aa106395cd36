import type { PipelineProblem } from './problem';
import type { StageView } from './view';

/** Requests per second over time. */
export type LoadPattern =
  | { kind: 'constant'; requestsPerSecond: number }
  | { kind: 'steps'; steps: readonly { seconds: number; requestsPerSecond: number }[] }
  /** One value a second. */
  | { kind: 'trace'; requestsPerSecond: readonly number[]; file: string };

/** A `*.pipeline.yaml` with all that it names read. */
export type LoadedPipeline = {
  name: string;
  load: LoadPattern;
  /** What the file says of the whole, at the largest load of the pattern; there also while a profile is missing. */
  terms: Pick<PipelineProblem, 'weights' | 'slaSeconds' | 'load' | 'accuracyMethod' | 'normalizeAccuracy'>;
  /** With these terms; null while a stage has no profile. */
  problem: PipelineProblem | null;
  stages: StageView[];
  notes: string[];
};

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
  /** At the largest load of the pattern; null while a stage has no profile. */
  problem: PipelineProblem | null;
  stages: StageView[];
  notes: string[];
};

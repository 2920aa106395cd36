import type { ChosenStage, PipelineAnswer } from './answer';
import type { StageShare } from './evaluate';
import type { AccuracyMethod, PipelineWeights } from './problem';

/** What the pipeline view shows, made by the resident `greenbatch pipeline serve FILE`; crosses to the page as it is. */

/** An objective of a front; `accuracy` is better when larger, the others when smaller. */
export type FrontAxis = 'accuracy' | 'cores' | 'latencySeconds' | 'joulesPerRequest';

/** What is asked: what the sliders say. One line of JSON on standard input. */
export type PipelineAsk = {
  id: number;
  weights: PipelineWeights;
  slaSeconds: number;
  load: number;
  axes: readonly [x: FrontAxis, y: FrontAxis];
};

/** A solution by name: by what is asked, or one that it is compared with. */
type NamedAnswer = { name: AnswerName; answer: PipelineAnswer };
export type AnswerName =
  'asked' | 'accuracy-first' | 'balanced' | 'energy-first' | 'cost-first' | 'fixed-variant' | 'fixed-replicas';

export type FrontPoint = Record<FrontAxis, number> & { stages: ChosenStage[] };

/** What one change of one stage would do, all others as chosen: differences to the answer. */
export type PipelineStep = {
  stage: string;
  from: Omit<ChosenStage, 'name'>;
  to: Omit<ChosenStage, 'name'>;
  accuracy: number;
  cores: number;
  latencySeconds: number;
  joulesPerRequest: number;
  objective: number;
  isFeasible: boolean;
};

/** `unprofiled`: measuring the stage mends it; `wrong`: only a person does, in the file or in what it names. */
export type MissingKind = 'unprofiled' | 'wrong';

/** A stage as the file has it. */
export type StageView = {
  name: string;
  variants: { variant: string; accuracy: number; batches: number[]; cores: number }[];
  /** Where its profile comes from, a sentence each (`measured: run …`, `imported: …, energy gross`). */
  sources: string[];
  /** null: profiled. Else what is missing, and the line of `stages` in the file where it stands (from 0). */
  missing: { kind: MissingKind; message: string; line: number } | null;
};

export type PipelineView = {
  id: number;
  name: string;
  accuracyMethod: AccuracyMethod;
  /** Accuracies are ranks among the variants of a stage. */
  normalizeAccuracy: boolean;
  /** `queueing: as-published` charges no time to fill and makes the limit so much longer; null: filling is charged, or nothing is solved. */
  limitLongerSeconds: number | null;
  /** What was asked; of the file where nothing was. */
  asked: Omit<PipelineAsk, 'id'>;
  /** What the file says, whatever was asked: where the sliders go back to. */
  ofFile: Omit<PipelineAsk, 'id'>;
  stages: StageView[];
  /** The first is `asked`; none while a profile is missing. */
  answers: NamedAnswer[];
  /** Of the answer to what was asked, in the order of its stages (`stageShares`); none where it has none. */
  shares: StageShare[];
  front: FrontPoint[];
  steps: PipelineStep[];
  /** Solutions as good as the one asked for, to 1e-9 of the spread of objectives. */
  alternatives: ChosenStage[][];
  /** What a reader has to know (estimated, gross energy, modelled latency, …). */
  notes: string[];
  /** Wall time of the solves of this view. */
  solveSeconds: number;
};

/** The id of a problem with a line that names no question. */
export const noAskId = -1;

/** One line of JSON on standard output: a view, or why there is none. */
export type PipelineServed = { view: PipelineView } | { id: number; problem: string };

import type * as z from 'zod';
import type { Accuracy } from '../accuracy/accuracy';
import type { SideName } from '../run/interleaved';
import type { Spec } from '../spec/spec';
import type { SourceRecord } from '../energy/source';
import type { Conditioned } from '../run/conditions';
import type { ConfigurationResult } from '../values/result';
import type { Table } from '../words/table';
import type { AnalysisTerms } from './analysisTermsSchema';

/**
 * What is found out from one run or several, and how it is said: whatever prints, draws or describes one analysis does so
 * with all of them. Pure; what an analysis cannot say is a part of its result, never an exception.
 */
export interface Analysis<In extends readonly AnalysedRun[], Out> {
  /** Names its schema's file: docs/<id>.schema.json. */
  readonly id: string;
  /** Heads it where it stands among other things. */
  readonly title: string;
  /** Of `json`. New keys may be added within a version; none is removed or changes its meaning. */
  readonly schema: z.ZodType<{ version: number }>;
  run(runs: In): Out;
  json(result: Out): object;
  /** One or two plain English sentences, with numbers and units. */
  sentence(result: Out): string;
  /** Without rows where nothing can be said. */
  table(result: Out): Table;
  /** What a reader must know to trust it as far as it goes, a line each. */
  notes(result: Out): string[];
  /** On which side the run at this place is, where several are: 0, which texts call first, or 1. Left out: each is one of its own. */
  sideOf?(i: number): number;
}

/** What an analysis may know of a run. A report, a panel's message and a loaded run have all of it. */
export type AnalysedRun = {
  report: { run: AnalysedFacts; source: Pick<SourceRecord, 'parts' | 'missing'> | null };
  /** The values of its trials. */
  results: readonly ConfigurationResult[];
  terms: AnalysisTerms;
  /** What the experiment says, and the files that it names; left out: nobody asks. */
  experiment?: { spec: Spec; files: readonly { path: string; sha256: string }[] };
  /** What each model gets right, where it was measured; left out: nobody looked. */
  accuracies?: readonly { model: string; accuracy: Pick<Accuracy, 'coco' | 'yolov7'> | null }[];
};

/** Facts of a run, named as in its report. */
type AnalysedFacts = Conditioned & {
  id: string;
  name: string;
  folder: string;
  status: string;
  createdAt: string;
  program: string;
  /** What the work is, and what it is counted in. */
  workload: { name: string; unit: string };
  scope: string | null;
  /** CPUs that trials were kept to (`measure.pin`). */
  pin: string;
  imageSize: { width: number; height: number } | null;
  /** Whether batches have a shape each (`images.rect`). */
  rect?: boolean | undefined;
  /** `count`: over which the work went. */
  images: { description: string; count: number } | null;
  /** Power of the machine at rest; null without a baseline. `idle`: how well it is known, of logs that tell. */
  idleWatts: number | null;
  idle?: { standardWatts: number; edgeWatts: number } | undefined;
  /** The run that it was measured in turns with. */
  interleaved?: { side: SideName; other: { id: string; name: string } } | undefined;
  /** Which published experiment it repeats; left out: none. */
  reproduces?: 'paper-exp1' | 'paper-exp2' | undefined;
  models: readonly { model: string; sha256: string }[];
  /** As the machine that measured told it of itself. */
  environment: Record<string, unknown>;
};

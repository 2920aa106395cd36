import type { SourceRecord } from '../../core/energy/source';
import type { NewEvent, RunEvent } from '../../core/run/events';
import type { Run } from '../../core/run/fold';
import type { SampleLookup } from '../../core/values/trialValue';
import type { RunTrial } from '../trial/trialProcess';

/** What the parts of an engine share while a session lasts. */
export type Measuring = {
  run: Run;
  session: number;
  /** Writes an event to the log and folds it into `run`. `durable` waits until the disk has it. */
  record(event: NewEvent, durable?: boolean): RunEvent;
  runTrial: RunTrial;
  /** Folder that the experiment's relative paths start from. */
  baseFolder: string;
  cacheFolder: string;
  source: SourceRecord;
  samples: SampleLookup;
  /** Brings all samples up to now into `samples` and onto the disk. */
  flushSamples(): Promise<void>;
  stop: AbortSignal;
};

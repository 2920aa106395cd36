import type { EnergySource } from '../core/power/source';
import type { NewEvent, RunEvent } from '../core/run/events';
import type { Run } from '../core/run/fold';
import type { SampleLookup } from '../core/run/trialValue';
import type { RunTrial } from './trialProcess';

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
  source: EnergySource;
  samples: SampleLookup;
  /** Brings all samples up to now into `samples` and onto the disk. */
  flushSamples(): Promise<void>;
  stop: AbortSignal;
};

/** A reason to end the session that the user must hear; the log is finished with it. */
export class EngineError extends Error {
  override name = 'EngineError';
  constructor(
    message: string,
    readonly exitCode: number,
  ) {
    super(message);
  }
}

/** Exit codes of the engine and of `greenbatch run`; documented in docs/cli.md. */
export const exitCodes = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  source: 3,
  nothingMeasured: 4,
  busy: 5,
  interrupted: 130,
} as const;

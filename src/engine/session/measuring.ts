import type { SourceRecord } from '../../core/energy/source';
import type { NewEvent, RunEvent } from '../../core/run/events';
import type { SampleLookup } from '../../core/values/samples';
import type { EngineSession, Prepared } from '../../workloads/workload';
import type { EnergyReader } from '../../energy/reader';
import type { MachineStateReader } from '../../machine/machineState';
import type { Cpu } from '../../machine/topology';
import type { RunTrial, TrialEnd, TrialOptions } from '../trial/host';
import type { PacedJob } from '../trial/paced';
import { measureAccuracy } from './accuracy';
import type { Looks } from './looks';
import { probeMemory } from './probe';

export type OwnCpu = { engineSeconds: number; samplerSeconds: number | null; editorSeconds: number | null };

/** What the parts of an engine share while a session lasts. */
export type Measuring = EngineSession & {
  session: number;
  /** Writes an event to the log and folds it into `run`. `durable` waits until the disk has it. */
  record(event: NewEvent, durable?: boolean): RunEvent;
  runTrial: RunTrial;
  /** Runs a trial of requests that come one by one. */
  replay: (job: PacedJob, options: TrialOptions) => Promise<TrialEnd>;
  source: SourceRecord;
  machine: Pick<MachineStateReader, 'read'>;
  looks: Pick<Looks, 'after'>;
  /** Of the session's source, in the engine's process. */
  reader: Pick<EnergyReader, 'read'>;
  /** Lets the machine rest for so long, less where the session is stopped. */
  sleep(seconds: number): Promise<void>;
  /** How long it is loaded after a rest, where the experiment does not say. */
  heatSeconds: number;
  /** Long-term power limits of packages that have one, by the part's id. */
  sustainedWatts: Record<string, number>;
  /** Logical CPUs that trials may use. */
  usableCpus: readonly Cpu[];
  samples: SampleLookup;
  /** CPU time so far of this process, of its sampler's thread, and of the editor's process that started it; null where it is not known. */
  ownCpu(): OwnCpu;
  /** Brings all samples up to now into `samples` and onto the disk. */
  flushSamples(): Promise<void>;
};

/** One run of a session, with what its workload has made: a session has one, or two that are interleaved. */
export type Side = { m: Measuring; prepared: Prepared };

/** Adds to what a session has what a workload may ask of it. */
export function openMeasuring(parts: Omit<Measuring, 'probe' | 'measureAccuracy'>): Measuring {
  return {
    ...parts,
    probe: (told) => probeMemory(parts, told),
    measureAccuracy: (model, told) => measureAccuracy(parts, model, told),
  };
}

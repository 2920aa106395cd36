import type { DomainDiagnosis, Machine, SourceDiagnosis } from '../core/energy/diagnosis';
import type { Part, Reading, SourceRecord } from '../core/energy/source';
import { ExpectedError } from '../core/failure/expectedError';
import type { Spec } from '../core/spec/spec';
import type { CpuTime } from '../machine/cpuTime';

/**
 * A kind of energy source: how its counters are found for an experiment, what a run records of them, how they are read,
 * and what the doctor says of them. `sources.ts` lists the kinds; a new one is a folder beside this and a line there.
 */
export interface EnergySource {
  /** Its word in `measure.source`, and in each part that it records. */
  readonly kind: string;
  /** Whether its joules are measured; those of an estimate are never added to measured ones. */
  readonly measured: boolean;
  /** What its joules are of: `cpu`, …. Two sources of the same would count it twice (`composite.ts`). `auto` looks for `cpu`. */
  readonly covers: string;
  /**
   * Finds and checks what the experiment asks for; may take seconds.
   * @throws SourceError where it cannot be used: it measures all that was asked for, but what `allowMissing` lists, or nothing
   */
  describe(asked: Asked): Promise<SourceRecord>;
  /**
   * Opens one of the parts it has described, in whatever process: a trial and the sampler's thread know the record alone.
   * Never throws; parts in CPU time are not asked for, since every reading holds that.
   */
  open(part: Part): Counter;
  /** Only where some of its parts are read by a slow instrument: those are opened by this, all at once. */
  slow?: {
    has(part: Part): boolean;
    /** `edges` of windows, between which counting pauses while it is read; or a `series`, which stops nothing. Never throws. */
    open(parts: readonly Part[], use: 'edges' | 'series'): SlowInstrument;
  };
  /**
   * What of the machine's settings may explain its joules later, by the keys that a session's `environment` records;
   * asked whether the run reads this source or not. Never throws: a value that cannot be read is null.
   */
  settings?(asked: Asked): Record<string, unknown>;
  /** Longest time window over which it keeps power limits, in seconds; null where it names none. Never throws. */
  limitWindowSeconds?(asked: Asked): number | null;
  /** Long-term power limits of packages that are in force, watts by the part's id. */
  sustainedWatts?(asked: Asked): Record<string, number>;
  /** Examines everything that it could read, and changes nothing. */
  diagnose(asked: Asked, machine: Machine): Promise<SourceExamination>;
}

/** What an experiment says of its source, and where else a setting may come from. */
export type Asked = {
  measure: Pick<Spec['measure'], 'domains' | 'allowMissing' | 'powercapRoot' | 'powerCurve'> &
    Partial<Pick<Spec['measure'], 'perf'>>;
  env: NodeJS.ProcessEnv;
};

/** One open counter. */
export type Counter = {
  /**
   * In the part's unit; null where it cannot be read at the moment. Never throws. A window's edge waits for all counters,
   * and their time is taken to be one: microseconds, or it is a `SlowInstrument`.
   */
  read(): number | null;
  close(): void;
  /** A script may write it anew, so that it is missing for a moment. */
  isRewritten?: boolean;
};

/** What reads several parts at once, and takes longer for it than a window's edge may. */
export type SlowInstrument = {
  /**
   * Of its parts, in their order; null where it cannot be read, then or ever again. Never throws, and never waits for more than seconds.
   *
   * @param cpuTime asked for at each moment that the reading names
   */
  read(cpuTime: () => CpuTime): Reading | null;
  close(): void;
};

/** What the doctor says of one kind of source. */
export type SourceExamination = { source: SourceDiagnosis; domains: DomainDiagnosis[]; notes: string[] };

/** The asked-for source cannot be used. The message names every failing part, and what helps in words. */
export class SourceError extends ExpectedError {
  override readonly name = 'SourceError';
}

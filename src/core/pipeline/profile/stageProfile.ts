import type { PipelineOption } from '../problem';
import type { MissingKind } from '../view';

/** An option as a profile knows it; the accuracy of its variant may not be known, and then comes from the pipeline file. */
export type ProfiledOption = Omit<PipelineOption, 'accuracy'> & {
  accuracy: number | null;
  /** The model as the run names it, where a run measured it: accuracies may be given by this name too. */
  model?: string;
};

/** What joules rest on, as far as that forbids adding them to others; null where the profile does not tell: tables and problem files. */
export type EnergyBasis = {
  /** The run, as it is named in sentences. */
  run: string;
  measured: boolean;
  /** How it is measured again: what `measure.source` says. */
  kinds: string;
  /** Of an estimate: the power curves it rests on, as text. */
  curve: string;
  /** `package + dram`: which kinds of domains its joules hold, over all sockets. */
  domains: string;
  /** The machine as it names itself; null where it does not. */
  machine: string | null;
  /** What the windows hold: inference alone, or whole passes. */
  scope: string;
};

/** What one entry of `profiles` comes to. */
export type StageProfile = {
  options: ProfiledOption[];
  /** Where it comes from, a sentence without its full stop. */
  source: string;
  /** What a reader of its numbers must know, a whole sentence each. */
  notes: string[];
  basis: EnergyBasis | null;
};

/** `problem`: why there is no profile, a sentence that names the way out. */
export type FoundProfile = StageProfile | { problem: string; kind: MissingKind };

/** Whether there is one. */
export const isProfile = (found: FoundProfile): found is StageProfile => !('problem' in found);

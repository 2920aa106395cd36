import type { Current } from '../configuration/inUse';
import type { ModelAccuracy, RunReport } from '../run/report';
import type { ConfigurationResult } from '../run/result';
import type { AnalysisTerms } from '../verdict/evaluation';

/**
 * What crosses between the extension host and the panel's page. The host owns runs and history; the page owns what a
 * person selected. The page analyses for itself (`analyse(results, terms)`), so that sliders never ask the host. Both
 * sides check what arrives (`guards.ts`); unknown messages are logged once and dropped, never thrown at.
 */

/** What the engine does at the moment. */
export type PanelProgress = {
  doing: string;
  /** Repeats done, and the fewest that the run will have. */
  done: number;
  least: number;
  secondsLeft: number | null;
  joulesSoFar: number | null;
};

/** A stretch of the power plot: idle, or a phase of a trial. Times are CLOCK_MONOTONIC milliseconds of `session`. */
export type PanelBand = {
  session: number;
  kind: 'idle' | 'load' | 'warmup' | 'window';
  /** Id of the configuration; null for idle. */
  configuration: string | null;
  trial: number | null;
  fromMs: number;
  /** null while it goes on. */
  toMs: number | null;
};

/** All about a run but its power series and accuracies: small, sent whole when it changed (at most four times a second). */
export type PanelRun = {
  report: Omit<RunReport, 'accuracies'>;
  /** The values of the trials, for the page's own analysis. */
  results: ConfigurationResult[];
  terms: AnalysisTerms;
  bands: PanelBand[];
  /** null when nothing is going on. */
  progress: PanelProgress | null;
  /** Whether the experiment file has changed since the run. null: it cannot be read. */
  stale: boolean | null;
  /** What the experiment file says is in use now. null: nothing, or it cannot be read. */
  inUse: Current | null;
};

/**
 * A stretch of the power series in columns: Float64 seconds since the session's first sample, then one Float32 column
 * of watts for each domain of `domains` (NaN: unknown), all of `count` rows, in one ArrayBuffer in that order.
 * `startMs` is the session's first sample on its CLOCK_MONOTONIC, so that bands and samples share one axis.
 */
export type PowerColumns = { session: number; startMs: number; domains: string[]; count: number; buffer: ArrayBuffer };

export type ToPanel =
  | { type: 'run'; run: PanelRun }
  /** Replaces the history (on show); then `more` appends. Each costs the host one credit. */
  | { type: 'power'; mode: 'replace' | 'more'; columns: PowerColumns[]; decimated: boolean }
  /** About 60 kB a model, so sent only when one more is known, and on show. */
  | { type: 'accuracy'; accuracies: ModelAccuracy[] }
  | { type: 'settings'; framesPerSecond: number; strings: Record<string, string> }
  /** Still there, though nothing is new: the page shows "disconnected" after 5 s without any message. */
  | { type: 'alive' };

export type PanelCommand =
  | { command: 'stop' | 'resume' | 'openLog' | 'openExperiment' | 'runAgain' | 'doctor' }
  /** The id of the configuration to use. */
  | { command: 'apply'; configuration: string }
  | { command: 'copy'; text: string }
  /** The host reads the run anew and writes it: as it was measured, whatever the sliders say. */
  | { command: 'export'; format: 'csv' | 'json' }
  /** What only the page has; `png` as base64. */
  | { command: 'saveChart'; format: 'csv' | 'png' | 'svg'; name: string; content: string };

export type FromPanel =
  | { type: 'ready' }
  /** The page has drawn a `power` message: the host may send another one. The host starts with two credits. */
  | { type: 'credit' }
  | ({ type: 'command' } & PanelCommand);

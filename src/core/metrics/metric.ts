import type { Configuration } from '../configuration/configuration';
import type { AccuracyInterval } from '../accuracy/accuracySampling';
import type { TrialRequests } from '../latency/requestLatency';
import type { TrialValue } from '../values/result';
import type { Interval } from '../statistics/interval';
import type { BatchLatency, RequestLatency } from './summaryParts';

/** A number that a configuration is described by. The registry beside this lists them all. */
export type Metric = TrialMetric | ReadMetric;

type Named = {
  /** Its key in JSON; a path where it is a part of something. */
  key: string;
  /** What it is, in full words: with the unit the head of a CSV column. */
  label: string;
  /** May hold `{unit}` and `{units}`, as `label` and `head` may: the run's unit of work. */
  unit: string;
  /** What it is divided by; null where it is no rate. */
  per: 'unit' | 'request' | 'joule' | null;
  /** What exactly is counted, for the schema of the JSON. */
  definition?: string;
  /** Its column's head in the tables of panel and Markdown: the unit, with a word where the unit alone could mean two. */
  head: string;
  /** A share that tables show in percent. */
  percent?: true;
  /** Half its interval stands in its own unit: percent of a share would be taken for the share's. */
  absolute?: true;
  /** Of joules: the head says where they are estimated. */
  joules?: true;
  /** Its columns are left out where no configuration knows it. */
  onlyWhereKnown?: true;
  where: {
    /** `interval`: with half its width. A narrow terminal takes the short head, and then drops the column with the lowest number first. */
    table?: { head?: string; shortHead?: string; interval?: true; dropped?: number };
    panel?: { interval?: true };
    markdown?: { interval?: true };
    /** Row by configuration, row by trial. */
    csv?: ('configurations' | 'trials')[];
    /** Its key in what language models are told, before the unit is named in it (`keyInUnits`). */
    languageModels?: string;
  };
};

/** One value of each trial: the configuration's is their mean, with its interval. */
export type TrialMetric = Named & {
  /** null where the trial does not know it: then the configuration does not either. */
  trialValue: (trial: TrialValue, requests: TrialRequests | null, configuration: Configuration) => number | null;
  /** Of joules: half-width in which a trial's value is known at worst, because the edges of its windows are. */
  edge?: (trial: TrialValue, requests: TrialRequests | null) => number;
  /** May be negative: its interval is on the plain scale, all others' on the ratio scale. */
  signed?: true;
  /** In JSON with its interval; (known of every trial) as a mean whose interval stands in `intervals`; not at all. */
  json: 'interval' | 'mean' | null;
  /** A trial may not know it: then `intervals` have null, where those of other means are always known. */
  unsure?: true;
};

/** Read off what a summary has of all trials together. */
type ReadMetric = Named & { of: (summary: SummaryParts) => Interval | number | null };

type SummaryParts = {
  batchLatencyMs: BatchLatency | null;
  requestLatencyMs: RequestLatency | null;
  accuracy: number | null;
  accuracyInterval?: AccuracyInterval | undefined;
  edgePercent?: number | undefined;
};

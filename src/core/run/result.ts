import type { Configuration } from '../configuration/configuration';
import type { PhaseName } from './phases';

/**
 * What the statistics take in and give out. Inputs are one value per trial (windows inside a trial
 * are averaged before); outputs carry n, the number of trials, with every interval.
 */

/** One finished trial of one configuration. */
export type TrialValue = {
  trial: number;
  /** Blocks are numbered from 1; a block holds one trial of every configuration. */
  block: number;
  joulesPerImage: number;
  watts: number;
  /** Share of the machine's CPU time in use, 0 to 1. */
  utilisation: number;
  imagesPerSecond: number;
  cpuSecondsPerImage: number;
  /** Power of the machine at rest; null without an idle baseline. */
  idleWatts: number | null;
  /** Wall time of every batch in the trial's windows, milliseconds. */
  batchMs: number[];
  windowJoulesPerImage: number[];
  /** What each phase took, of end-to-end trials only. */
  phases?: TrialPhase[] | undefined;
};

/** The phases' joules add up to the trial's. */
export type TrialPhase = { phase: PhaseName; joulesPerImage: number; msPerImage: number };
/** The same over trials. */
export type PhaseSummary = { phase: PhaseName; joulesPerImage: Interval; msPerImage: Interval };

/** A configuration with the values of its trials. */
export type ConfigurationResult = Configuration & {
  /** Why it was not measured at all; null when it was. */
  skipped: { reason: string; message: string } | null;
  /** Why its last failed repeat failed; null where none did, left out where nobody knows. */
  failure?: string | null;
  trials: TrialValue[];
  /** COCO's AP@[.5:.95], 0 to 1; null where it is not known. */
  accuracy: number | null;
};

/** Mean of n trials with its interval; low and high are null at n = 1. */
export type Interval = { mean: number; low: number | null; high: number | null; n: number };

/** Milliseconds of one inference call, pooled over all trials; a percentile without enough batches is null. */
export type BatchLatency = {
  p50: number | null;
  p95: number | null;
  p99: number | null;
  max: number;
  /** Distribution-free interval of p95 from order statistics; null where p95 is null or the batches are too few. */
  p95Interval: { low: number; high: number } | null;
};

/** Milliseconds from a request's arrival to its answer, at the arrival rate of the service level. */
export type RequestLatency = {
  p50: number | null;
  p95: number | null;
  p99: number | null;
  max: number;
  /** The percentile that the service level names, with its 95 % interval over trials. */
  atPercentile: { percentile: number; value: number | null; low: number | null; high: number | null };
};

/** A configuration's numbers. All are null while it has no trial. */
export type ConfigurationSummary = Configuration & {
  skipped: { reason: string; message: string } | null;
  /** Trials behind the numbers. */
  n: number;
  accuracy: number | null;
  /** Gross: everything the counters saw, at full load. */
  joulesPerImage: Interval | null;
  /** Less idle watts ÷ images per second; null without an idle baseline. */
  netJoulesPerImage: Interval | null;
  averageWatts: number | null;
  utilisation: number | null;
  imagesPerSecond: number | null;
  cpuSecondsPerImage: number | null;
  /** The same four with their intervals. */
  intervals: {
    averageWatts: Interval;
    utilisation: Interval;
    imagesPerSecond: Interval;
    cpuSecondsPerImage: Interval;
  } | null;
  batchLatencyMs: BatchLatency | null;
  /** null without a service level, and where the arrival rate is not below the throughput. */
  requestLatencyMs: RequestLatency | null;
  /** J per request at the arrival rate; null where request latency is, and without an idle baseline. */
  joulesPerRequest: Interval | null;
  /** J·s per image: J/image × mean wall time of its batch. */
  energyDelayProduct: Interval | null;
  /** Coefficient of variation of windows inside a trial (root mean square over trials); null with single windows. */
  withinTrialSpreadPercent: number | null;
  /** Coefficient of variation of the trials' J/image; null at n = 1. */
  betweenTrialSpreadPercent: number | null;
  /** Of end-to-end trials only. */
  phases?: PhaseSummary[] | undefined;
};

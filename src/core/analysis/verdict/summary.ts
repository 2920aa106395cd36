import { accuracyIntervalOf } from '../../accuracy/accuracySampling';
import type { TrialMetric } from '../../metrics/metric';
import { type IntervalKey, type MeanKey, trialMetrics, type UnsureKey } from '../../metrics/registry';
import { mixturePercentile } from '../../latency/latencyDistribution';
import { isNearSaturation, loadOf } from '../../latency/saturation';
import type { TrialRequests } from '../../latency/requestLatency';
import { isThrottled } from '../../values/machineStates';
import { edgeShare } from '../../values/edges';
import type { TrialValue } from '../../values/result';
import type { BatchLatency, PhaseSummary, RequestLatency, StateSummary } from '../../metrics/summaryParts';
import type { ConfigurationSummary } from '../../metrics/summarySchema';
import type { Interval } from '../../statistics/interval';
import type { Sla } from '../../spec/spec';
import { intervalTail, type Repeats } from '../../statistics/confidence';
import {
  fewestForPercentile,
  mean,
  meanInterval,
  percentile,
  interpolated,
  positiveInterval,
  spreadPercent,
} from '../../statistics/statistics';
import { pooledPercentileInterval } from '../../statistics/pooledPercentile';
import type { Alternative } from './alternative';

/**
 * A configuration's numbers from its trials.
 *
 * @param terms `tail`: what lies outside an interval on each side; left out: as `repeats` ask for
 */
export function summarise(
  { result, requests, isAlone = false }: Pick<Alternative, 'result' | 'requests'> & { isAlone?: boolean },
  terms: { sla?: Sla | undefined; repeats: Repeats; unit: string; tail?: number },
): ConfigurationSummary {
  const { id, model, batchSize, instances, threads, spinning, skipped, isLeftOut, accuracy, accuracySampling, trials } =
    result;
  const { tail = intervalTail(terms.repeats, isAlone) } = terms;
  const accuracyInterval = accuracyIntervalOf(accuracy, accuracySampling);
  const same = {
    id,
    model,
    batchSize,
    instances,
    threads,
    spinning,
    skipped,
    ...(isLeftOut && { isLeftOut }),
    unit: terms.unit,
    n: trials.length,
    accuracy,
    ...(accuracyInterval !== null && { accuracyInterval }),
  };
  const over = ({ trialValue, edge, signed }: TrialMetric): Interval | null => {
    const values = trials.map((t, i) => trialValue(t, requests[i] ?? null, result)).filter((v) => v !== null);
    if (values.length === 0 || values.length < trials.length) return null;
    const interval = signed ? meanInterval : positiveInterval;
    return interval(values, tail, edge ? mean(trials.map((t, i) => edge(t, requests[i] ?? null))) : 0);
  };
  const edgePercent = trials.length === 0 ? 0 : 100 * mean(trials.map(edgeShare));
  const metricsOf = <K extends string>(json: TrialMetric['json']) =>
    Object.fromEntries(trialMetrics.filter((m) => m.json === json).map((m) => [m.key, over(m)])) as Record<
      K,
      Interval | null
    >;
  const intervals = metricsOf<MeanKey>('mean');
  const means = Object.fromEntries(Object.entries(intervals).map(([key, value]) => [key, value?.mean ?? null]));
  const met = requests.filter((r) => r !== null);
  const allMet = met.length > 0 && met.length === trials.length;
  const within = trials.map((t) => spreadPercent(t.windowJoulesPerUnit)).filter((s) => s !== null);
  return {
    ...same,
    ...metricsOf<IntervalKey>('interval'),
    ...(means as Record<MeanKey, number | null>),
    intervals:
      trials.length === 0
        ? null
        : (intervals as Record<Exclude<MeanKey, UnsureKey>, Interval> & Record<UnsureKey, Interval | null>),
    batchLatencyMs: batchLatency(trials, tail),
    requestLatencyMs: terms.sla && allMet ? requestLatency(met, trials, terms.sla.percentile, tail) : null,
    ...(allMet && { load: loadOf(met) }),
    withinTrialSpreadPercent: within.length > 0 ? Math.sqrt(mean(within.map((s) => s * s))) : null,
    betweenTrialSpreadPercent: spreadPercent(trials.map((t) => t.joulesPerUnit)),
    ...(edgePercent > 0 && { edgePercent }),
    ...phaseSummaries(trials, tail),
    ...stateSummary(trials),
  };
}

function phaseSummaries(trials: readonly TrialValue[], tail: number): { phases?: PhaseSummary[] } {
  const phases = trials[0]?.phases;
  if (!phases || trials.some((t) => t.phases?.length !== phases.length)) return {};
  return {
    phases: phases.map(({ phase }, i) => ({
      phase,
      joulesPerUnit: positiveInterval(
        trials.map((t) => t.phases![i]!.joulesPerUnit),
        tail,
      ),
      msPerUnit: positiveInterval(
        trials.map((t) => t.phases![i]!.msPerUnit),
        tail,
      ),
    })),
  };
}

function stateSummary(trials: readonly TrialValue[]): { state?: StateSummary } {
  const states = trials.flatMap(({ state }) => (state ? [state] : []));
  if (states.length === 0) return {};
  const over = (key: 'celsius' | 'megahertz' | 'stealPercent' | 'guestPercent') => {
    const values = states.map((state) => state[key]).filter((value) => value !== null);
    return values.length > 0 ? mean(values) : null;
  };
  const throttled = states.map(isThrottled).filter((is) => is !== null);
  return {
    state: {
      celsius: over('celsius'),
      megahertz: over('megahertz'),
      throttledTrials: throttled.length > 0 ? throttled.filter(Boolean).length : null,
      stealPercent: over('stealPercent'),
      guestPercent: over('guestPercent'),
    },
  };
}

/** Fewest batches of each trial whose own p95 tells how trials differ (docs/statistics.md). */
const fewestOwnBatches = 10;

function batchLatency(trials: readonly TrialValue[], tail: number): BatchLatency | null {
  const own = trials.map((t) => Float64Array.from(t.batchMs).sort());
  const sorted = Float64Array.from(own.flatMap((times) => [...times])).sort();
  if (sorted.length === 0) return null;
  const p95 = percentile(sorted, 95);
  const isEnough = own.every((times) => times.length >= fewestOwnBatches);
  return {
    p50: percentile(sorted, 50),
    p95,
    p99: percentile(sorted, 99),
    max: sorted.at(-1)!,
    p95Interval:
      p95 === null || !isEnough
        ? null
        : pooledPercentileInterval(
            p95,
            own.map((times) => interpolated(times, 95)),
            95,
            tail,
          ),
  };
}

/**
 * Of the requests of all trials together, each trial with the same weight; a percentile needs as many measured batches, over all trials,
 * as it would need values. null where it is too near saturation to be told.
 */
function requestLatency(
  met: readonly TrialRequests[],
  trials: readonly TrialValue[],
  percent: number,
  tail: number,
): RequestLatency | null {
  if (isNearSaturation(met)) return null;
  const batches = trials.reduce((sum, t) => sum + t.batchMs.length, 0);
  const all = met.map((r) => r.latency);
  const at = (p: number) => (batches >= fewestForPercentile(p) ? mixturePercentile(all, p) : null);
  const value = at(percent);
  const own = met.map((r) => r.atPercentile);
  const interval = value === null ? null : pooledPercentileInterval(value, own, percent, tail);
  return {
    p50: at(50),
    p95: at(95),
    p99: at(99),
    max: Math.max(...all.map((d) => d.maxMs)),
    atPercentile: { percentile: percent, value, low: interval?.low ?? null, high: interval?.high ?? null },
  };
}

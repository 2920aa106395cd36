import { accuracyIntervalOf } from '../../accuracy/accuracySampling';
import type { TrialMetric } from '../../metrics/metric';
import { type IntervalKey, type MeanKey, trialMetrics } from '../../metrics/registry';
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
  percentileInterval,
  positiveInterval,
  spreadPercent,
} from '../../statistics/statistics';
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
  const { id, model, batchSize, instances, threads, spinning, skipped, accuracy, accuracySampling, trials } = result;
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
    intervals: trials.length === 0 ? null : (intervals as Record<MeanKey, Interval>),
    batchLatencyMs: batchLatency(trials),
    requestLatencyMs: terms.sla && allMet ? requestLatency(met, trials, terms.sla.percentile, tail) : null,
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

function batchLatency(trials: readonly TrialValue[]): BatchLatency | null {
  const sorted = Float64Array.from(trials.flatMap((t) => t.batchMs)).sort();
  if (sorted.length === 0) return null;
  const p95 = percentile(sorted, 95);
  return {
    p50: percentile(sorted, 50),
    p95,
    p99: percentile(sorted, 99),
    max: sorted.at(-1)!,
    p95Interval: p95 === null ? null : percentileInterval(sorted, 95),
  };
}

/** Means over trials; a percentile needs as many measured batches, over all trials, as it would need values. */
function requestLatency(
  met: readonly TrialRequests[],
  trials: readonly TrialValue[],
  percent: number,
  tail: number,
): RequestLatency {
  const batches = trials.reduce((sum, t) => sum + t.batchMs.length, 0);
  const at = (p: number, of: (r: TrialRequests) => number) =>
    batches >= fewestForPercentile(p) ? positiveInterval(met.map(of), tail) : null;
  const asked = at(percent, (r) => r.atPercentile);
  return {
    p50: at(50, (r) => r.p50)?.mean ?? null,
    p95: at(95, (r) => r.p95)?.mean ?? null,
    p99: at(99, (r) => r.p99)?.mean ?? null,
    max: Math.max(...met.map((r) => r.max)),
    atPercentile: {
      percentile: percent,
      value: asked?.mean ?? null,
      low: asked?.low ?? null,
      high: asked?.high ?? null,
    },
  };
}

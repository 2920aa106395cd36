import { type LatencyPercentile, latencyPercentile } from '../../budget/limitedMetrics';
import { mixturePercentile } from '../../latency/latencyDistribution';
import { isNearSaturation } from '../../latency/saturation';
import type { Metric } from '../../metrics/metric';
import type { Interval } from '../../statistics/interval';
import { pooledPercentileInterval } from '../../statistics/pooledPercentile';
import {
  fewestForPercentile,
  interpolated,
  mean,
  meanInterval,
  percentile,
  positiveInterval,
} from '../../statistics/statistics';
import type { Alternative } from '../verdict/alternative';

/** One value of a metric for each trial. `edges`: half-width in which each is known at worst. */
export type TrialValues = { values: number[]; edges: number[] };

/** null where there is no trial, or one does not know it. */
export function trialValuesOf({ result, requests }: Alternative, metric: Metric): TrialValues | null {
  const own = latencyPercentile(metric);
  const values =
    own !== null
      ? percentilesOf({ result, requests }, own)
      : 'trialValue' in metric
        ? result.trials.map((trial, i) => metric.trialValue(trial, requests[i] ?? null, result))
        : [];
  if (values.length === 0 || !values.every((value) => value !== null)) return null;
  const edges = result.trials.map((trial, i) =>
    'edge' in metric && metric.edge ? metric.edge(trial, requests[i] ?? null) : 0,
  );
  return { values, edges };
}

/** Its mean, or the percentile of all trials together, with an interval that leaves out `tail` on each side. */
export function valueOver(alternative: Alternative, metric: Metric, tail: number): Interval | null {
  const known = trialValuesOf(alternative, metric);
  if (known === null) return null;
  const own = latencyPercentile(metric);
  if (own === null) {
    const interval = 'signed' in metric ? meanInterval : positiveInterval;
    return interval(known.values, tail, mean(known.edges));
  }
  const pooled = pooledPercentile(alternative, own);
  if (pooled === null) return null;
  const ends = pooledPercentileInterval(pooled, known.values, own.percent, tail);
  return { mean: pooled, low: ends?.low ?? null, high: ends?.high ?? null, n: known.values.length };
}

type Measured = Pick<Alternative, 'result' | 'requests'>;

/** A trial's own percentile says how trials differ from so many batches on (docs/statistics.md). */
const fewestOwnBatches = (percent: number) => Math.max(10, fewestForPercentile(percent) / 2);

function percentilesOf({ result, requests }: Measured, { of, percent }: LatencyPercentile): (number | null)[] {
  if (of === 'batch') {
    return result.trials.map(({ batchMs }) =>
      batchMs.length < fewestOwnBatches(percent) ? null : interpolated(Float64Array.from(batchMs).sort(), percent),
    );
  }
  const met = requests.filter((request) => request !== null);
  if (met.length < result.trials.length || isNearSaturation(met)) return [];
  return met.map(({ latency }) => mixturePercentile([latency], percent));
}

function pooledPercentile({ result, requests }: Measured, { of, percent }: LatencyPercentile): number | null {
  if (of === 'request') {
    return mixturePercentile(
      requests.filter((request) => request !== null).map(({ latency }) => latency),
      percent,
    );
  }
  return percentile(Float64Array.from(result.trials.flatMap(({ batchMs }) => batchMs)).sort(), percent);
}

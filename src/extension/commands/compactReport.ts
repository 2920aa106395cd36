import type { Metric } from '../../core/metrics/metric';
import { metrics } from '../../core/metrics/registry';
import { valueOf } from '../../core/metrics/metricValue';
import { energyBoundary, sourceLabel } from '../../core/energy/sourceLabel';
import { shownEnds } from '../../core/statistics/wording';
import { joulesPer, keyInUnits } from '../../core/words/unitOfWork';
import { shortScope } from '../../core/report/scopeText';
import { statusText } from '../../core/report/statusText';
import type { RunReport } from '../../core/report/report';
import type { ConfigurationSummary } from '../../core/metrics/summarySchema';

/** What a language model needs of a run: the verdict with its qualifications, and each row with its n and interval. */
export function compactReport({ run, source, verdict, configurations }: RunReport) {
  return {
    run: run.id,
    name: run.name,
    status: statusText(run),
    source: source && sourceLabel(source),
    measured: source?.measured ?? null,
    verdict: {
      kind: verdict.kind,
      sentence: verdict.sentence,
      oneChangeAlone: verdict.levers.map(({ sentence }) => sentence),
      qualification: verdict.qualification.map(({ message }) => message),
      ...(verdict.paced && { replayedRequests: verdict.paced.sentence }),
    },
    boundary:
      source && `${joulesPer(run.workload.unit)}: ${energyBoundary(source)}, under full load, ${shortScope(run.scope)}`,
    configurations: configurations.map((c) => ({
      model: c.model,
      batchSize: c.batchSize,
      instances: c.instances,
      threads: c.threads,
      spinning: c.spinning,
      n: c.n,
      ...(c.isLeftOut && { search: c.n === 0 ? 'not tried' : 'not followed up' }),
      ...(c.skipped
        ? { skipped: c.skipped.message }
        : Object.fromEntries(metrics.flatMap((metric) => told(metric, c, run.workload.unit)))),
    })),
  };
}

/** A metric with, where people are shown one, its interval; to four digits. */
function told(metric: Metric, c: ConfigurationSummary, unit: string): [string, number | (number | null)[] | null][] {
  const name = metric.where.languageModels;
  if (name === undefined) return [];
  const key = keyInUnits(name, unit);
  const value = valueOf(metric, c);
  if (value === null || typeof value === 'number') return [[key, digits(value)]];
  const ends = shownEnds(value);
  return [
    [key, digits(value.mean)],
    ...(ends ? [[`${key}Interval95`, [digits(ends.low), digits(ends.high)]] as [string, (number | null)[]]] : []),
  ];
}

const digits = (value: number | null) => (value === null ? null : Number(value.toPrecision(4)));

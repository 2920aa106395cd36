import type { Limit } from '../../budget/budget';
import { metricNamed } from '../../budget/limitedMetrics';
import type { Configuration } from '../../configuration/configuration';
import { factors } from '../../configuration/factors';
import { type Current, currentText, mayBeInUse } from '../../configuration/inUse';
import type { Metric } from '../../metrics/metric';

/** One limit of one configuration. */
export type Question = {
  metric: Metric;
  configuration: Configuration;
  kind: 'max' | 'maxIncreasePercent';
  allowed: number;
};

/** A limit holds for each configuration that it fits. */
export function questionsOf<C extends Configuration>(
  limits: readonly Limit[],
  configurations: readonly C[],
): (Question & { configuration: C })[] {
  return limits.flatMap((limit) =>
    (['max', 'maxIncreasePercent'] as const).flatMap((kind) => {
      const allowed = limit[kind];
      if (allowed === undefined) return [];
      const metric = metricNamed(limit.metric);
      return fitting(limit, configurations).map((configuration) => ({ metric, configuration, kind, allowed }));
    }),
  );
}

/** What is wrong with limits that fit no configuration, a line each. */
export function limitProblems(limits: readonly Limit[], configurations: readonly Configuration[]): string[] {
  return limits.flatMap((limit, i) => {
    if (fitting(limit, configurations).length > 0) return [];
    const there = configurations.map(({ id }) => id).join(', ');
    return [`limits[${i}]: no configuration is of ${currentText(factorsOf(limit))}; there are: ${there}`];
  });
}

const fitting = <C extends Configuration>(limit: Limit, configurations: readonly C[]) =>
  configurations.filter((c) => mayBeInUse(c, factorsOf(limit)));

/** The factors that it names. */
const factorsOf = (limit: Limit): Partial<Current> =>
  Object.fromEntries(factors.flatMap(({ key }) => (limit[key] === undefined ? [] : [[key, limit[key]]])));

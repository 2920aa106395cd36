import type { ModelAccuracy } from '../../src/core/run/report';
import type { ConfigurationSummary } from '../../src/core/run/result';
import { shortModelNames } from '../../src/core/spec/modelNames';
import type { Analysis } from '../../src/core/verdict/advice';
import { configurationLabels } from '../../src/core/verdict/label';
import { t } from '../words';

/** What all charts of configurations are made of. */
export type ChartData = {
  analysis: Analysis;
  /** Name of each configuration for people. */
  label: (id: string) => string;
  /** Those with the same model, threads and spinning: one series each. Batch sizes ascend. */
  families: { name: string; members: ConfigurationSummary[] }[];
  batchSizes: number[];
  infeasible: ReadonlySet<string>;
  /** `MEASURED powercap · …`: stands in every tooltip. */
  source: string;
  latencyLimitMs: number | null;
  arrivalRate: number | null;
  percentile: number;
  idleWatts: number | null;
  leastAccuracy: number | null;
  accuracies: readonly ModelAccuracy[];
};

export function chartData(
  analysis: Analysis,
  rest: Omit<ChartData, 'analysis' | 'label' | 'families' | 'batchSizes' | 'infeasible'>,
): ChartData {
  const measured = analysis.configurations.filter((c) => c.n > 0);
  const labels = configurationLabels(analysis.configurations);
  const byFamily = new Map<string, ConfigurationSummary[]>();
  for (const c of measured) {
    const key = JSON.stringify([c.model, c.threads, c.spinning]);
    byFamily.set(key, [...(byFamily.get(key) ?? []), c]);
  }
  const models = [...new Set(measured.map((c) => c.model))];
  const names = shortModelNames(models);
  const severalThreads = new Set(measured.map((c) => c.threads)).size > 1;
  const severalSpinning = new Set(measured.map((c) => c.spinning)).size > 1;
  const families = [...byFamily.values()].map((members) => {
    const { model, threads, spinning } = members[0]!;
    const parts = [names[models.indexOf(model)] ?? model];
    if (severalThreads) parts.push(t('{0} threads', threads));
    if (severalSpinning) parts.push(spinning ? t('spinning') : t('not spinning'));
    return { name: parts.join(', '), members: members.sort((a, b) => a.batchSize - b.batchSize) };
  });
  return {
    analysis,
    label: (id) => labels.get(id) ?? id,
    families,
    batchSizes: [...new Set(measured.map((c) => c.batchSize))].sort((a, b) => a - b),
    infeasible: new Set(analysis.verdict.feasibility.filter((f) => f.feasible === 'no').map((f) => f.id)),
    ...rest,
  };
}

/** The chosen configuration, to be ringed; while nothing is decided none is. */
export function chosen({ analysis, label }: ChartData): { id: string; label: string } | null {
  const { winner } = analysis.verdict;
  return winner === null ? null : { id: winner, label: label(winner) };
}

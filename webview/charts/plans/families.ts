import { unitOf } from '../../../src/core/metrics/metricValue';
import type { ModelAccuracy } from '../../../src/core/report/report';
import type { ConfigurationSummary } from '../../../src/core/metrics/summarySchema';
import type { Judgement } from '../../../src/core/analysis/verdict/judge';
import { seriesOver } from '../../../src/core/configuration/factors';
import { configurationLabels, seriesName } from '../../../src/core/configuration/label';

/** What all charts of configurations are made of. */
export type ChartData = {
  analysis: Judgement;
  /** What the work is counted in, in the singular: `image`. */
  unit: string;
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
  analysis: Judgement,
  rest: Omit<ChartData, 'analysis' | 'unit' | 'label' | 'families' | 'batchSizes' | 'infeasible'>,
): ChartData {
  const measured = analysis.configurations.filter((c) => c.n > 0);
  const labels = configurationLabels(analysis.configurations);
  const families = seriesOver('batchSize', measured).map((members) => ({
    name: seriesName(members[0]!, measured),
    members,
  }));
  return {
    analysis,
    unit: unitOf(analysis.configurations),
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

import type { AnalysisTerms } from '../../../src/core/analysis/analysisTermsSchema';
import type { Judgement } from '../../../src/core/analysis/verdict/judge';
import { sourceLabel } from '../../../src/core/energy/sourceLabel';
import type { ModelAccuracy, RunFacts } from '../../../src/core/report/report';
import type { Theme } from '../../look/theme';
import { t } from '../../strings/strings';
import { f1Confidence, precisionRecall } from './accuracyCurves';
import { energyAccuracy } from './energyAccuracy';
import { energyByBatch, energyBySplit } from './energyAlong';
import { energyLatency } from './energyLatency';
import { chartData, type ChartData } from './families';
import { latencyByBatch, latencyBySplit } from './latencyAlong';
import type { ChartPlan } from './plan';
import { powerUtilisation } from './powerUtilisation';

/** A chart of a run's configurations. */
type ListedChart = {
  /** Part of ids and of the names of files. */
  name: string;
  /** @param unit of work, in the singular */
  title: (unit: string) => string;
  plan: (data: ChartData, theme: Theme) => ChartPlan;
  /** Whether it says anything of this run. */
  isShown: (data: ChartData) => boolean;
};

const always = () => true;
// The split of the cores, where it varies, is worth more than the batch size: it comes first.
const variesSplit = ({ splits }: ChartData) => splits.length > 1;
// Not where one batch size is measured in several splits.
const variesBatch = (data: ChartData) => !variesSplit(data) || data.batchSizes.length > 1;
// Empty axes would say nothing.
const knowsAccuracy = ({ accuracies }: ChartData) => accuracies.some((a) => a.accuracy !== null);

/** The charts that a run is shown in, in reading order. */
export const chartList: readonly ListedChart[] = [
  { name: 'energy-split', title: () => t('Energy by split of the cores'), plan: energyBySplit, isShown: variesSplit },
  {
    name: 'latency-split',
    title: () => t('Latency by split of the cores'),
    plan: latencyBySplit,
    isShown: variesSplit,
  },
  {
    name: 'energy',
    title: (unit) => t('Energy per {0} by batch size', unit),
    plan: energyByBatch,
    isShown: variesBatch,
  },
  { name: 'latency', title: () => t('Latency by batch size'), plan: latencyByBatch, isShown: variesBatch },
  { name: 'pareto', title: () => t('Energy against latency'), plan: energyLatency, isShown: always },
  { name: 'utilisation', title: () => t('Power against utilisation'), plan: powerUtilisation, isShown: always },
  { name: 'accuracy', title: () => t('Energy against accuracy'), plan: energyAccuracy, isShown: knowsAccuracy },
  { name: 'precision', title: () => t('Precision against recall'), plan: precisionRecall, isShown: knowsAccuracy },
  { name: 'f1', title: () => t('F1 against confidence'), plan: f1Confidence, isShown: knowsAccuracy },
];

/** What the charts of a run are made of, judged by these terms. */
export function chartDataOf(
  { run, source }: RunFacts,
  analysis: Judgement,
  sla: AnalysisTerms['sla'],
  { accuracies, isNarrow }: { accuracies: readonly ModelAccuracy[]; isNarrow: boolean },
): ChartData {
  return chartData(analysis, {
    source: source ? sourceLabel(source) : t('no energy source yet'),
    latencyLimitMs: sla?.requestLatencyMs ?? null,
    arrivalRate: sla?.arrivalRate ?? null,
    percentile: sla?.percentile ?? 95,
    idleWatts: run.idleWatts,
    leastAccuracy: sla?.minAccuracy ?? null,
    accuracies,
    isNarrow,
  });
}

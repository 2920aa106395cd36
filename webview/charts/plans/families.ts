import { unitOf } from '../../../src/core/metrics/metricValue';
import type { ModelAccuracy } from '../../../src/core/report/report';
import type { ConfigurationSummary } from '../../../src/core/metrics/summarySchema';
import type { Judgement } from '../../../src/core/analysis/verdict/judge';
import { type FactorKey, seriesOver } from '../../../src/core/configuration/factors';
import { configurationLabels, modelNames, seriesName, seriesPhrases } from '../../../src/core/configuration/label';
import { bySplit, splitCell, splitWords, variesSplit } from '../../../src/core/configuration/split';
import { t } from '../../strings/strings';

/** What all charts of configurations are made of. */
export type ChartData = {
  analysis: Judgement;
  /** What the work is counted in, in the singular: `image`. */
  unit: string;
  /** Name of each configuration for people. */
  label: (id: string) => string;
  measured: ConfigurationSummary[];
  /** Those with the same model, split and spinning: one series each. Batch sizes ascend. */
  families: { name: string; members: ConfigurationSummary[] }[];
  batchSizes: number[];
  /** Ways to split the cores, from one process on; one of each. */
  splits: ConfigurationSummary[];
  infeasible: ReadonlySet<string>;
  /** `MEASURED powercap · …`: stands in every tooltip. */
  source: string;
  latencyLimitMs: number | null;
  arrivalRate: number | null;
  percentile: number;
  idleWatts: number | null;
  leastAccuracy: number | null;
  accuracies: readonly ModelAccuracy[];
  /** Whether the page is too narrow for more than two small plots beside each other. */
  isNarrow: boolean;
};

type Made = 'analysis' | 'unit' | 'label' | 'measured' | 'families' | 'batchSizes' | 'splits' | 'infeasible';

export function chartData(analysis: Judgement, rest: Omit<ChartData, Made>): ChartData {
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
    measured,
    families,
    batchSizes: [...new Set(measured.map((c) => c.batchSize))].sort((a, b) => a - b),
    splits: measured.filter((c, i) => measured.findIndex((d) => bySplit(c, d) === 0) === i).sort(bySplit),
    infeasible: new Set(analysis.verdict.feasibility.filter((f) => f.feasible === 'no').map((f) => f.id)),
    ...rest,
  };
}

/**
 * The chosen configuration, to be ringed; while nothing is decided none is. A name with a split in it would cover its
 * neighbours: there the ring is called what it is, and axis, title and key say the rest.
 */
export function chosen({ analysis, label, splits }: ChartData): { id: string; label: string } | null {
  const { winner } = analysis.verdict;
  return winner === null ? null : { id: winner, label: splits.length > 1 ? t('chosen') : label(winner) };
}

/** What a chart has along its x axis. */
export type Along = 'batchSize' | 'split';

/** Series of a chart, in the small plot that each lies in. */
export type Arranged = {
  /** Titles of the small plots; one without a title where all series lie in one plot. */
  titles: string[];
  series: {
    /** Of `titles`. */
    panel: number;
    name: string;
    /** Which of the looks; series of the same name have the same in all plots. */
    look: number;
    members: ConfigurationSummary[];
  }[];
  /** Whether the looks have an order, as batch sizes do. */
  isOrdered: boolean;
  /** How many there are. */
  looks: number;
  /** Along x. */
  labels: string[];
  position(c: ConfigurationSummary): number;
  axisTitle: string;
};

/** More series than these in one plot are told apart by colour alone, or not at all. */
const fewSeries = 3;

/**
 * Along batch sizes a small plot for each split; along splits one for each model and setting of spinning, with a series for
 * each batch size. Up to three series lie in one plot.
 */
export function arrange(data: ChartData, along: Along): Arranged {
  const { measured, batchSizes, splits } = data;
  const split: FactorKey[] = ['instances', 'threads'];
  const alongX: FactorKey[] = along === 'batchSize' ? ['batchSize'] : split;
  const inPanel: FactorKey[] = along === 'batchSize' ? split : ['model', 'spinning'];
  const inSeries: FactorKey[] = along === 'batchSize' ? ['model', 'spinning'] : ['batchSize'];
  const all = groups(measured, [...inPanel, ...inSeries]);
  // With one series in each small plot nothing would be compared in it.
  const isApart = all.length > fewSeries && groups(measured, inSeries).length < all.length;
  const panels = isApart && (along === 'batchSize' || batchSizes.length > 1) ? groups(measured, inPanel) : [measured];
  const isOne = panels.length === 1;
  const name = (c: ConfigurationSummary, shown: FactorKey[]) => seriesPhrases(c, measured, shown).join(', ');
  const shown = isOne ? alongX : [...alongX, ...inPanel];
  const names = groups(measured, isOne ? [...inPanel, ...inSeries] : inSeries).map(([c]) => name(c!, shown));
  const order = (c: ConfigurationSummary) =>
    along === 'batchSize' ? batchSizes.indexOf(c.batchSize) : splitOf(data, c);
  return {
    titles: isOne ? [''] : panels.map(([c]) => name(c!, [...alongX, ...inSeries])),
    series: panels.flatMap((members, panel) =>
      groups(members, isOne ? [...inPanel, ...inSeries] : inSeries).map((own) => {
        const phrases = name(own[0]!, shown);
        return {
          panel,
          name: phrases || modelNames(measured)(own[0]!),
          look: names.indexOf(phrases),
          members: own.sort((a, b) => order(a) - order(b)),
        };
      }),
    ),
    isOrdered: along === 'split' && (!isOne || groups(measured, inPanel).length === 1),
    looks: names.length,
    labels: along === 'batchSize' ? batchSizes.map(String) : splits.map((c) => splitLabel(c, splits)),
    position: order,
    axisTitle: along === 'batchSize' ? t('batch size') : splitTitle(splits),
  };
}

const splitOf = ({ splits }: ChartData, c: ConfigurationSummary) => splits.findIndex((s) => bySplit(s, c) === 0);

function splitLabel(c: ConfigurationSummary, splits: readonly ConfigurationSummary[]): string {
  if (variesSplit(splits)) return splitCell(c);
  return String(splits.some((s) => s.instances !== c.instances) ? c.instances : c.threads);
}

function splitTitle(splits: readonly ConfigurationSummary[]): string {
  if (variesSplit(splits)) return t('processes × threads of each');
  return splits.some((s) => s.instances !== splits[0]!.instances) ? t('processes') : t('threads');
}

/** The split in full, for the words of a point; nothing where all have the same. */
export const splitLine = (c: ConfigurationSummary, { splits }: ChartData): string[] =>
  splits.length > 1 ? [splitWords(c)] : [];

/** Those that agree in these factors, in the order in which they come; of splits and batch sizes in ascending order. */
function groups(of: readonly ConfigurationSummary[], by: readonly FactorKey[]): ConfigurationSummary[][] {
  const found = new Map<string, ConfigurationSummary[]>();
  for (const c of of) {
    const key = JSON.stringify(by.map((factor) => c[factor]));
    found.set(key, [...(found.get(key) ?? []), c]);
  }
  return [...found.values()].sort(
    ([a], [b]) =>
      (by.includes('instances') ? bySplit(a!, b!) : 0) || (by.includes('batchSize') ? a!.batchSize - b!.batchSize : 0),
  );
}

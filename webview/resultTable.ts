import type { Table } from '../src/core/export/csv';
import type { ConfigurationSummary, Interval } from '../src/core/run/result';
import { describeNumber } from '../src/core/units';
import type { Analysis } from '../src/core/verdict/advice';
import { configurationLabels, sentenceCase } from '../src/core/configuration/label';
import { t } from './words';

/** The table below the charts: every configuration with its numbers, units once a column. */
export function resultTable(analysis: Analysis, measured: boolean): Table {
  const { configurations, verdict } = analysis;
  const labels = configurationLabels(configurations);
  const today = configurations.find((c) => c.id === verdict.inUse)?.joulesPerImage?.mean;
  const withRequests = configurations.some((c) => c.requestLatencyMs !== null);
  const withAccuracy = configurations.some((c) => c.accuracy !== null);
  type Column = [string, (c: ConfigurationSummary) => string | number | null];
  const columns: Column[] = [
    [t('configuration'), (c) => sentenceCase(labels.get(c.id) ?? c.id)],
    [t('verdict'), (c) => standing(c, analysis)],
    [measured ? 'J/image' : t('J/image (estimated)'), (c) => describePlusMinus(c.joulesPerImage)],
    ...(today ? ([[t('against today'), (c) => against(c, today)]] as Column[]) : []),
    [t('net J/image'), (c) => c.netJoulesPerImage?.mean ?? null],
    ...(verdict.energy === 'joulesPerRequest'
      ? ([['J/request', (c) => describePlusMinus(c.joulesPerRequest)]] as Column[])
      : []),
    ['W', (c) => c.averageWatts],
    [t('CPU %'), (c) => (c.utilisation === null ? null : c.utilisation * 100)],
    [t('images/s'), (c) => c.imagesPerSecond],
    [t('batch p50 ms'), (c) => c.batchLatencyMs?.p50 ?? null],
    [t('batch p95 ms'), (c) => c.batchLatencyMs?.p95 ?? null],
    ...(withRequests ? ([[t('request p95 ms'), (c) => c.requestLatencyMs?.p95 ?? null]] as Column[]) : []),
    ...(withAccuracy ? ([['COCO AP', (c) => c.accuracy]] as Column[]) : []),
    ['n', (c) => c.n],
  ];
  return { columns: columns.map(([name]) => name), rows: configurations.map((c) => columns.map(([, of]) => of(c))) };
}

function standing(c: ConfigurationSummary, { verdict }: Analysis): string {
  const words: string[] = [];
  if (c.skipped) words.push(t('skipped'));
  else if (c.n === 0) words.push(t('not yet'));
  else if (verdict.winner === c.id) words.push(verdict.kind === 'tied' ? t('chosen') : t('greenest'));
  else if (verdict.tied.includes(c.id)) words.push(t('tied'));
  else if (verdict.feasibility.some((f) => f.id === c.id && f.feasible === 'no')) words.push(t('outside the limit'));
  else if (verdict.winner !== null) words.push(t('more energy'));
  else words.push(t('open'));
  if (c.id === verdict.inUse) words.push(t('today'));
  return words.join(', ');
}

/** `2.31 ± 1.4 %`; the interval is half its width. */
export function describePlusMinus(value: Interval | null): string {
  if (value === null) return '–';
  const { mean, low, high } = value;
  if (low === null || high === null) return describeNumber(mean);
  const percent = mean === 0 ? 0 : ((high - low) / 2 / Math.abs(mean)) * 100;
  return `${describeNumber(mean)} ± ${describeNumber(percent, 2)} %`;
}

function against(c: ConfigurationSummary, today: number): string {
  if (c.joulesPerImage === null) return '–';
  const percent = (c.joulesPerImage.mean / today - 1) * 100;
  return `${percent > 0 ? '+' : percent < 0 ? '−' : ''}${Math.abs(percent).toFixed(1)} %`;
}

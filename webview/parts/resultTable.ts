import type { Table } from '../../src/core/words/table';
import { figureColumns } from '../../src/core/report/columns';
import type { ConfigurationSummary } from '../../src/core/metrics/summarySchema';
import type { Analysis } from '../../src/core/analysis/verdict/analyse';
import { configurationLabels, sentenceCase } from '../../src/core/configuration/label';
import { t } from '../strings/strings';

/** The table below the charts: every configuration with its numbers, units once a column. */
export function resultTable(analysis: Analysis, measured: boolean): Table {
  const { configurations, verdict } = analysis;
  const labels = configurationLabels(configurations);
  const figures = figureColumns('panel', { configurations, verdict, measured });
  return {
    columns: [t('configuration'), t('verdict'), ...figures.map(({ head }) => t(head)), 'n'],
    rows: configurations.map((c) => [
      sentenceCase(labels.get(c.id) ?? c.id),
      standing(c, analysis),
      ...figures.map(({ cell }) => cell(c)),
      c.n,
    ]),
  };
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

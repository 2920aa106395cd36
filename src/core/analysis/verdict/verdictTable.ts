import { configurationLabels, sentenceCase } from '../../configuration/label';
import type { ConfigurationSummary } from '../../metrics/summarySchema';
import type { Table } from '../../words/table';
import { figureColumns } from './figureColumns';
import type { Judgement } from './judge';

/**
 * Every configuration with what became of it and its numbers, units once a column.
 *
 * @param word translates a head or a word of the verdict
 */
export function verdictTable(judgement: Judgement, word = (english: string) => english): Table {
  const { configurations, verdict } = judgement;
  const labels = configurationLabels(configurations);
  const figures = figureColumns('panel', { configurations, verdict, measured: !verdict.estimated });
  return {
    columns: [word('configuration'), word('verdict'), ...figures.map(({ head }) => word(head)), 'n'],
    rows: configurations.map((c) => [
      sentenceCase(labels.get(c.id) ?? c.id),
      standing(c, judgement).map(word).join(', '),
      ...figures.map(({ cell }) => cell(c)),
      c.n,
    ]),
  };
}

function standing(c: ConfigurationSummary, { verdict }: Judgement): string[] {
  const today = c.id === verdict.inUse ? ['today'] : [];
  if (c.skipped) return ['skipped', ...today];
  if (c.isLeftOut) return [c.n === 0 ? 'not tried' : 'not followed up', ...today];
  if (c.n === 0) return ['not yet', ...today];
  if (verdict.winner === c.id) return [verdict.kind === 'tied' ? 'chosen' : 'greenest', ...today];
  if (verdict.tied.includes(c.id)) return ['tied', ...today];
  const isOutside = verdict.feasibility.some((f) => f.id === c.id && f.feasible === 'no');
  if (isOutside) return ['outside the limit', ...today];
  return [verdict.winner === null ? 'open' : 'more energy', ...today];
}

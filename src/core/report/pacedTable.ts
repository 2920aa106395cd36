import { configurationLabels, sentenceCase } from '../configuration/label';
import type { Replayed } from '../analysis/verdict/pacedSchema';
import { describeChange, describePlusMinus } from '../statistics/wording';
import { describeNumber } from '../words/units';
import type { Table } from '../words/table';
import type { RunReport } from './report';

type Shown = Pick<RunReport, 'verdict' | 'configurations'>;

export const pacedTitle = ({ verdict }: Pick<Shown, 'verdict'>, word = (english: string) => english): string =>
  word(verdict.estimated ? 'Replayed requests (estimated energy)' : 'Replayed requests');

/**
 * What replayed requests measured of each configuration, what is modelled beside it. No rows where nothing was replayed.
 *
 * @param word translates a head or a mark
 */
export function pacedTable({ verdict, configurations }: Shown, word = (english: string) => english): Table {
  const { paced } = verdict;
  const labels = configurationLabels(configurations);
  const marks = (id: string) => [
    ...(id === verdict.winner ? [word('chosen')] : []),
    ...(id === verdict.inUse ? [word('today')] : []),
  ];
  const named = (id: string) => {
    const of = marks(id);
    return `${sentenceCase(labels.get(id) ?? id)}${of.length > 0 ? ` (${of.join(', ')})` : ''}`;
  };
  const percent = paced?.configurations[0]?.latencyMs.atPercentile.percentile ?? 95;
  const usual = [50, 95, 99];
  const own = usual.includes(percent) ? [] : [percent];
  const valueAt = ({ latencyMs }: Replayed, p: number) =>
    p === percent ? latencyMs.atPercentile : latencyMs[`p${p}` as 'p50' | 'p95' | 'p99'];
  const percents = [...usual, ...own];
  return {
    columns: [
      word('configuration'),
      'J/request',
      `J/request ${word('modelled')}`,
      ...percents.map((p) => `p${p} ms`),
      `p${percent} ms ${word('modelled')}`,
      word('mean batch'),
      word('busy %'),
      word('blocks'),
    ],
    rows: (paced?.configurations ?? []).map((each) => [
      named(each.id),
      describePlusMinus(each.joulesPerRequest),
      besideMeasured(each.modelled.joulesPerRequest),
      ...percents.map((p) => valueAt(each, p).value),
      besideMeasured(each.modelled.atPercentile),
      each.meanBatchSize,
      100 * each.load,
      String(each.blocks),
    ]),
  };
}

/** `4.10 (−12.8 %)`: modelled, and by how much that is off. */
function besideMeasured(modelled: Replayed['modelled']['atPercentile']): string | null {
  return modelled && `${describeNumber(modelled.value)} (${describeChange(modelled.errorPercent)})`;
}

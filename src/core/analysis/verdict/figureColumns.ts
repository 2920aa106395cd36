import type { ConfigurationSummary } from '../../metrics/summarySchema';
import type { Verdict } from './verdictSchema';
import {
  describeAbsolute,
  describeChange,
  describeChangeRange,
  describePlusMinus,
  shownEnds,
} from '../../statistics/wording';
import type { Metric } from '../../metrics/metric';
import { metrics } from '../../metrics/registry';
import { inUnits } from '../../words/unitOfWork';
import { meanOf, unitOf, valueOf } from '../../metrics/metricValue';

/** Tables that people read. */
type Surface = 'table' | 'panel' | 'markdown';

/** A column of figures: a number as it is, to be shortened where it is shown, or a text where it is more than a number. */
type FigureColumn = {
  head: string;
  /** The same where there is little room. */
  shortHead?: string | undefined;
  cell(c: ConfigurationSummary): string | number | null;
  /** The same where there is little room. */
  short?(c: ConfigurationSummary): string | number | null;
  /** On a narrow terminal the column with the lowest number goes first. */
  dropped?: number | undefined;
};

type Shown = { configurations: readonly ConfigurationSummary[]; verdict: Verdict; measured: boolean };

/**
 * The metrics that a table shows, those that nothing is known of left out; after the one that energy is counted by, the
 * difference to what runs today, as far as that is known (not in Markdown).
 */
export function figureColumns(surface: Surface, { configurations, verdict, measured }: Shown): FigureColumn[] {
  const { againstInUse } = verdict;
  const unit = unitOf(configurations);
  return metrics.flatMap((metric: Metric): FigureColumn[] => {
    const where = metric.where[surface];
    const isMissing = metric.onlyWhereKnown && configurations.every((c) => meanOf(metric, c) === null);
    if (!where || isMissing) return [];
    const column = {
      head: inUnits(headOf(metric, surface, measured), unit),
      shortHead: surface === 'table' ? metric.where.table?.shortHead : undefined,
      cell: where.interval
        ? (c: ConfigurationSummary) => {
            const value = valueOf(metric, c);
            if (typeof value !== 'object' || value === null) return value;
            return metric.absolute ? describeAbsolute(value) : describePlusMinus(value);
          }
        : (c: ConfigurationSummary) => shownNumber(metric, meanOf(metric, c)),
      dropped: metric.where.table?.dropped,
    };
    if (surface === 'markdown' || againstInUse?.energy !== metric.key) return [column];
    return [
      column,
      {
        head: inUnits(todayHead(metric, surface), unit),
        shortHead: metric.per === 'request' && surface === 'table' ? 'vs today (mod.)' : undefined,
        cell: (c) => changeText(c, { configurations, verdict }),
        short: ({ id }) => shortChange(againstInUse.percent[id] ?? null),
      },
    ];
  });
}

function headOf(metric: Metric, surface: Surface, measured: boolean): string {
  const head = (surface === 'table' ? metric.where.table?.head : undefined) ?? metric.head;
  if (measured || !metric.joules) return head;
  return `${head} ${surface === 'table' ? '(est.)' : '(estimated)'}`;
}

/** Energy per unit of work stands beside it; another one is named. */
function todayHead({ key, unit, per }: Metric, surface: Surface): string {
  const words = surface === 'table' ? 'vs today' : 'against today';
  if (key === 'joulesPerUnit') return words;
  return per === 'request' ? `${unit} ${words} (modelled)` : `${unit} ${words}`;
}

const shortChange = (percent: number | null) => (percent === null ? null : describeChange(percent));

/** `−12.2 % (−13.0 to −11.4)`: less than today is −. Of fewer trials than a verdict rests on, of either, without a range. */
function changeText(c: ConfigurationSummary, { configurations, verdict }: Omit<Shown, 'measured'>): string | null {
  const { percent, intervals } = verdict.againstInUse!;
  const change = shortChange(percent[c.id] ?? null);
  const interval = intervals[c.id] ?? null;
  const today = configurations.find(({ id }) => id === verdict.inUse);
  const ends = interval && shownEnds({ ...interval, n: Math.min(c.n, today?.n ?? 0) });
  return ends ? `${change} (${describeChangeRange(ends.low, ends.high).replace(' %', '')})` : change;
}

const shownNumber = ({ percent }: Metric, value: number | null) => (percent && value !== null ? 100 * value : value);

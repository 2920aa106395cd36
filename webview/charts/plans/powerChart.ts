import type { Chart } from 'chart.js';
import { columnsOf, decimate, type PlotPoint } from '../../../src/core/panel/series/decimate';
import type { PanelBand } from '../../../src/core/panel/protocol/messages';
import { indexAt, secondsAt, slotOf } from '../../../src/core/panel/series/series';
import { bandSpan, meanWatts, spanOf, type Timeline } from '../../../src/core/panel/series/timeline';
import { describeNumber, describeSeconds } from '../../../src/core/words/units';
import type { Theme } from '../../look/theme';
import { t } from '../../strings/strings';
import { describeShort } from './numbers';
import { chartOptions, type ChartPlan, type PlanDataset, seriesLook } from './plan';

export type PowerData = {
  timeline: Timeline;
  bands: readonly PanelBand[];
  label: (id: string) => string;
  source: string;
  /** A part as the legend names it: one that is not counted says so. */
  partName: (id: string) => string;
  spanSeconds: number | null;
};

const sparse = Array.from({ length: 160 }, (_, i) => (i === 40 ? 4 : 0));

/** Points of each domain, changed in place at every frame and never made anew. */
const pools: PlotPoint[][] = [];
const shown: PlotPoint[][] = [];

/** Live power of every domain, with bands for idle, warm-up and each trial. */
export function powerPlan(data: PowerData, theme: Theme): ChartPlan {
  const { timeline, source, partName } = data;
  const words: ChartPlan['words'] = (p, d) => {
    const domain = timeline.series.domains[d];
    if (domain === undefined || !Number.isFinite(p.x)) return [];
    const band = bandAt(data, p.x);
    return [
      t('{0} since the start', describeSeconds(p.x)),
      `${domain}: ${Number.isNaN(p.y) ? t('not known') : `${describeNumber(p.y)} W`}`,
      ...(band ? [describeBand(band, data.label)] : []),
      t('one sample · {0}', source),
    ];
  };
  const options = chartOptions(
    theme,
    { title: t('time (min:s)'), min: 0, max: 60, tick: clock },
    { title: 'W', min: 0, max: 10, tick: describeShort },
    words,
  );
  if (!theme.highContrast) Object.assign(options.plugins!.legend!.labels!, { pointStyleWidth: 20 });
  return {
    datasets: timeline.series.domains.map((id, i): PlanDataset => {
      shown[i] ??= [];
      pools[i] ??= [];
      return {
        label: partName(id),
        data: shown[i],
        ...seriesLook(theme, i),
        borderWidth: theme.highContrast ? 2 : 1,
        // In high contrast a shape now and then tells the lines apart, which noise would hide in dashes.
        ...(theme.highContrast ? { pointRadius: sparse } : { pointStyle: 'line' as const, pointRadius: 0 }),
        pointHoverRadius: 4,
        pointHitRadius: 0,
        tension: 0,
      };
    }),
    options: { ...options, interaction: { mode: 'nearest', axis: 'x', intersect: false } },
    marks: { bands: [], panels: [], limits: [], chosen: null },
    words,
    summary: powerSummary(data),
    table: () => bandTable(data),
  };
}

/** Brings a chart made from `powerPlan` up to date, before it is drawn. */
export function fillPower(chart: Pick<Chart<'line'>, 'chartArea' | 'options'>, plan: ChartPlan, data: PowerData): void {
  const { timeline, spanSeconds } = data;
  const span = spanOf(timeline);
  const from = spanSeconds === null ? span.from : Math.max(span.from, span.to - spanSeconds);
  const to = Math.max(span.to, from + 10);
  const columns = columnsOf(timeline.series, from, to, Math.max(50, Math.floor(chart.chartArea?.width ?? 600)));
  let most = 0;
  for (let d = 0; d < timeline.series.domains.length; d++) {
    const pool = (pools[d] ??= []);
    const points = (shown[d] ??= []);
    const used = decimate(timeline.series, d, columns, pool);
    points.length = used;
    for (let i = 0; i < used; i++) {
      const point = pool[i]!;
      points[i] = point;
      if (point.y > most) most = point.y;
    }
  }
  const { x, y } = chart.options.scales as unknown as Record<'x' | 'y', { min: number; max: number }>;
  [x.min, x.max] = [from, to];
  [y.min, y.max] = [0, niceAbove(most)];
  plan.marks.bands = data.bands.flatMap((band) => {
    const at = bandSpan(timeline, band);
    if (!at || at.to < from || at.from > to) return [];
    const label = band.kind === 'idle' ? t('idle') : band.kind === 'window' ? shortBand(band, data.label) : '';
    return [{ ...at, kind: band.kind, label }];
  });
}

/** The least of 1, 1.5, 2, 3, 5, 7.5 × 10ⁿ that leaves room above the highest sample. */
function niceAbove(most: number): number {
  const wanted = Math.max(1, most * 1.1);
  const power = 10 ** Math.floor(Math.log10(wanted));
  return ([1, 1.5, 2, 3, 5, 7.5, 10].find((m) => m * power >= wanted) ?? 10) * power;
}

/** `4:05`, `2:04:05`. */
function clock(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (n: number) => String(n).padStart(2, '0');
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

function bandAt({ bands, timeline }: PowerData, x: number): PanelBand | null {
  return (
    bands.findLast((band) => {
      const at = bandSpan(timeline, band);
      return at !== null && x >= at.from && x <= at.to;
    }) ?? null
  );
}

function describeBand(band: PanelBand, label: (id: string) => string): string {
  const name = band.configuration === null ? '' : label(band.configuration);
  switch (band.kind) {
    case 'idle':
      return t('idle baseline');
    case 'heat':
      return t('load after a rest, {0}', name);
    case 'load':
      return t('loading {0}', name);
    case 'warmup':
      return t('warm-up of {0}', name);
    case 'window':
      return t('window of {0}', name);
  }
}

/** `b8`: short names fit narrow bands. */
function shortBand(band: PanelBand, label: (id: string) => string): string {
  return band.configuration === null ? '' : label(band.configuration).replace(/^batch /, 'b');
}

function powerSummary({ timeline, source }: PowerData): string {
  const { from, to } = spanOf(timeline);
  if (timeline.series.length === 0) return t('Power over time. No sample has arrived yet.');
  const means = meanWatts(timeline, from, to);
  const domains = timeline.series.domains.map(
    (id, d) => `${id} ${Number.isNaN(means[d]!) ? t('not known') : t('{0} W on average', describeNumber(means[d]!))}`,
  );
  return t('Power over {0}: {1}. {2}.', describeSeconds(to - from), domains.join(', '), source);
}

function bandTable(data: PowerData) {
  const { timeline, bands } = data;
  return {
    columns: [t('stretch'), t('from s'), t('to s'), ...timeline.series.domains.map((id) => t('{0} mean W', id))],
    rows: bands.flatMap((band) => {
      const at = bandSpan(timeline, band);
      if (!at) return [];
      const means = meanWatts(timeline, at.from, at.to).map((w) => (Number.isNaN(w) ? null : w));
      return [[describeBand(band, data.label), at.from, at.to, ...means]];
    }),
  };
}

/** Every sample that the page holds, for export. */
export function powerSamples({ timeline: { series } }: PowerData) {
  const rows: (number | null)[][] = [];
  for (let i = indexAt(series, Number.NEGATIVE_INFINITY); i < series.length; i++) {
    const slot = slotOf(series, i);
    rows.push([secondsAt(series, i), ...series.watts.map((w) => (Number.isNaN(w[slot]!) ? null : w[slot]!))]);
  }
  return { columns: ['seconds', ...series.domains.map((id) => `${id}Watts`)], rows };
}

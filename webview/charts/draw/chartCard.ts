import { type ActiveElement, Chart, type Plugin } from 'chart.js';
import { toCsv } from '../../../src/core/export/csv';
import type { Table } from '../../../src/core/words/table';
import type { PanelCommand } from '../../../src/core/panel/protocol/messages';
import { h, redraw, setText, setLabel } from '../../page/dom';
import { pictureElement } from '../../page/pictureElement';
import { tableElement } from '../../page/table';
import type { Theme } from '../../look/theme';
import { button } from '../../page/toolkit';
import { t } from '../../strings/strings';
import './chartParts';
import { canvasTextWidth, chartPng, chartSvg } from './exportPicture';
import { marksPlugin } from './marks';
import { chartPicture } from './picture';
import { noMarks } from '../plans/marks';
import type { ChartPlan, ChartPoint } from '../plans/plan';

/** A chart with its title, its table, its export and the keyboard. */
export type ChartCard = {
  element: HTMLElement;
  /** Shows another plan: new data, or another theme. */
  show(plan: ChartPlan, theme: Theme): void;
  /** Draws the same plan once more, after `change` has moved points and axes; does nothing behind a table. */
  redraw(change: (chart: Pick<Chart<'line'>, 'chartArea' | 'options'>, plan: ChartPlan) => void): void;
  /** As a picture of the width of a sheet of paper, or as a chart again; drawn when it is shown next. */
  setPrinting(isPrinting: boolean): void;
};

export type CardOptions = {
  /** Part of the ids, the file names and the kept choices. */
  name: string;
  title: () => string;
  fileName: () => string;
  /** What stands below the chart where it is saved as a picture that names its source. */
  caption: (plan: ChartPlan) => string[];
  /** Whether the table is shown at first. */
  asTable: boolean;
  onToggle: (asTable: boolean) => void;
  announce: (text: string) => void;
  send: (command: Extract<PanelCommand, { command: 'saveChart' }>) => void;
  /** Rows of the CSV where they are others than the table's. */
  exportTable?: () => Table;
  /** Further controls in the head. */
  controls?: HTMLElement[];
  /** Between head and plot; below the plot. */
  above?: HTMLElement;
  below?: HTMLElement;
};

/** Of a chart on paper, pixels. */
const [printedWidth, printedHeight] = [680, 300];

export function createChartCard(options: CardOptions): ChartCard {
  const { name, announce, send } = options;
  let plan: ChartPlan | null = null;
  let theme: Theme | null = null;
  let chart: Chart<'line'> | null = null;
  let { asTable } = options;
  const marks: Plugin<'line'> = marksPlugin(() => ({ marks: plan?.marks ?? noMarks, theme: theme! }));

  const picture = h('div', { class: 'printed' });
  picture.hidden = true;
  let isPrinting = false;
  const drawPicture = (plan: ChartPlan, theme: Theme) => {
    const height = plan.height ?? printedHeight;
    const svg = chartPicture(plan, { theme, height, width: printedWidth, measureText: canvasTextWidth });
    picture.replaceChildren(pictureElement(svg, plan.summary));
  };

  const canvas = h('canvas', { role: 'img' }) as HTMLCanvasElement;
  const plot = h(
    'div',
    { class: 'plot', tabindex: '0', role: 'application', 'aria-describedby': `${name}-keys ${name}-summary` },
    canvas,
  );
  const summary = h('p', { id: `${name}-summary`, class: 'hidden' });
  const tableHost = h('div', { class: 'chart-table' });
  const toggle = button('', { key: `${name}-toggle`, onClick: () => setTable(!asTable) });
  const saveLabel = (format: string) => t('Save “{0}” as {1}', options.title(), format.toUpperCase());
  const saves = (['png', 'svg', 'csv'] as const).map((format) => ({
    format,
    element: button(format.toUpperCase(), {
      key: `${name}-${format}`,
      label: saveLabel(format),
      onClick: () => save(format),
    }),
  }));
  const buttons = h(
    'div',
    { class: 'actions' },
    ...(options.controls ?? []),
    toggle,
    ...saves.map(({ element }) => element),
  );
  const heading = h('h2', { id: `${name}-title` }, options.title());
  const element = h(
    'section',
    { class: 'card chart', id: `${name}-chart`, 'aria-labelledby': `${name}-title` },
    h('div', { class: 'card-head' }, heading, buttons),
    options.above ?? null,
    plot,
    picture,
    summary,
    h('p', { id: `${name}-keys`, class: 'hidden' }, t('Arrow keys walk the points, T shows the table.')),
    tableHost,
    options.below ?? null,
  );
  element.addEventListener('keydown', (event) => {
    if (event.key.toLowerCase() !== 't' || event.ctrlKey || event.metaKey || event.altKey) return;
    setTable(!asTable);
    (asTable ? tableHost.querySelector<HTMLElement>('.scroll') : plot)?.focus();
    event.preventDefault();
  });
  plot.addEventListener('keydown', (event) => {
    if (chart && plan && walk(chart, plan, event, announce)) event.preventDefault();
  });
  plot.addEventListener('blur', () => activate([]));

  function setTable(shown: boolean): void {
    asTable = shown;
    options.onToggle(shown);
    update();
  }
  function update(): void {
    plot.hidden = asTable || isPrinting;
    picture.hidden = asTable || !isPrinting;
    tableHost.hidden = !asTable;
    setText(toggle, asTable ? t('Chart') : t('Table'));
    if (!plan || !theme) return;
    // The title names the unit of work, which is known once the run has arrived.
    setText(heading, options.title());
    for (const { format, element } of saves) setLabel(element, 'aria-label', saveLabel(format));
    element.classList.toggle('wide', plan.isWide ?? false);
    plot.style.height = plan.height == null ? '' : `${plan.height}px`;
    setText(summary, plan.summary);
    setLabel(plot, 'aria-label', options.title());
    setLabel(canvas, 'aria-label', plan.summary);
    if (asTable) {
      const table = plan.table();
      redraw(tableHost, table, () => [tableElement(options.title(), table)]);
      return;
    }
    if (isPrinting) {
      drawPicture(plan, theme);
      return;
    }
    if (chart) {
      chart.data.datasets = plan.datasets as never;
      chart.options = plan.options as never;
      chart.update('none');
    } else {
      chart = new Chart(canvas, {
        type: 'line',
        data: { datasets: plan.datasets as never },
        options: plan.options,
        plugins: [marks],
      });
    }
  }
  function activate(active: ActiveElement[]): void {
    chart?.setActiveElements(active);
    chart?.tooltip?.setActiveElements(active, { x: 0, y: 0 });
    chart?.update('none');
  }
  function save(format: 'png' | 'svg' | 'csv'): void {
    if (!plan || !theme) return;
    const file = `${options.fileName()}-${name}.${format}`;
    if (format === 'csv') {
      send({ command: 'saveChart', format, name: file, content: toCsv((options.exportTable ?? plan.table)()) });
      return;
    }
    // A chart behind its table has no size; show it for the picture.
    const before = asTable;
    if (before) setTable(false);
    chart!.resize();
    const told = { theme, title: options.title(), caption: options.caption(plan) };
    const content = format === 'png' ? chartPng(chart!, theme) : chartSvg(chart!, plan, told);
    send({ command: 'saveChart', format, name: file, content });
    if (before) setTable(true);
  }
  return {
    element,
    show(nextPlan, nextTheme) {
      [plan, theme] = [nextPlan, nextTheme];
      update();
    },
    redraw(change) {
      if (asTable || !plan || !theme) return;
      if (isPrinting) {
        change(
          {
            chartArea: { width: printedWidth } as Chart['chartArea'],
            options: plan.options as Chart<'line'>['options'],
          },
          plan,
        );
        drawPicture(plan, theme);
        return;
      }
      if (!chart) return;
      change(chart, plan);
      chart.update('none');
    },
    setPrinting: (now) => {
      isPrinting = now;
    },
  };
}

/** Moves the cursor by a key and says where it is; false for other keys. */
function walk(chart: Chart<'line'>, plan: ChartPlan, event: KeyboardEvent, announce: (text: string) => void): boolean {
  const points = (d: number) => chart.data.datasets[d]!.data as unknown as ChartPoint[];
  const series = chart.data.datasets.flatMap((_, d) => (points(d).some((p) => plan.words(p, d).length > 0) ? [d] : []));
  if (series.length === 0) return false;
  const now = chart.getActiveElements()[0];
  let at = Math.max(0, series.indexOf(now?.datasetIndex ?? series[0]!));
  const count = points(series[at]!).length;
  // Long series are walked in about sixty steps, with Shift point by point.
  const step = event.shiftKey ? 1 : Math.max(1, Math.round(count / 60));
  let index = now?.index ?? -1;
  const x = points(series[at]!)[index]?.x;
  if (event.key === 'ArrowRight') index = now ? Math.min(count - 1, index + step) : 0;
  else if (event.key === 'ArrowLeft') index = now ? Math.max(0, index - step) : count - 1;
  else if (event.key === 'Home') index = 0;
  else if (event.key === 'End') index = count - 1;
  else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    at = (at + (event.key === 'ArrowDown' ? 1 : series.length - 1)) % series.length;
    index = Math.max(0, nearest(points(series[at]!), x ?? Number.NEGATIVE_INFINITY));
  } else if (event.key === 'Escape') {
    chart.setActiveElements([]);
    chart.tooltip?.setActiveElements([], { x: 0, y: 0 });
    chart.update('none');
    return true;
  } else return false;
  const datasetIndex = series[at]!;
  const point = points(datasetIndex)[index];
  if (!point) return true;
  const { x: px, y: py } = chart.getDatasetMeta(datasetIndex).data[index] ?? { x: 0, y: 0 };
  chart.setActiveElements([{ datasetIndex, index }]);
  chart.tooltip?.setActiveElements([{ datasetIndex, index }], { x: px, y: py });
  chart.update('none');
  announce(plan.words(point, datasetIndex).join(', '));
  return true;
}

function nearest(points: readonly ChartPoint[], x: number): number {
  let best = 0;
  points.forEach((p, i) => {
    if (Math.abs(p.x - x) < Math.abs(points[best]!.x - x)) best = i;
  });
  return best;
}

import { BasicPlatform, Chart, type ChartConfiguration, type Plugin } from 'chart.js';
import type { Theme } from '../../look/theme';
import type { ChartPlan } from '../plans/plan';
import { createSvgContext } from './svgContext';

/** The chart as PNG on the theme's background, base64 without a prefix. */
export function chartPng(chart: Chart<'line'>, theme: Theme): string {
  const canvas = document.createElement('canvas');
  canvas.width = chart.canvas.width;
  canvas.height = chart.canvas.height;
  const context = canvas.getContext('2d')!;
  context.fillStyle = theme.background;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(chart.canvas, 0, 0);
  return canvas.toDataURL('image/png').split(',')[1] ?? '';
}

/** The chart as SVG, drawn once more by the same code. */
export function chartSvg(chart: Chart<'line'>, plan: ChartPlan, marks: Plugin<'line'>, theme: Theme): string {
  const { width, height } = chart;
  const { context, svg } = createSvgContext(width, height);
  const config = {
    type: 'line',
    platform: BasicPlatform,
    // A `segment` makes lines be drawn on the context; else they are kept as Path2D, which cannot be read.
    data: { datasets: plan.datasets.map((d) => ({ ...d, data: d.data.map((p) => ({ ...p })), segment: {} })) },
    options: { ...plan.options, scales: shownScales(chart, plan), responsive: false, devicePixelRatio: 1, events: [] },
    plugins: [marks],
  } as unknown as ChartConfiguration<'line'>;
  const copy = new Chart(context.canvas, config);
  const text = svg(theme.background);
  copy.destroy();
  return text;
}

/** The axes as they are at the moment: a live chart has moved its own. */
function shownScales(chart: Chart<'line'>, plan: ChartPlan) {
  return Object.fromEntries(
    Object.entries(plan.options.scales ?? {}).map(([id, options]) => {
      const { min, max } = chart.scales[id]!;
      return [id, { ...options, min, max }];
    }),
  );
}

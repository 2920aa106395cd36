import type { Chart } from 'chart.js';
import type { Theme } from '../../look/theme';
import type { ChartPlan } from '../plans/plan';
import { captionedPicture } from './picture';

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

/** The chart as SVG, drawn once more by the same code, under its title and above what a reader must know of it. */
export function chartSvg(
  chart: Chart<'line'>,
  plan: ChartPlan,
  { theme, title, caption }: { theme: Theme; title: string; caption: readonly string[] },
): string {
  const { width, height } = chart;
  const drawing = { width, height, theme, measureText: canvasTextWidth, scales: shownScales(chart, plan) };
  return captionedPicture(plan, { ...drawing, title, caption });
}

let measuring: CanvasRenderingContext2D | null = null;
/** As wide as this browser draws it. */
export function canvasTextWidth(text: string, font: string): number {
  measuring ??= document.createElement('canvas').getContext('2d')!;
  measuring.font = font;
  return measuring.measureText(text).width;
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

import { BasicPlatform, Chart, type ChartConfiguration } from 'chart.js';
import type { Theme } from '../../look/theme';
import { drawnParagraph } from '../../strings/strings';
import type { ChartPlan } from '../plans/plan';
import './chartParts';
import { marksPlugin } from './marks';
import { createSvgContext, type MeasureText, svgText } from './svgContext';

type Drawing = {
  theme: Theme;
  /** Of the plot, pixels. */
  width: number;
  height: number;
  measureText: MeasureText;
  /** Whether each text is to be as wide as it was measured, whatever the viewer draws it in. */
  fitsText?: boolean;
  /** The axes, where they are others than the plan's. */
  scales?: ChartPlan['options']['scales'];
};

/** A chart as SVG on the theme's background, drawn by the very code that draws it on the page. */
export function chartPicture(plan: ChartPlan, drawing: Drawing): string {
  const { width, height, theme } = drawing;
  return svgText({ width, height, background: theme.background, body: chartBody(plan, drawing) });
}

/**
 * A chart as a picture that stands for itself: under its title, and above what a reader must know of it. No browser is
 * needed.
 *
 * @param caption paragraphs: what it says, its source
 */
export function captionedPicture(
  plan: ChartPlan,
  { title, caption, ...drawing }: Drawing & { title: string; caption: readonly string[] },
): string {
  const { width, theme, measureText } = drawing;
  const [titleSize, size, margin] = [Math.round(theme.fontSize * 1.15), Math.round(theme.fontSize * 0.9), 8];
  const titleFont = `bold ${titleSize}px ${theme.fontFamily}`;
  const font = `${size}px ${theme.fontFamily}`;
  const inner = width - 2 * margin;
  const titleLines = wrapped(title, inner, (text) => measureText(text, titleFont));
  const captionLines = caption.flatMap((text) => wrapped(text, inner, (part) => measureText(part, font)));
  const [titleStep, step] = [Math.round(titleSize * 1.3), Math.round(size * 1.4)];
  const top = margin + titleLines.length * titleStep;
  const below = top + drawing.height + margin;
  const height = below + captionLines.length * step + margin;
  const { context, body } = createSvgContext(width, height, drawing);
  context.fillStyle = theme.foreground;
  context.textBaseline = 'top';
  context.font = titleFont;
  titleLines.forEach((line, i) => context.fillText(line, margin, margin + i * titleStep));
  context.font = font;
  captionLines.forEach((line, i) => context.fillText(line, margin, below + i * step));
  return svgText({
    ...{ width, height, background: theme.background, title, description: plan.summary },
    body: `<g transform="translate(0 ${top})">${chartBody(plan, drawing)}</g>${body()}`,
  });
}

function chartBody(plan: ChartPlan, drawing: Drawing): string {
  const { theme, width, height, scales } = drawing;
  const { context, body } = createSvgContext(width, height, drawing);
  const config = {
    type: 'line',
    platform: BasicPlatform,
    // A `segment` makes lines be drawn on the context; else they are kept as Path2D, which cannot be read.
    data: { datasets: plan.datasets.map((d) => ({ ...d, data: d.data.map((p) => ({ ...p })), segment: {} })) },
    options: {
      ...plan.options,
      ...(scales && { scales }),
      ...{ responsive: false, devicePixelRatio: 1, events: [] },
    },
    plugins: [marksPlugin(() => ({ marks: plan.marks, theme }))],
  } as unknown as ChartConfiguration<'line'>;
  new Chart(context.canvas, config).destroy();
  return body();
}

/** Lines that are no wider, broken between words; a word that is wider stands alone. */
export function wrapped(text: string, width: number, measure: (text: string) => number): string[] {
  const lines: string[] = [];
  for (const word of drawnParagraph(text).split(' ')) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && measure(longer) > width) lines.push(word);
    else lines.splice(Math.max(0, lines.length - 1), 1, longer);
  }
  return lines;
}

import type { Chart, Plugin, Scale } from 'chart.js';
import type { Theme } from '../../look/theme';
import { drawnText } from '../../strings/strings';
import type { ChartPoint } from '../plans/plan';
import type { Marks } from '../plans/marks';
import { drawPointNames } from './pointNames';

/** Bands behind the series; error bars, limit lines and the ring of the chosen one before them. */
export function marksPlugin(current: () => { marks: Marks; theme: Theme }): Plugin<'line'> {
  return {
    id: 'marks',
    beforeDatasetsDraw(chart) {
      const { marks, theme } = current();
      clipped(chart, () => drawBands(chart, marks.bands, theme));
    },
    afterDatasetsDraw(chart) {
      const { marks, theme } = current();
      clipped(chart, () => {
        drawErrorBars(chart, theme);
        for (const panel of marks.panels) drawPanel(chart, panel, theme);
        for (const limit of marks.limits) drawLimit(chart, limit, theme);
      });
      drawPointNames(chart, theme);
      if (marks.chosen) drawChosen(chart, marks.chosen, theme);
    },
  };
}

function clipped(chart: Chart, draw: () => void): void {
  const { ctx, chartArea: a } = chart;
  ctx.save();
  ctx.beginPath();
  ctx.rect(a.left, a.top, a.width, a.height);
  ctx.clip();
  draw();
  ctx.restore();
}

const bandStrength = { idle: 0.16, heat: 0.07, load: 0.03, warmup: 0.07, window: 0.12 };

function drawBands(chart: Chart, bands: Marks['bands'], theme: Theme): void {
  const { ctx, chartArea: a, scales } = chart;
  const x = scales.x!;
  let labelledTo = Number.NEGATIVE_INFINITY;
  ctx.font = `${Math.round(theme.fontSize * 0.8)}px ${theme.fontFamily}`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'top';
  for (const { from, to, kind, label } of bands) {
    const [left, right] = [x.getPixelForValue(from), x.getPixelForValue(to)];
    if (right < a.left || left > a.right) continue;
    const width = Math.max(1, right - left);
    if (theme.highContrast) {
      // No fills: a border where a window or the baseline begins and ends.
      ctx.strokeStyle = theme.lines;
      ctx.lineWidth = 1;
      ctx.setLineDash(kind === 'window' ? [] : kind === 'idle' ? [6, 3] : [1, 4]);
      if (width > 3) ctx.strokeRect(left, a.top, width, a.height);
      ctx.setLineDash([]);
    } else {
      ctx.globalAlpha = bandStrength[kind];
      ctx.fillStyle = kind === 'idle' ? theme.series[1]! : theme.foreground;
      ctx.fillRect(left, a.top, width, a.height);
      ctx.globalAlpha = 1;
    }
    const visible = Math.max(left, a.left) + 3;
    if (label === '' || visible < labelledTo) continue;
    const needed = ctx.measureText(label).width;
    if (needed + 6 > Math.min(right, a.right) - Math.max(left, a.left)) continue;
    ctx.fillStyle = theme.foreground;
    ctx.fillText(drawnText(label), visible, a.top + 3);
    labelledTo = visible + needed + 6;
  }
}

function drawErrorBars(chart: Chart, theme: Theme): void {
  const { ctx } = chart;
  chart.data.datasets.forEach((dataset, i) => {
    const points = dataset.data as unknown as ChartPoint[];
    if (points[0]?.words === undefined) return;
    const { data: elements, xScale: x, yScale: y } = chart.getDatasetMeta(i);
    if (!x || !y) return;
    points.forEach(({ low, high, xLow, xHigh, faded }, k) => {
      const at = elements[k];
      if (!at) return;
      ctx.strokeStyle = faded ? theme.faint : (dataset.borderColor as string);
      ctx.lineWidth = theme.highContrast ? 2 : 1.5;
      ctx.setLineDash([]);
      ctx.beginPath();
      if (low != null && high != null) {
        const [top, bottom] = [y.getPixelForValue(high), y.getPixelForValue(low)];
        ctx.moveTo(at.x, top);
        ctx.lineTo(at.x, bottom);
        for (const end of [top, bottom]) {
          ctx.moveTo(at.x - 5, end);
          ctx.lineTo(at.x + 5, end);
        }
      }
      if (xLow != null && xHigh != null) {
        const [left, right] = [x.getPixelForValue(xLow), x.getPixelForValue(xHigh)];
        ctx.moveTo(left, at.y);
        ctx.lineTo(right, at.y);
        for (const end of [left, right]) {
          ctx.moveTo(end, at.y - 5);
          ctx.lineTo(end, at.y + 5);
        }
      }
      ctx.stroke();
    });
  });
}

/** The frame of a small plot, and its title at the top of it. */
function drawPanel(chart: Chart, { title, axis, from, to }: Marks['panels'][number], theme: Theme): void {
  const { ctx, chartArea: a, scales } = chart;
  const [x, y] = [scales.x!, scales[axis]!];
  const [left, right] = [Math.max(a.left, x.getPixelForValue(from)) + 1, Math.min(a.right, x.getPixelForValue(to)) - 1];
  ctx.strokeStyle = theme.lines;
  ctx.lineWidth = 1;
  ctx.setLineDash([]);
  ctx.strokeRect(left, y.top + 1, right - left, y.height - 2);
  ctx.font = `bold ${Math.round(theme.fontSize * 0.85)}px ${theme.fontFamily}`;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'top';
  ctx.fillStyle = theme.foreground;
  ctx.fillText(drawnText(title), left + 5, y.top + 5, right - left - 8);
}

/** Through every row of small plots, named in the first. */
function drawLimit(chart: Chart, limit: Marks['limits'][number], theme: Theme): void {
  const rows = Object.values(chart.scales)
    .filter((scale) => scale.axis === limit.axis)
    .sort((a, b) => a.top - b.top);
  for (const [i, scale] of rows.entries()) {
    drawLimitIn(chart, scale, { ...limit, label: i === 0 ? limit.label : '' }, theme);
  }
}

function drawLimitIn(chart: Chart, scale: Scale, { axis, value, label }: Marks['limits'][number], theme: Theme): void {
  const { ctx, chartArea: a } = chart;
  const at = scale.getPixelForValue(value);
  if (!Number.isFinite(at) || (axis === 'y' && (at < scale.top || at > scale.bottom))) return;
  ctx.strokeStyle = theme.limit;
  ctx.fillStyle = theme.foreground;
  ctx.lineWidth = 2;
  ctx.setLineDash([8, 4]);
  ctx.beginPath();
  if (axis === 'y') {
    ctx.moveTo(a.left, at);
    ctx.lineTo(a.right, at);
  } else {
    ctx.moveTo(at, a.top);
    ctx.lineTo(at, a.bottom);
  }
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.font = `${Math.round(theme.fontSize * 0.85)}px ${theme.fontFamily}`;
  if (axis === 'y') {
    const below = at - a.top < theme.fontSize * 1.5;
    ctx.textAlign = 'left';
    ctx.textBaseline = below ? 'top' : 'bottom';
    ctx.fillText(drawnText(label), a.left + 4, at + (below ? 3 : -3));
  } else {
    const before = at > a.left + a.width / 2;
    ctx.textAlign = before ? 'right' : 'left';
    ctx.textBaseline = 'top';
    ctx.fillText(drawnText(label), at + (before ? -4 : 4), a.top + 3);
  }
}

function drawChosen(chart: Chart, { id, label }: NonNullable<Marks['chosen']>, theme: Theme): void {
  const { ctx, chartArea: a } = chart;
  for (const [i, dataset] of chart.data.datasets.entries()) {
    const k = (dataset.data as unknown as ChartPoint[]).findIndex((p) => p.id === id);
    const at = chart.getDatasetMeta(i).data[k];
    if (!at || !Number.isFinite(at.x) || !Number.isFinite(at.y)) continue;
    ctx.save();
    ctx.strokeStyle = theme.chosen;
    ctx.lineWidth = 2;
    ctx.setLineDash([]);
    ctx.beginPath();
    ctx.arc(at.x, at.y, 11, 0, 2 * Math.PI);
    ctx.stroke();
    ctx.font = `bold ${Math.round(theme.fontSize * 0.9)}px ${theme.fontFamily}`;
    ctx.fillStyle = theme.foreground;
    // Above the ring, where its neighbours are not; below it at the very top.
    const above = at.y - a.top > 20 + theme.fontSize;
    const half = ctx.measureText(label).width / 2;
    const x = Math.min(Math.max(at.x, a.left + half), a.right - half);
    const y = at.y + (above ? -15 : 15);
    ctx.textAlign = 'center';
    ctx.textBaseline = above ? 'bottom' : 'top';
    // A halo keeps the name legible across lines.
    ctx.strokeStyle = theme.background;
    ctx.lineWidth = 4;
    ctx.strokeText(label, x, y);
    ctx.fillText(drawnText(label), x, y);
    ctx.restore();
    // Named once, in the first series that holds it.
    return;
  }
}

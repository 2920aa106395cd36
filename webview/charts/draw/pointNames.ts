import type { Chart } from 'chart.js';
import type { Theme } from '../../look/theme';
import { drawnText } from '../../strings/strings';
import { type Box, type Line, placeNames } from '../plans/labelPlaces';
import type { ChartPoint } from '../plans/plan';

type Drawn = { point: ChartPoint; x: number; y: number; radius: number };

/** Names of the points that have one, where they cover nothing; those without room are left out. */
export function drawPointNames(chart: Chart, theme: Theme): void {
  const { ctx, chartArea } = chart;
  const drawn = drawnPoints(chart);
  const named = drawn.flat().filter(({ point }) => point.label);
  if (named.length === 0) return;
  const size = Math.round(theme.fontSize * 0.85);
  ctx.save();
  ctx.font = `${size}px ${theme.fontFamily}`;
  const texts = named.map(({ point }) => drawnText(point.label!));
  const places = placeNames(
    named.map(({ x, y, radius }, i) => ({ x, y, radius, width: ctx.measureText(texts[i]!).width })),
    Math.round(size * 1.2),
    { marks: drawn.flat().flatMap((one) => marksOf(chart, one)), lines: linesOf(chart, drawn), area: chartArea },
  );
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  ctx.setLineDash([]);
  places.forEach((place, i) => {
    if (!place) return;
    if (place.leader) {
      ctx.strokeStyle = theme.faint;
      ctx.lineWidth = 1;
      ctx.beginPath();
      ctx.moveTo(place.leader.x, place.leader.y);
      ctx.lineTo(named[i]!.x, named[i]!.y);
      ctx.stroke();
    }
    const y = (place.top + place.bottom) / 2;
    // A halo keeps the name legible across lines.
    ctx.strokeStyle = theme.background;
    ctx.lineWidth = 3;
    ctx.strokeText(texts[i]!, place.left, y);
    ctx.fillStyle = theme.foreground;
    ctx.fillText(texts[i]!, place.left, y);
  });
  ctx.restore();
}

/** Of each series, in order. */
function drawnPoints(chart: Chart): Drawn[][] {
  return chart.data.datasets.map((dataset, d) => {
    const { data: elements } = chart.getDatasetMeta(d);
    return (dataset.data as unknown as ChartPoint[]).flatMap((point, i): Drawn[] => {
      const at = elements[i];
      if (!at || !Number.isFinite(at.x) || !Number.isFinite(at.y)) return [];
      const radius = Number((at.options as { radius?: number }).radius ?? 0);
      return [{ point, x: at.x, y: at.y, radius: radius + 1 }];
    });
  });
}

/** The mark itself, and the bars of its intervals. */
function marksOf({ scales }: Chart, { point, x, y, radius }: Drawn): Box[] {
  const pixel = (axis: 'x' | 'y', value: number) => scales[axis]!.getPixelForValue(value);
  const boxes: Box[] = [{ left: x - radius, top: y - radius, right: x + radius, bottom: y + radius }];
  if (point.low != null && point.high != null) {
    boxes.push({ left: x - 5, top: pixel('y', point.high), right: x + 5, bottom: pixel('y', point.low) });
  }
  if (point.xLow != null && point.xHigh != null) {
    boxes.push({ left: pixel('x', point.xLow), top: y - 5, right: pixel('x', point.xHigh), bottom: y + 5 });
  }
  return boxes;
}

function linesOf(chart: Chart, drawn: readonly Drawn[][]): Line[] {
  return drawn.flatMap((points, d) =>
    (chart.data.datasets[d] as { showLine?: boolean }).showLine === false
      ? []
      : points.slice(1).map((to, i) => ({ from: points[i]!, to })),
  );
}

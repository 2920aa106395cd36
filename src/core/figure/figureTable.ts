import type { Table } from '../words/table';
import { describeNumber } from '../words/units';
import type { Figure, FigureLayer } from './figureSchema';

/** Four digits: F1 scores of models lie so near each other. */
const text = (value: number | null) => (value === null ? null : describeNumber(value, 4));

/** Every point of a figure as a row, with the ends of its intervals; layers whose axes differ have a table each. */
export function figureTables({ x, y, share, size, layers }: Figure): { title: string; table: Table }[] {
  const groups = new Map<string, { axes: { x: string; y: string }; layers: FigureLayer[] }>();
  for (const layer of layers) {
    if (layer.points.length === 0) continue;
    const axes = layer.axes ?? { x: x.title, y: y.title };
    const group = groups.get(`${axes.x}|${axes.y}`) ?? { axes, layers: [] };
    group.layers.push(layer);
    groups.set(`${axes.x}|${axes.y}`, group);
  }
  return [...groups.values()].map(({ axes, layers: shown }) => ({
    title: shown.map(({ title }) => title).join('; '),
    table: {
      columns: [
        ...['layer', 'point', axes.x, axes.y, 'from', 'to'],
        ...(share ? [`${share.title} %`] : []),
        ...(size ? [size.title] : []),
      ],
      rows: shown.flatMap(({ id, points }) =>
        points.map((point) => [
          ...[
            id,
            point.label ?? point.words[0] ?? null,
            text(point.x),
            text(point.y),
            text(point.yLow),
            text(point.yHigh),
          ],
          ...(share ? [point.share === null ? null : 100 * point.share] : []),
          ...(size ? [point.size] : []),
        ]),
      ),
    },
  }));
}

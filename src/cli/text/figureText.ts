import type { Figure } from '../../core/figure/figureSchema';
import { figureTables } from '../../core/figure/figureTable';
import { tableText } from './analysisText';
import { oneLine } from './output';
import type { Style } from './style';

/** A figure for a terminal: its points, what it says, what a reader must know, and where its numbers come from. */
export function figureText(figure: Figure, style: Style, width = Number.POSITIVE_INFINITY): string {
  const missing = figure.layers.filter(({ points }) => points.length === 0);
  const lines = [
    style.bold(oneLine(figure.title)),
    '',
    ...figureTables(figure).flatMap(({ title, table }) => [oneLine(title), tableText(table, width), '']),
    style.bold(oneLine(figure.sentence)),
    ...missing.map(({ title, missing: why }) => style.yellow(oneLine(`${title}: ${why ?? 'no points'}`))),
    ...figure.notes.map(oneLine),
    oneLine(figure.source),
    '',
  ];
  return `${lines.join('\n')}\n`;
}

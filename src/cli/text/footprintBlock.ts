import type { Footprint } from '../../core/footprint/footprintSchema';
import { footprintText, footprintTitle } from '../../core/footprint/footprintText';
import { tableText } from './analysisText';
import { oneLine } from './output';
import type { Style } from './style';

/** Carbon and cost below a run's result: heading, tables as wide as the terminal, the sentence, and what they are made of. */
export function footprintBlock(
  footprint: Footprint,
  shown: Parameters<typeof footprintText>[1],
  style: Style,
  width: number,
): string[] {
  const { sentence, tables, notes } = footprintText(footprint, shown);
  const heading = footprint.measured ? footprintTitle : `${footprintTitle} [ESTIMATED]`;
  return [
    style.bold(heading),
    ...tables.flatMap(({ table }) => [tableText(table, width), '']),
    style.bold(oneLine(sentence)),
    ...notes.map((note) => `  ${oneLine(note)}`),
  ];
}

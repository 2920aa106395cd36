import type { RunEvent } from '../../core/run/events';
import type { Style } from './style';

/** Steps that the session takes once, for both runs. */
const sharedSteps = new Set(['rest', 'idle', 'heat', 'instruments']);

/**
 * The lines of two runs that are measured in turns, on one terminal: A or B stands before what is of one of them, and what both logs say,
 * since it is of the machine, is told once.
 *
 * @returns told an event, on which side (0, 1), and the lines that it is worth; the lines to show
 */
export function createPairLines(style: Style): (event: RunEvent, side: number, lines: readonly string[]) => string[] {
  const told = new Set<string>();
  return (event, side, lines) => {
    const isOfMachine =
      event.type === 'source.opened' ||
      event.type === 'machine.looked' ||
      event.type === 'warning' ||
      event.type === 'session.started' ||
      (event.type === 'step' && sharedSteps.has(event.step));
    if (!isOfMachine) return lines.map((line) => `${style.bold(side === 0 ? 'A' : 'B')} ${line}`);
    // A rest comes again, before each block, in both logs alike: the second one says no more.
    if (event.type === 'step') return side === 0 ? [...lines] : [];
    const fresh = lines.filter((line) => !told.has(line));
    for (const line of fresh) told.add(line);
    return fresh;
  };
}

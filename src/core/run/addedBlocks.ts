import { mostBlocks } from '../spec/mostBlocks';
import type { NewEvent } from './events';
import type { Run } from './fold';

type Added = Extract<NewEvent, { type: 'blocks.added' }>;

/** The block that a run ends with at the latest, as it stands now. */
export function lastBlockOf({ spec, addedBlocks }: Pick<Run, 'spec' | 'addedBlocks'>): number {
  return addedBlocks.at(-1)?.upToBlock ?? spec.measure.repeats.max;
}

/** How many blocks can still be added to a run: an experiment may ask for `mostBlocks` at most, and so may whoever adds. */
export const blocksLeftToAdd = ({ blocksFinished }: Pick<Run, 'blocksFinished'>) =>
  Math.max(0, mostBlocks - blocksFinished);

/**
 * What is written down when so many more blocks are wanted of a run that has ended. They count from its last finished block,
 * so that whoever asks again after a start that failed asks for the same. Of a run that was interrupted none is taken
 * away that was planned already: null where those are as many, and going on is all there is to do.
 *
 * @param run before the session that measures them
 * @param isSatisfied whether the stopping rule would end the run here (`isSatisfied` in `stopping.ts`)
 */
export function blocksToAdd(run: Run, blocks: number, isSatisfied: boolean): Added | null {
  const afterBlock = run.blocksFinished;
  const upToBlock = afterBlock + blocks;
  const isComplete = run.sessions.at(-1)?.end?.reason === 'complete';
  if (!isComplete && upToBlock <= lastBlockOf(run)) return null;
  return { type: 'blocks.added', blocks, afterBlock, upToBlock, untilVerdict: !isSatisfied };
}

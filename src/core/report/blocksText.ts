import type { RunFacts } from './report';

/** `12 + 5 blocks`, of a run that blocks were added to after it had ended; null of others, whose table says how many. */
export function blocksText({ blocks, addedBlocks }: Pick<RunFacts['run'], 'blocks' | 'addedBlocks'>): string | null {
  if (!addedBlocks) return null;
  return `${addedBlocks.afterBlock} + ${blocks - addedBlocks.afterBlock} blocks`;
}

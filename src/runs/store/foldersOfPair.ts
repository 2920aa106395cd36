import { basename, dirname, join } from 'node:path';
import { ExpectedError } from '../../core/failure/expectedError';
import { foldRun, type Run } from '../../core/run/fold';
import { eventBlocks } from './eventLog';
import { eventsFile } from './folders';

/**
 * The folder of the run that this one is interleaved with: it lies beside it. null where it is interleaved with none.
 *
 * @throws ExpectedError `run-not-found` where it is not there, or another run is
 */
function otherOfPair(folder: string, { runId, created }: Pick<Run, 'runId' | 'created'>): string | null {
  if (!created.interleaved) return null;
  const { other } = created.interleaved;
  const place = join(dirname(folder), other.folder);
  const there = firstOf(place);
  if (there?.runId === other.runId && there.interleaved?.other.runId === runId) return place;
  throw new ExpectedError(
    'run-not-found',
    `${runId} was measured in turns with ${other.runId} ("${other.name}"), which is not in ${place}: put both folders beside each other, that one as "${basename(place)}"`,
  );
}

/** Both folders of a pair, the first experiment's first; of any other run its own alone. @throws ExpectedError */
export function foldersOfPair(folder: string, run: Pick<Run, 'runId' | 'created'>): string[] {
  const other = otherOfPair(folder, run);
  if (other === null) return [folder];
  return run.created.interleaved?.side === 'A' ? [folder, other] : [other, folder];
}

function firstOf(folder: string): Run['created'] | null {
  try {
    const blocks = eventBlocks(eventsFile(folder), 0, 1);
    const [first] = blocks.next().value?.events ?? [];
    blocks.return();
    return first ? foldRun([first]).created : null;
  } catch {
    return null;
  }
}

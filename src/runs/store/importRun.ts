import { existsSync, renameSync, rmdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ExpectedError } from '../../core/failure/expectedError';
import type { NewEvent } from '../../core/run/events';
import { isDiskFull } from '../../machine/smallFile';
import { openEventLog } from './eventLog';
import { eventsFile } from './folders';
import { createRunFolder, loadRun } from './runFolder';

/**
 * Writes a run that was made elsewhere as a folder of ours: all of it or nothing, so that a full disk leaves no half of a run.
 *
 * @throws ExpectedError where the folder holds something, cannot be made or cannot be written
 */
export function importRun(folder: string, events: readonly NewEvent[]): void {
  // What may not be there is refused before anything is written.
  createRunFolder(folder);
  const beside = join(dirname(folder), `.${basename(folder)}.${process.pid}`);
  try {
    createRunFolder(beside);
    const log = openEventLog(eventsFile(beside));
    try {
      events.forEach((event, i) => log.append(event, i === events.length - 1));
    } finally {
      log.close();
    }
    // Read as everybody will read it.
    loadRun(beside);
    rmdirSync(folder);
    renameSync(beside, folder);
  } catch (error) {
    rmSync(beside, { recursive: true, force: true });
    if (existsSync(folder)) rmdirSync(folder);
    if (error instanceof ExpectedError) throw error;
    const problem = `${folder} cannot be written: ${(error as Error).message}`;
    throw new ExpectedError(isDiskFull(error) ? 'disk-full' : 'run-folder', problem);
  }
}

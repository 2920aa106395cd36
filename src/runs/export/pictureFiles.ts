import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import type { Picture, PicturesModule } from '../../core/panel/page/pictures';
import { readRun, runMessages } from './runMessages';

/**
 * All charts and figures of a run as SVG.
 *
 * @param pageFolder where pictures.js lies: beside the program's bundle
 * @throws RunNotFound, LogError; Error where pictures.js is missing
 */
export function runPictures(runFolder: string, pageFolder: string): Picture[] {
  const messages = runMessages(readRun(runFolder));
  return picturesModule(pageFolder).picturesOf(messages);
}

function picturesModule(pageFolder: string): PicturesModule {
  const file = resolve(pageFolder, 'pictures.js');
  try {
    return createRequire(file)(file) as PicturesModule;
  } catch (error) {
    throw new Error(`what draws the pictures is not beside the program: ${(error as Error).message}`);
  }
}

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { figuresFolder } from '../../core/bundle/bundleFiles';
import type { Picture, PicturesModule } from '../../core/panel/page/pictures';
import { readRun, runMessages } from './runMessages';
import type { ArchiveFile } from './zipArchive';

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

/** The same as files of a bundle; none where what draws them does not lie beside the program: it runs from its sources. */
export function bundledFigures(runFolder: string, pageFolder: string): ArchiveFile[] {
  if (!existsSync(resolve(pageFolder, 'pictures.js'))) return [];
  return runPictures(runFolder, pageFolder).map(({ name, svg }) => ({
    path: `${figuresFolder}/${name}`,
    bytes: Buffer.from(svg, 'utf8'),
  }));
}

function picturesModule(pageFolder: string): PicturesModule {
  const file = resolve(pageFolder, 'pictures.js');
  try {
    return createRequire(file)(file) as PicturesModule;
  } catch (error) {
    throw new Error(`what draws the pictures is not beside the program: ${(error as Error).message}`);
  }
}

import { join, resolve } from 'node:path';
import { build } from 'esbuild';

/** What draws the pictures of a run, as it lies beside the program. @param folder which then stands for the program's */
export const buildPicturesProgram = (folder: string) =>
  build({
    absWorkingDir: resolve(import.meta.dirname, '../..'),
    entryPoints: ['webview/pictures.ts'],
    ...{ outfile: join(folder, 'pictures.js'), bundle: true, platform: 'node', format: 'cjs', target: 'node20' },
    logLevel: 'error',
  });

import type { PicturesModule } from '../src/core/panel/page/pictures';
import { runPictures } from './parts/runPictures';

// Loaded by the program, beside which it lies: dist/pictures.js.
export const { picturesOf }: PicturesModule = { picturesOf: runPictures };

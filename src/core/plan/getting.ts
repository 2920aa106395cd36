import { publishedAt } from '../paper/materials';
import { builtinModels } from '../spec/builtinModels';
import type { Missing } from './foreseen';

/** How what an experiment names is got: facts about public files, as text. Nothing is downloaded. */

/** Images and annotations of COCO's validation set of 2017, by how files of it are called. */
const ofVal2017 = (path: string) => /val2017/i.test(path);

/** Images of COCO's validation set of 2017; of them 4,952 have objects. */
export const val2017Images = 5000;

/** What is known of a file or folder by its name alone; null: nothing. */
export function howToGet(kind: Missing['kind'], path: string): string | null {
  switch (kind) {
    case 'images':
      return ofVal2017(path) ? publishedAt.images : 'put the images there, or name where they are';
    case 'annotations':
      return ofVal2017(path) ? publishedAt.annotations : 'put the annotations there, or name where they are';
    case 'labels':
      return 'put the labels there, or name where they are';
    case 'weights':
      return howToGetWeights(path);
    default:
      return null;
  }
}

function howToGetWeights(path: string): string {
  const name = path.slice(path.search(/[^/\\]*$/));
  return officialModel(name) !== null
    ? `${name} is a file of ${publishedAt.weights}`
    : 'put the file there, or name where it is';
}

/** The built-in network whose official checkpoint is called so; null: none. */
export function officialModel(fileName: string): string | null {
  return builtinModels.find((model) => fileName.toLowerCase() === `${model}.pt`) ?? null;
}

import { basename, resolve } from 'node:path';
import { type GroundTruth, subsetOf } from '../../../core/accuracy/groundTruth';
import type { ImageSource } from '../../../core/spec/spec';
import { readCocoAnnotations } from './cocoAnnotations';
import { type LocatedImages, locateImages } from './dataset';
import { readYoloLabels } from './yoloLabels';

export type AnnotatedImages = {
  truth: GroundTruth;
  located: LocatedImages;
  /** The annotations' file or folder. */
  name: string;
  warnings: string[];
};

/** Whether an experiment's images come with what there is to find on them. */
export function isAnnotated({ coco, labels }: ImageSource): boolean {
  return coco !== undefined || labels !== undefined;
}

/**
 * The ground truth of an experiment's images with their files; null where there is none.
 *
 * @param most only so many images, the first by id
 * @throws DatasetError with the entry that is wrong
 */
export async function openAnnotatedImages(
  { coco, folder, labels }: ImageSource,
  baseDirectory: string,
  most?: number,
): Promise<AnnotatedImages | null> {
  if (coco !== undefined) {
    const { truth: all, warnings } = await readCocoAnnotations(resolve(baseDirectory, coco.annotations));
    const truth = subsetOf(all, { count: most });
    const located = await locateImages(truth.images, resolve(baseDirectory, coco.images));
    return { truth, located, name: basename(coco.annotations), warnings };
  }
  if (folder === undefined || labels === undefined) return null;
  const images = resolve(baseDirectory, folder);
  const { truth: all, warnings } = await readYoloLabels(resolve(baseDirectory, labels), images);
  const truth = subsetOf(all, { count: most });
  return { truth, located: await locateImages(truth.images, images), name: basename(labels), warnings };
}

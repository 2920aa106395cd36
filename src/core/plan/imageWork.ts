import type { Spec } from '../spec/spec';
import { stableJson } from '../words/stableJson';

/**
 * What of an experiment decides how much work an image is, besides model, split and size, as text to compare: the speed of other work
 * tells nothing. Inference alone takes any image as it takes another; a whole pass also reads and decodes the very images, finds boxes by
 * the weights, and with `images.rect` runs the shapes that the images have. How many images it goes over is left out.
 *
 * @param pathOf the same for the same file, from whichever folder it is named
 */
export function imageWork(
  { workload, settings = {}, weightsFile, images, accuracy, measure: { scope } }: Spec,
  pathOf: (path: string) => string,
): string {
  const { generated, folder, labels, coco, rect = false } = images;
  const path = (named: string | undefined) => (named === undefined ? null : pathOf(named));
  const pass = {
    ...{ rect, isGenerated: generated !== undefined, folder: path(folder), labels: path(labels) },
    ...{ coco: coco ? [pathOf(coco.images), pathOf(coco.annotations)] : null },
    ...{ weights: path(weightsFile), isEvaluated: accuracy.measure },
  };
  return stableJson({ workload, settings, scope, pass: scope === 'inference' ? null : pass });
}

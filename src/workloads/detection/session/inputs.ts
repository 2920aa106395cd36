import type { Size } from '../../../core/spec/spec';
import type { RectJob } from '../prepare/rectangles';

/** What rectangular batches need of a model: its stride, and tensors of the largest of its shapes for the look at its memory. */
export type ModelRectangles = RectJob & Size & { imagesFile: string };

/** What every trial of a session needs, made once before the first. */
export type DetectionInputs = {
  /** Model as the experiment names it → file to load. */
  modelFiles: Map<string, string>;
  /** Models with random weights. */
  untrained: Set<string>;
  /** Models whose file takes one batch size only. */
  fixedBatchModels: Set<string>;
  /** Of the images that go into a model, pixels. */
  height: number;
  width: number;
  /** Their tensors. */
  imagesFile: string;
  /** By model, where batches have a shape each (`images.rect`); empty else. */
  rectangles: ReadonlyMap<string, ModelRectangles>;
};

import type { Size, Spec } from './spec';
import type { SpecIssue } from './specIssues';

/** What a model fixes of its images [N, 3, height, width]; null: free. */
export type FixedSizes = { batch: number | null; height: number | null; width: number | null };

/** By model as the experiment names it. A model that is not here leaves every size free. */
export type ModelSizes = ReadonlyMap<string, FixedSizes>;

export const usualImageSide = 640;

/** How the usual exporters leave the batch size free. */
export const freeBatchExport =
  'export it with a free batch size (YOLOv7’s export.py: --dynamic-batch; YOLOv5’s: --dynamic; torch.onnx.export: dynamic_axes={"images": {0: "batch"}})';

/** How the usual exporters leave height and width free. */
export const freeSizeExport =
  'for images of several shapes (images.rect) export it with free height and width (YOLOv7’s export.py: --grid --dynamic; YOLOv5’s: --dynamic; torch.onnx.export: dynamic_axes={"images": {0: "batch", 2: "height", 3: "width"}})';

/** The size of the images of a run: what the experiment says, else what its models are fixed to, else 640 × 640 pixels. */
export function imageSizeOf({ imageSize }: Pick<Spec, 'imageSize'>, sizes: ModelSizes): Size {
  if (typeof imageSize === 'number') return { height: imageSize, width: imageSize };
  if (imageSize) return { height: imageSize[0], width: imageSize[1] };
  const side = (name: 'height' | 'width') =>
    [...sizes.values()].map((fixed) => fixed[name]).find((pixels) => pixels !== null) ?? usualImageSide;
  return { height: side('height'), width: side('width') };
}

/** What keeps models from being measured with the image size and the batch sizes of the experiment. */
export function sizeErrors(
  spec: Pick<Spec, 'imageSize' | 'batchSizes' | 'models' | 'images'>,
  sizes: ModelSizes,
): SpecIssue[] {
  if (!spec.images.rect) return [...imageSizeErrors(spec, sizes), ...batchSizeErrors(spec, sizes)];
  const { free, fixed } = bySize(sizes);
  if (fixed.length < spec.models.length) return batchSizeErrors(spec, free);
  const message = `none of the models takes images of several shapes (images.rect): ${fixed.map(sizeOf).join(', ')}`;
  return [
    { path: ['models'], at: 'value', message, allowed: `a built-in name, a cfg or a checkpoint; ${freeSizeExport}` },
  ];
}

/** Models that cannot run batches of a shape each, and batch sizes that a model leaves out. */
export function sizeWarnings(
  { batchSizes, images }: Pick<Spec, 'batchSizes' | 'images'>,
  sizes: ModelSizes,
): SpecIssue[] {
  const { free, fixed } = images.rect ? bySize(sizes) : { free: sizes, fixed: [] };
  const leftOut = fixed.map((each): SpecIssue => {
    const message = `${sizeOf(each)}, so it is left out: ${freeSizeExport}`;
    return { path: ['models'], at: 'value', message, allowed: null };
  });
  return [...leftOut, ...batchSizeWarnings(batchSizes, free)];
}

type SizedModel = [model: string, fixed: FixedSizes];

/** Models whose height and width are free, and the others. */
function bySize(sizes: ModelSizes): { free: ModelSizes; fixed: SizedModel[] } {
  const isFixed = ([, { height, width }]: SizedModel) => height !== null || width !== null;
  const all = [...sizes];
  return { free: new Map(all.filter((each) => !isFixed(each))), fixed: all.filter(isFixed) };
}

const sizeOf = ([model, fixed]: SizedModel) => `${model} takes images of ${pixels(fixed)} pixels only`;

function batchSizeWarnings(batchSizes: Spec['batchSizes'], sizes: ModelSizes): SpecIssue[] {
  return [...sizes].flatMap(([model, { batch }]) => {
    if (batch === null || !batchSizes.includes(batch) || batchSizes.length === 1) return [];
    const message = `${model} takes batches of ${batch} only, so the others are left out; to compare them, ${freeBatchExport}`;
    return [{ path: ['batchSizes'], at: 'value' as const, message, allowed: null }];
  });
}

function imageSizeErrors(spec: Pick<Spec, 'imageSize'>, sizes: ModelSizes): SpecIssue[] {
  const fixed = [...sizes].filter(([, { height, width }]) => height !== null || width !== null);
  const common = imageSizeOf({ imageSize: undefined }, sizes);
  if (fixed.some(([, size]) => !fits(size, common))) {
    const each = fixed.map(([model, size]) => `${model} ${pixels(size)}`).join(', ');
    const message = `these models take images of different sizes: ${each}`;
    return [{ path: ['models'], at: 'value', message, allowed: 'models of one size; an experiment for each size' }];
  }
  const asked = imageSizeOf(spec, sizes);
  const other = fixed.find(([, size]) => !fits(size, asked));
  if (!other) return [];
  const [model, size] = other;
  const { height, width } = { height: size.height ?? asked.height, width: size.width ?? asked.width };
  const mended = height === width ? `${height}` : `[${height}, ${width}]`;
  const message = `${model} takes images of ${pixels(size)} pixels`;
  return [{ path: ['imageSize'], at: 'value', message, allowed: `${mended}, or no imageSize: then it is the model’s` }];
}

function batchSizeErrors({ batchSizes }: Pick<Spec, 'batchSizes'>, sizes: ModelSizes): SpecIssue[] {
  return [...sizes].flatMap(([model, { batch }]) => {
    if (batch === null || batchSizes.includes(batch)) return [];
    const message = `${model} takes batches of ${batch} only`;
    return [
      { path: ['batchSizes'], at: 'value' as const, message, allowed: `${batch}; for others, ${freeBatchExport}` },
    ];
  });
}

const fits = (fixed: FixedSizes, { height, width }: Size) =>
  (fixed.height ?? height) === height && (fixed.width ?? width) === width;

const pixels = ({ height, width }: FixedSizes) => `${height ?? 'any'}×${width ?? 'any'}`;

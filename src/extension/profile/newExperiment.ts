import { type FixedSizes, imageSizeOf } from '../../core/spec/modelSizes';
import { type Sla, type SpecInput, specSchema } from '../../core/spec/spec';

/** What a person answers about a model that is to be profiled; kept, so that nothing is asked twice. */
export type Answers = {
  batchSizes: number[];
  /** The batch size that is in use; null or left out: none yet. */
  current?: number | null;
  images: SpecInput['images'];
  /** null: no limit. */
  sla: Pick<Sla, 'requestLatencyMs' | 'arrivalRate'> | null;
  /** How long to measure; left out: thorough. */
  effort?: Effort;
};

export type Effort = 'quick' | 'thorough';
/** Thorough is what an experiment does that says nothing; quick tells large differences apart. */
const quickMeasure: SpecInput['measure'] = {
  idleSeconds: 3,
  warmupSeconds: 0.5,
  windowSeconds: 1.5,
  repeats: { min: 5, max: 8 },
};

/** What a memory or another extension holds as answers, as far as it can be used. */
export function readAnswers(value: unknown): Partial<Answers> {
  if (typeof value !== 'object' || value === null) return {};
  const { batchSizes, current, images, sla, effort } = value as Record<string, unknown>;
  const answers: Partial<Answers> = {};
  if (Array.isArray(batchSizes) && batchSizes.length > 0 && batchSizes.every(isBatchSize)) {
    answers.batchSizes = [...new Set(batchSizes)].sort((a, b) => a - b);
  }
  if (typeof images === 'object' && images !== null) answers.images = images as NonNullable<Answers['images']>;
  if (current === null || isBatchSize(current)) answers.current = current;
  if (effort === 'quick' || effort === 'thorough') answers.effort = effort;
  if (sla === null) answers.sla = null;
  if (typeof sla === 'object' && sla !== null) {
    const { requestLatencyMs, arrivalRate } = sla as Record<string, unknown>;
    if (isPositive(requestLatencyMs) && isPositive(arrivalRate)) answers.sla = { requestLatencyMs, arrivalRate };
  }
  return answers;
}

const isBatchSize = (value: unknown): value is number =>
  Number.isInteger(value) && isPositive(value) && value <= 65_536;
const isPositive = (value: unknown): value is number =>
  typeof value === 'number' && value > 0 && Number.isFinite(value);

/** `1, 2, 4` → [1, 2, 4], ascending; null where it is anything else. */
export function parseBatchSizes(text: string): number[] | null {
  const parts = text.split(/[\s,;]+/).filter(Boolean);
  const sizes = parts.map((part) => (/^\d+$/.test(part) ? Number(part) : 0));
  return readAnswers({ batchSizes: sizes }).batchSizes ?? null;
}

/** `yolov7-tiny`, `best`: a name for the experiment of a model. */
export const modelName = (model: string) =>
  (model.split(/[\\/]/).at(-1) ?? model).replace(/\.(ya?ml|onnx|pt)$/i, '') || 'model';

/**
 * @param model a built-in name, or a path relative to where the experiment is written
 * @param fixed what the model fixes of its images
 */
export function experimentOf(
  model: string,
  { batchSizes, current, images, sla, effort }: Answers,
  fixed: FixedSizes,
): SpecInput {
  const { height, width } = imageSizeOf({ imageSize: undefined }, new Map([[model, fixed]]));
  // One that experiments cannot name is left to the model.
  const imageSize = specSchema.shape.imageSize.safeParse(height === width ? height : [height, width]);
  const isFixed = fixed.height !== null || fixed.width !== null;
  return {
    name: `${modelName(model)} sweep`,
    models: [model],
    batchSizes,
    ...(isFixed && imageSize.success && { imageSize: imageSize.data }),
    ...(images && { images }),
    ...(current && { current: { batchSize: current } }),
    ...(sla && { sla: { ...sla, percentile: 95 } }),
    ...(effort === 'quick' && { measure: quickMeasure }),
  };
}

/** A path as an experiment names it: with `/` on every system, and never mistaken for a built-in name. */
export function relativeModel(relativePath: string): string {
  const path = relativePath.replaceAll('\\', '/');
  return path.startsWith('.') || path.startsWith('/') || /^[A-Za-z]:/.test(path) ? path : `./${path}`;
}

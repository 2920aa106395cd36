import type { EngineSession } from '../../workload';
import { isAnnotated } from '../data/annotatedImages';
import type { EndToEndJob, InferenceJob } from '../modes/detectionJob';
import type { RectJob } from '../prepare/rectangles';
import type { DetectionInputs } from './inputs';

/** What of a configuration a trial is told. */
type Chosen = Pick<InferenceJob, 'batchSize' | 'threads' | 'spinning'> & { model: string };

/** In the mode that the experiment asks for. */
export function trialJob(
  { run, baseFolder }: Pick<EngineSession, 'run' | 'baseFolder'>,
  inputs: DetectionInputs,
  chosen: Chosen,
): InferenceJob | EndToEndJob {
  const { images, accuracy, measure } = run.spec;
  if (measure.scope === 'inference') return inferenceJob(inputs, chosen);
  // Random detections are not worth evaluating.
  const evaluate = accuracy.measure && isAnnotated(images) && !inputs.untrained.has(chosen.model);
  // A whole process has no time outside its window: there the accuracy is found out before (`accuracyPass.ts`).
  const isPass = measure.scope === 'end-to-end';
  const sample = isPass && evaluate && run.accuracies.get(chosen.model)?.type !== 'accuracy.measured';
  const timed = isPass ? 'batch' : 'inference';
  return {
    ...{ mode: 'end-to-end', ...sharedPart(inputs, chosen), images, baseDirectory: baseFolder },
    ...{ evaluate, sample, timed, ...rectPart(inputs, chosen.model) },
  };
}

export function inferenceJob(inputs: DetectionInputs, chosen: Chosen): InferenceJob {
  return { mode: 'inference', ...sharedPart(inputs, chosen), imagesFile: inputs.imagesFile };
}

/** Of rectangular batches, what a process is told. */
export function rectPart({ rectangles }: Pick<DetectionInputs, 'rectangles'>, model: string): { rect?: RectJob } {
  const own = rectangles.get(model);
  return own ? { rect: { sizesFile: own.sizesFile, stride: own.stride } } : {};
}

function sharedPart({ modelFiles, height, width }: DetectionInputs, { model, batchSize, threads, spinning }: Chosen) {
  const modelFile = modelFiles.get(model);
  if (!modelFile) throw new Error(`${model} was not prepared`);
  return { modelFile, batchSize, threads, spinning, height, width };
}

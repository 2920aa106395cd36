import { cocoCategories } from '../../../core/accuracy/cocoCategories';
import type { Size } from '../../../core/spec/spec';
import { type AnchorSet, anchorsByName } from '../../../models/yolo/anchorSets';
import { type Recognised, recogniseOutputs } from './detectorLayout';
import { parseNames, readMetadata } from '../../../models/onnx/metadata';
import { ModelError } from '../../../models/modelError';
import { fixedSizes, requireSize } from '../../../models/onnx/onnxInput';
import { InferenceError, openSession, type Session, type SessionOptions } from '../../../models/onnx/session';
import { BatchError, explainFailure, runBlack } from '../../../models/onnx/workingBatches';

/** A model that finds boxes, opened and understood. */
export type Detector = Recognised & {
  session: Session;
  /** Of the input, pixels. */
  size: Size;
  /** Batch size that the model is fixed to; null: any. */
  fixedBatch: number | null;
  /** By class index; null where neither the file nor the number of classes tells. */
  classNames: readonly string[] | null;
};

/**
 * Opens a model file, runs it once on a black image, and recognises what its outputs mean.
 *
 * @param options `anchors`: of raw heads, where the user names them; else the file's name decides. `batchSize`: that is
 *   asked for, of a model that does not run a single image
 * @throws ModelError when the model cannot be loaded, takes other images, or is no known detector
 */
export async function openDetector(
  file: string,
  options: SessionOptions & { size: Size; anchors?: AnchorSet; batchSize?: number | undefined },
): Promise<Detector> {
  const { size, batchSize } = options;
  const metadata = readMetadata(file);
  const session = await openSession(file, options);
  try {
    const fixed = fixedSizes(session.inputShape);
    requireSize(file, fixed, size);
    const { outputs, fixedBatch } = await firstRun(session, size, fixed.batch, batchSize);
    const anchors = options.anchors ?? anchorsByName(file);
    const recognised = recogniseOutputs(outputs, { size, anchors });
    return { ...recognised, session, size, fixedBatch, classNames: namesOf(file, metadata, recognised) };
  } catch (error) {
    await session.release();
    throw error;
  }
}

/** On one image; a model that cannot do that may still run the batch asked for, and is then fixed to it. */
async function firstRun(session: Session, size: Size, stated: number | null, asked = 1) {
  const batch = stated ?? 1;
  try {
    return { outputs: await runBlack(session, batch, size), fixedBatch: stated };
  } catch (error) {
    if (!(error instanceof InferenceError)) throw error;
    const explained = await explainFailure({ session, size, batch, error, alsoTry: [asked] });
    if (stated !== null || !(explained instanceof BatchError) || !explained.works.includes(asked)) throw explained;
    return { outputs: await runBlack(session, asked, size), fixedBatch: asked };
  }
}

function namesOf(file: string, metadata: Map<string, string>, { layout }: Recognised): readonly string[] | null {
  const classes = 'classes' in layout ? layout.classes : null;
  const text = metadata.get('names');
  if (text !== undefined) {
    const names = parseNames(text);
    if (names === null)
      throw new ModelError(`${file}: its metadata "names" is neither a list nor a dictionary of names`);
    if (classes !== null && names.length !== classes)
      throw new ModelError(`${file}: its metadata has ${names.length} names, but its output ${classes} classes`);
    return names;
  }
  return classes === cocoCategories.length ? cocoCategories.map(({ name }) => name) : null;
}

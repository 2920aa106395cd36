import { cocoCategories } from '../core/accuracy/cocoCategories';
import type { Size } from '../core/spec/spec';
import { type AnchorSet, anchorsByName } from './anchorSets';
import { type Recognised, recogniseOutputs } from './detectorLayout';
import { parseNames, readMetadata } from './metadata';
import { ModelError } from './modelError';
import { fixedSizes, requireSize } from './onnxInput';
import { openSession, type Session, type SessionOptions } from './session';

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
 * @param options `anchors`: of raw heads, where the user names them; else the file's name decides
 * @throws ModelError when the model cannot be loaded, takes other images, or is no known detector
 */
export async function openDetector(
  file: string,
  options: SessionOptions & { size: Size; anchors?: AnchorSet },
): Promise<Detector> {
  const { size } = options;
  const metadata = readMetadata(file);
  const session = await openSession(file, options);
  try {
    const fixed = fixedSizes(session.inputShape);
    requireSize(file, fixed, size);
    const fixedBatch = fixed.batch;
    const anchors = options.anchors ?? anchorsByName(file);
    const recognised = recogniseOutputs(await probe(session, fixedBatch ?? 1, size), { size, anchors });
    return { ...recognised, session, size, fixedBatch, classNames: namesOf(file, metadata, recognised) };
  } catch (error) {
    await session.release();
    if (error instanceof ModelError) throw error;
    throw new ModelError(`${file} cannot be run on ${size.height}×${size.width} pixels: ${(error as Error).message}`);
  }
}

function probe(session: Session, batch: number, { height, width }: Size) {
  const values = batch * 3 * height * width;
  const black = session.inputType === 'uint8' ? new Uint8Array(values) : new Float32Array(values);
  return session.run(black, [batch, 3, height, width]);
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

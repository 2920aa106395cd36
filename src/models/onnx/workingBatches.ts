import { freeBatchExport } from '../../core/spec/modelSizes';
import type { Size } from '../../core/spec/spec';
import { ModelError } from '../modelError';
import { InferenceError, type Output, type Session } from './session';

/** A model that takes other batches than the one asked for. */
export class BatchError extends ModelError {
  constructor(
    message: string,
    /** Batch sizes that were seen to work. */
    readonly works: readonly number[],
  ) {
    super(message);
  }
}

const usuallyTried = [1, 2, 3, 4, 8, 16];
/** Beyond these nothing more is tried. */
const mostSeconds = 10;
const mostBytes = 256 * 1024 * 1024;

export type BatchFailure = {
  session: Session;
  /** Of the input, pixels. */
  size: Size;
  /** That failed. */
  batch: number;
  error: InferenceError;
  /** Beside the usual sizes. */
  alsoTry?: readonly number[];
};

/** Runs a model on black images. */
export function runBlack(session: Session, batch: number, { height, width }: Size): Promise<Record<string, Output>> {
  const values = batch * 3 * height * width;
  const black = session.inputType === 'uint8' ? new Uint8Array(values) : new Float32Array(values);
  return session.run(black, [batch, 3, height, width]);
}

/**
 * Tries which batches a model runs that failed at one, and puts them into words with the way to export others.
 *
 * @returns what is to be thrown: the error itself, where it has nothing to do with the batch
 */
export async function explainFailure({ session, size, batch, error, alsoTry = [] }: BatchFailure): Promise<ModelError> {
  if (error.code === 'out-of-memory') return error;
  const candidates = [...new Set([...usuallyTried, ...alsoTry, batch])].sort((a, b) => a - b);
  const works: number[] = [];
  const fails: number[] = [];
  const until = performance.now() + mostSeconds * 1000;
  for (const candidate of candidates) {
    const bytes = candidate * 3 * size.height * size.width * (session.inputType === 'uint8' ? 1 : 4);
    if (candidate !== batch && (performance.now() > until || bytes > mostBytes)) continue;
    try {
      await runBlack(session, candidate, size);
      works.push(candidate);
    } catch (reason) {
      if (!(reason instanceof InferenceError)) throw reason;
      fails.push(candidate);
    }
  }
  // What works on black images fails for another reason.
  if (works.includes(batch)) return error;
  const { file, reason } = error;
  const others = fails.filter((size) => size !== batch);
  if (works.length === 0) {
    const tried = others.length > 0 ? ` (nor of ${others.join(', ')})` : '';
    const at = `${size.height}×${size.width} pixels`;
    return new BatchError(`${file} cannot be run on ${at}, in batches of ${batch}${tried}: ${reason}`, works);
  }
  const not = others.length > 0 ? `, not of ${others.join(', ')}` : '';
  return new BatchError(
    `${file} fails at batches of ${batch}: ${reason}; it runs batches of ${works.join(', ')}${not}: use these, or ${freeBatchExport}`,
    works,
  );
}

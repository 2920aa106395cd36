import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { openDetector } from '../../../../src/workloads/detection/detector/detector';
import { ModelError } from '../../../../src/models/modelError';
import { InferenceError, openSession, type Session } from '../../../../src/models/onnx/session';
import { type BatchError, explainFailure, runBlack } from '../../../../src/models/onnx/workingBatches';
import { writeBakedModel } from '../../../support/faultyModels';

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-batches-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'baked.onnx');
const size = { height: 64, width: 64 };
const options = { instances: 1, threads: 1, spinning: false };

const failureOf = async (run: Promise<unknown>) =>
  run.then(
    () => {
      throw new Error('it ran');
    },
    (error: unknown) => error as InferenceError,
  );

describe('a model that says any batch and runs only some', () => {
  it.each([
    [1, 4, [], 'of 1, not of 2, 3, 8, 16: use these'],
    [4, 1, [], 'of 4, not of 2, 3, 8, 16: use these'],
    [6, 2, [6], 'of 6, not of 1, 3, 4, 8, 16: use these'],
  ])('of %i fails at %i saying so, and how to export others', async (inside, batch, alsoTry, told) => {
    writeBakedModel(file, { inside });
    const session = await openSession(file, options);
    const error = await failureOf(runBlack(session, batch, size));
    expect(error).toBeInstanceOf(InferenceError);
    const explained = (await explainFailure({ session, size, batch, error, alsoTry })) as BatchError;
    expect(explained).toBeInstanceOf(ModelError);
    expect(explained.works).toEqual([inside]);
    const { message } = explained;
    expect(message).toContain(
      `baked.onnx fails at batches of ${batch}: its Reshape flat: The input tensor cannot be resh`,
    );
    expect(message).toContain(`; it runs batches ${told}, or export it with a free batch size (`);
    // One line, and nothing of where in its own source the library noticed.
    expect(message).not.toMatch(/\n|onnxruntime|was false/);
    await session.release();
  });

  it('is opened as a detector of the batch that it runs, where that is asked for', async () => {
    writeBakedModel(file, { inside: 4 });
    const detector = await openDetector(file, { ...options, size, batchSize: 4 });
    expect(detector.fixedBatch).toBe(4);
    await detector.session.release();
    await expect(openDetector(file, { ...options, size, batchSize: 3 })).rejects.toThrow(
      /it runs batches of 4, not of 2/,
    );
    writeBakedModel(file, { inside: 1 });
    const single = await openDetector(file, { ...options, size, batchSize: 4 });
    expect(single.fixedBatch).toBeNull();
    await single.session.release();
  });

  it('is told of when no batch works', async () => {
    writeBakedModel(file, { inside: 99 });
    await expect(openDetector(file, { ...options, size })).rejects.toThrow(
      /baked\.onnx cannot be run on 64×64 pixels, in batches of 1 \(nor of 2, 3, 4, 8, 16\): its Reshape/,
    );
  });
});

describe('a failure that is not the batch’s', () => {
  const session = (run: Session['run']): Session => ({
    ...{ inputName: 'x', inputType: 'uint8', inputShape: ['N', 3, 64, 64], outputNames: ['y'], run },
    release: () => Promise.resolve(),
  });

  it('stays what it is', async () => {
    const error = new InferenceError('m.onnx', 'an index out of range');
    const works = session(() => Promise.resolve({}));
    expect(await explainFailure({ session: works, size, batch: 4, error })).toBe(error);
  });

  it('stays one of memory, and no more of it is asked for', async () => {
    const error = new InferenceError('m.onnx', 'Failed to allocate memory for requested buffer of size 9');
    const never = session(() => Promise.reject(new Error('asked again')));
    expect(await explainFailure({ session: never, size, batch: 4, error })).toBe(error);
  });

  it('of a size beyond reason is not tried', async () => {
    const tried: number[] = [];
    const only = session((_, dims) => {
      tried.push(dims[0]!);
      return Promise.reject(new InferenceError('m.onnx', 'no'));
    });
    const error = new InferenceError('m.onnx', 'no');
    await explainFailure({ session: only, size, batch: 2, error, alsoTry: [2 ** 20, 5] });
    expect(tried).toEqual([1, 2, 3, 4, 5, 8, 16]);
  });
});

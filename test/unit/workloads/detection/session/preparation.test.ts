import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../../../src/core/run/events';
import { exitCodes } from '../../../../../src/core/failure/exitCodes';
import { prepareDetection } from '../../../../../src/workloads/detection/session/preparation';
import { writeConstantModel } from '../../../../support/constantModel';
import { fakeSession, type FakeSession } from '../../../../support/fakeSession';
import { sessionStarted } from '../../../../support/runEvents';

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-preparation-'));
afterAll(() => rmSync(folder, { recursive: true }));
const output = { output: { dims: [1, 4], data: new Float32Array(4) } };
writeConstantModel(join(folder, 'any.onnx'), { inputDims: ['batch', 3, 'height', 'width'], outputs: output });
writeConstantModel(join(folder, 'two.onnx'), { inputDims: [2, 3, 'height', 'width'], outputs: output });
writeConstantModel(join(folder, 'wide.onnx'), { inputDims: ['batch', 3, 32, 96], outputs: output });

type Options = Parameters<typeof fakeSession>[0];

/** A session in the folder of the models, with four small images. */
function sessionOf({ spec, ...options }: Options = {}): FakeSession {
  const session = fakeSession({
    ...options,
    spec: {
      ...{ models: ['any.onnx'], batchSizes: [1, 2, 4, 8], images: { generated: { count: 4 } } },
      ...spec,
    },
  });
  Object.assign(session.measuring, { baseFolder: folder, cacheFolder: join(folder, 'cache') });
  return session;
}

const start = (session: FakeSession) => prepareDetection(session.measuring);
const skippedOf = ({ run }: FakeSession) => [...run.skipped.values()].map((s) => [s.configuration, s.reason]);

describe('models', () => {
  it('that cannot be opened are left out with their reason, and the others run', async () => {
    const session = sessionOf({ spec: { models: ['none.onnx', 'any.onnx'], batchSizes: [1] } });
    const prepared = await start(session);
    const [none, any] = session.run.configurations;
    expect(() => prepared.trialJob(none!)).toThrow('none.onnx was not prepared');
    expect(prepared.trialJob(any!)).toMatchObject({ modelFile: join(folder, 'any.onnx'), batchSize: 1 });
    expect(skippedOf(session)).toEqual([['none.onnx b1 t2', 'model']]);
    expect(session.run.skipped.get('none.onnx b1 t2')!.message).toContain('none.onnx');
  });

  it('of which none can be opened name each reason', async () => {
    await expect(start(sessionOf({ spec: { models: ['none.onnx', 'nor.onnx'] } }))).rejects.toMatchObject({
      ...{ code: 'model', fix: null },
      message: expect.stringMatching(/^none of the models can be run here: .*none\.onnx; .*nor\.onnx$/),
    });
  });

  it('of which none can be opened end the session', async () => {
    await expect(start(sessionOf({ spec: { models: ['none.onnx'] } }))).rejects.toMatchObject({
      ...{
        exitCode: exitCodes.usage,
        message: expect.stringMatching(/^none\.onnx cannot be run here: there is no file/),
      },
    });
  });

  it('of one batch size run with that one only, and are not probed with others', async () => {
    const session = sessionOf({ spec: { models: ['two.onnx'], batchSizes: [1, 2, 4] } });
    await start(session);
    expect(skippedOf(session)).toEqual([
      ['two.onnx b1 t2', 'model'],
      ['two.onnx b4 t2', 'model'],
    ]);
    expect(session.jobs).toEqual([]);
  });

  it('that run only some batches, whatever they say, are measured with these', async () => {
    const says = 'any.onnx fails at batches of 1: …; it runs batches of 4';
    const session = sessionOf({
      trial: () => ({
        says: [],
        end: {
          kind: 'failed',
          reason: 'error',
          message: says,
          signal: null,
          exitCode: 1,
          works: [4, 16],
          code: 'model',
          fix: null,
        },
      }),
    });
    await start(session);
    expect(session.jobs.map((job) => 'alsoTry' in job && job.alsoTry)).toEqual([[1, 2, 4, 8]]);
    expect(skippedOf(session)).toEqual([1, 2, 8].map((batch) => [`any.onnx b${batch} t2`, 'model']));
    expect(session.run.skipped.get('any.onnx b8 t2')!.message).toBe(says);
  });

  it('decide the size of the images where the experiment names none, once for all sessions', async () => {
    const spec = { models: ['gone.onnx', 'any.onnx', 'wide.onnx'], imageSize: undefined, batchSizes: [1] };
    const first = sessionOf({ spec });
    expect((await start(first)).trialJob(first.run.configurations[1]!)).toMatchObject({ height: 32, width: 96 });
    const known = first.log.find((event) => event.type === 'images.ready')!;
    // What decided it then is not needed any more.
    const before = [...sessionStarted(), known, ...sessionStarted(2)];
    const later = sessionOf({ spec: { ...spec, models: ['gone.onnx', 'any.onnx'] }, before });
    expect((await start(later)).trialJob(later.run.configurations[1]!)).toMatchObject({ height: 32, width: 96 });
    expect(skippedOf(later)).toEqual([['gone.onnx b1 t2', 'model']]);
  });

  it('that changed since the run began are refused; those that did not are told once', async () => {
    const ready = (sha256: string): RunEvent => ({
      ...{ type: 'model.ready', at: 4, model: 'any.onnx', sha256, parameters: null, gflops: null, input: null },
    });
    const changed = sessionOf({ before: [...sessionStarted(), ready('0'), ...sessionStarted(2)] });
    await expect(start(changed)).rejects.toMatchObject({
      ...{ exitCode: exitCodes.usage, message: expect.stringContaining('any.onnx has changed since the run began') },
    });
    const first = sessionOf();
    await start(first);
    const { sha256 } = first.run.models[0]!;
    const same = sessionOf({ before: [...sessionStarted(), ready(sha256), ...sessionStarted(2)] });
    await start(same);
    expect(same.story()).not.toContain('model.ready');
  });
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { prepare } from '../../../../src/engine/session/preparation';
import { detection } from '../../../../src/workloads/detection/detection';
import { writeConstantModel } from '../../../support/constantModel';
import { evaluated, fakeSession, type FakeSession } from '../../../support/fakeSession';

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-preparation-'));
afterAll(() => rmSync(folder, { recursive: true }));
const output = { output: { dims: [1, 4], data: new Float32Array(4) } };
writeConstantModel(join(folder, 'any.onnx'), { inputDims: ['batch', 3, 'height', 'width'], outputs: output });

type Options = Parameters<typeof fakeSession>[0];

/** A session in the folder of the models, with four small images and without an idle baseline. */
function sessionOf({ spec, ...options }: Options = {}): FakeSession {
  const session = fakeSession({
    ...options,
    spec: {
      ...{ models: ['any.onnx'], batchSizes: [1, 2, 4, 8], images: { generated: { count: 4 } } },
      ...spec,
      measure: { idleSeconds: 0, ...spec?.measure },
    },
  });
  Object.assign(session.measuring, { baseFolder: folder, cacheFolder: join(folder, 'cache') });
  return session;
}

const start = (session: FakeSession) => prepare(session.measuring, detection);

describe('what comes before the first trial', () => {
  it('is models, images, memory and accuracy, in this order; the machine rests before the blocks', async () => {
    const images = join(folder, 'images');
    mkdirSync(images);
    await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } }).toFile(join(images, 'red.png'));
    writeFileSync(join(images, 'red.txt'), '0 0.5 0.5 0.5 0.5\n');
    const whole = sessionOf({
      spec: { images: { folder: images, labels: images }, measure: { idleSeconds: 10 }, batchSizes: [1, 2] },
      trial: (job) => (job.kind === 'accuracy' ? { says: [evaluated(0.5)] } : undefined),
    });
    const prepared = await start(whole);
    expect(whole.story()).toEqual([
      ...['step: model', 'model.ready', 'step: images', 'images.ready', 'step: memory', 'step: memory'],
      ...['memory.predicted', 'step: accuracy', 'accuracy.measured'],
    ]);
    expect(prepared.trialJob(whole.run.configurations[1]!)).toMatchObject({
      ...{ mode: 'inference', modelFile: join(folder, 'any.onnx'), batchSize: 2, height: 64, width: 64 },
    });
  });

  it('ends when it is stopped', async () => {
    const session = sessionOf({ trial: (_, { stopping }) => void stopping.abort() });
    await start(session);
    expect(session.jobs).toHaveLength(1);
  });
});

it('needs a way to keep several processes to CPUs, before anything is loaded or measured', async () => {
  const { PATH } = process.env;
  onTestFinished(() => void (process.env.PATH = PATH));
  process.env.PATH = '/nowhere';
  const several = sessionOf({ spec: { instances: [1, 2], threads: [1] } });
  await expect(start(several)).rejects.toMatchObject({ code: 'affinity' });
  expect(several.story()).toEqual([]);
  await start(sessionOf({ spec: { instances: [1], threads: [1] } }));
});

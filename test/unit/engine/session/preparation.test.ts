import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../../src/core/run/events';
import { exitCodes } from '../../../../src/core/failure/exitCodes';
import { prepare } from '../../../../src/engine/session/preparation';
import { writeConstantModel } from '../../../support/constantModel';
import { evaluated, failure, fakeSession, type FakeSession } from '../../../support/fakeSession';
import { sessionStarted, source } from '../../../support/runEvents';

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-preparation-'));
afterAll(() => rmSync(folder, { recursive: true }));
const output = { output: { dims: [1, 4], data: new Float32Array(4) } };
writeConstantModel(join(folder, 'any.onnx'), { inputDims: ['batch', 3, 'height', 'width'], outputs: output });
writeConstantModel(join(folder, 'two.onnx'), { inputDims: [2, 3, 'height', 'width'], outputs: output });
writeConstantModel(join(folder, 'wide.onnx'), { inputDims: ['batch', 3, 32, 96], outputs: output });

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

/** Reads counters that go on while time does: each reading is so many seconds after the one before. */
const readerOf = (session: FakeSession, seconds = 10, watts: (reading: number) => number = () => 20) => {
  let readings = 0;
  return {
    read() {
      if (readings++ > 0) session.pass(seconds, watts(readings));
      return session.reading();
    },
    close: () => undefined,
  };
};
const start = (session: FakeSession) => prepare(session.measuring, readerOf(session));
const skippedOf = ({ run }: FakeSession) => [...run.skipped.values()].map((s) => [s.configuration, s.reason]);
const batchesOf = ({ jobs }: FakeSession) => jobs.map((job) => job.batchSize);

describe('what comes before the first trial', () => {
  it('is models, images, memory, the machine at rest and accuracy, in this order', async () => {
    const images = join(folder, 'images');
    mkdirSync(images);
    await sharp({ create: { width: 8, height: 8, channels: 3, background: 'red' } }).toFile(join(images, 'red.png'));
    writeFileSync(join(images, 'red.txt'), '0 0.5 0.5 0.5 0.5\n');
    const whole = sessionOf({
      spec: { images: { folder: images, labels: images }, measure: { idleSeconds: 0.01 }, batchSizes: [1, 2] },
      trial: (job) => (job.kind === 'accuracy' ? { says: [evaluated(0.5)] } : undefined),
    });
    const prepared = await start(whole);
    expect(whole.story()).toEqual([
      ...['step: model', 'model.ready', 'step: images', 'images.ready', 'step: memory', 'step: memory'],
      ...['memory.predicted', 'step: idle', 'idle.measured', 'warning'],
      ...['step: accuracy', 'accuracy.measured'],
    ]);
    expect(prepared.modelFiles).toEqual(new Map([['any.onnx', join(folder, 'any.onnx')]]));
    expect(prepared.images).toMatchObject({ height: 64, width: 64 });
    expect(prepared.untrained.size + prepared.fixedBatchModels.size).toBe(0);
  });

  it('ends when it is stopped', async () => {
    const session = sessionOf({ trial: (_, { stopping }) => void stopping.abort() });
    await start(session);
    expect(session.jobs).toHaveLength(1);
  });
});

describe('models', () => {
  it('that cannot be opened are left out with their reason, and the others run', async () => {
    const session = sessionOf({ spec: { models: ['none.onnx', 'any.onnx'], batchSizes: [1] } });
    const { modelFiles } = await start(session);
    expect([...modelFiles.keys()]).toEqual(['any.onnx']);
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
    const { fixedBatchModels } = await start(session);
    expect([...fixedBatchModels]).toEqual(['two.onnx']);
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
    expect((await start(first)).images).toMatchObject({ height: 32, width: 96 });
    const known = first.log.find((event) => event.type === 'images.ready')!;
    // What decided it then is not needed any more.
    const before = [...sessionStarted(), known, ...sessionStarted(2)];
    const later = sessionOf({ spec: { ...spec, models: ['gone.onnx', 'any.onnx'] }, before });
    expect((await start(later)).images).toMatchObject({ height: 32, width: 96 });
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

describe('memory', () => {
  /** 100 MB, and so many an image. */
  const growing = (megabytes: number): Options => ({
    trial: ({ batchSize }) => ({
      says: [{ type: 'probed', peakRssBytes: 1e8 + batchSize * megabytes * 1e6, outputBytes: 1000, inputBytes: 1000 }],
    }),
  });

  it('is learnt from small batches; a batch that would not fit is left out', async () => {
    const session = sessionOf({ ...growing(50), spec: { measure: { memoryLimitMegabytes: 400 } } });
    await start(session);
    expect(batchesOf(session)).toEqual([1, 2, 4]);
    expect(session.jobs.every((job) => job.kind === 'probe')).toBe(true);
    const predicted = session.log.find((e) => e.type === 'memory.predicted')!;
    expect(predicted.bytesPerImage).toBeCloseTo(50e6, -3);
    // 1.2 × (100 + 4 × 50) = 360 MB fit into 400, 1.2 × (100 + 8 × 50) = 600 do not.
    expect(skippedOf(session)).toEqual([['any.onnx b8 t2', 'memory']]);
    expect(session.run.skipped.get('any.onnx b8 t2')).toMatchObject({ neededBytes: 600e6, availableBytes: 400e6 });
  });

  it('that runs out in a probe leaves out this batch and those above', async () => {
    const session = sessionOf({ trial: ({ batchSize }) => (batchSize === 2 ? failure('out-of-memory') : undefined) });
    await start(session);
    expect(skippedOf(session)).toEqual([
      ...[
        ['any.onnx b2 t2', 'memory'],
        ['any.onnx b4 t2', 'memory'],
        ['any.onnx b8 t2', 'memory'],
      ],
    ]);
    expect(session.story()).toContain('memory.predicted');
  });

  it('is probed for each thread count', async () => {
    const session = sessionOf({ spec: { batchSizes: [1], threads: [1, 2] } });
    await start(session);
    expect(session.log.filter((e) => e.type === 'step' && e.step === 'memory')).toHaveLength(0);
    const larger = sessionOf({ spec: { batchSizes: [1, 2], threads: [1, 2] } });
    await start(larger);
    expect(larger.jobs.map((job) => [job.threads, job.batchSize])).toEqual([
      [1, 1],
      [1, 2],
      [2, 1],
      [2, 2],
    ]);
  });

  it('says nothing of a probe that was killed: it is tried again, three times in all', async () => {
    let tries = 0;
    const killed = (times: number) =>
      sessionOf({ trial: ({ batchSize }) => (batchSize === 1 && ++tries <= times ? failure('signal') : undefined) });
    const twice = killed(2);
    await start(twice);
    expect(batchesOf(twice).slice(0, 4)).toEqual([1, 1, 1, 2]);
    expect(skippedOf(twice)).toEqual([]);
    tries = 0;
    const always = killed(Infinity);
    await start(always);
    expect(batchesOf(always)).toEqual([1, 1, 1]);
    expect(skippedOf(always)).toHaveLength(4);
    expect(skippedOf(always)[0]).toEqual(['any.onnx b1 t2', 'model']);
  });

  it('is no question when the probe was stopped', async () => {
    const session = sessionOf({ trial: () => ({ says: [], end: { kind: 'stopped' } }) });
    await start(session);
    expect(session.story().slice(-1)).toEqual(['step: memory']);
  });
});

describe('the machine at rest', () => {
  const resting = { batchSizes: [1], measure: { idleSeconds: 0.01 } };
  const warningsOf = ({ run }: FakeSession) => run.warnings.map((w) => w.code);

  it('is measured once, after the samples of its window were brought in', async () => {
    // 100 J for a lap of the counter: in 10 s at 20 W it goes round twice.
    const parts = source.parts.map((part) => ({ ...part, range: 100e6, limitWatts: null }));
    const session = sessionOf({ spec: resting, source: { ...source, parts } });
    await start(session);
    const idle = session.log.filter((e) => e.type === 'idle.measured');
    expect(idle).toHaveLength(1);
    expect(idle[0]!.end.monotonicMs - idle[0]!.start.monotonicMs).toBeCloseTo(10_000, 3);
  });

  it('is tried three times, and then said to be unknown', async () => {
    const session = sessionOf({ spec: resting });
    // Counters that stand still.
    await prepare(
      session.measuring,
      readerOf(session, 10, () => 0),
    );
    expect(session.story().slice(-4)).toEqual(['step: idle', 'step: idle', 'step: idle', 'warning']);
    expect(warningsOf(session)).toEqual(['no-idle']);
    expect(session.run.warnings[0]!.message).toContain('stood still');

    const second = sessionOf({ spec: resting });
    await prepare(
      second.measuring,
      readerOf(second, 10, (reading) => (reading > 2 ? 20 : 0)),
    );
    expect(second.story().filter((line) => line === 'step: idle')).toHaveLength(2);
    expect(second.story()).toContain('idle.measured');
    expect(warningsOf(second)).not.toContain('no-idle');
  });

  it('is not, where others work: from a tenth of the CPU on that is said', async () => {
    const busy = async (share: number) => {
      const session = sessionOf({ spec: resting });
      const reader = readerOf(session);
      const read = () => {
        const reading = reader.read();
        return { ...reading, busySeconds: share * reading.totalSeconds };
      };
      await prepare(session.measuring, { ...reader, read });
      return session.run.warnings;
    };
    expect(await busy(0.09)).toEqual([]);
    const [warning] = await busy(0.11);
    expect(warning).toMatchObject({ code: 'busy-machine', message: expect.stringContaining('11 % of the CPU') });
  });

  it('is left out with idleSeconds 0, and when the run is stopped meanwhile', async () => {
    const none = sessionOf({ spec: { batchSizes: [1] } });
    await start(none);
    expect(none.story()).not.toContain('step: idle');
    const stopped = sessionOf({ spec: { batchSizes: [1], measure: { idleSeconds: 60 } } });
    setTimeout(() => stopped.stopping.abort(), 500);
    await start(stopped);
    expect(stopped.story().at(-1)).toBe('step: idle');
  });
});

import { constants } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { guardMemory } from '../../../../src/workloads/memory/memoryGuard';
import { failure, fakeSession, type FakeSession } from '../../../support/fakeSession';

type Options = NonNullable<Parameters<typeof fakeSession>[0]>;
const sessionOf = ({ spec, ...options }: Options = {}) =>
  fakeSession({ ...options, spec: { batchSizes: [1, 2, 4, 8], ...spec } });

/** Each probe is told its configuration. */
const guard = ({ measuring }: FakeSession, isProbed = (_model: string) => true, readsOutputs = true) =>
  guardMemory(measuring, {
    ...{ isProbed, readsOutputs },
    probeJob: (configuration, alsoTry) => ({ ...configuration, alsoTry }),
  });
const skippedOf = ({ run }: FakeSession) => [...run.skipped.values()].map((s) => [s.configuration, s.reason]);
const batchesOf = ({ jobs }: FakeSession) => jobs.map((job) => job.batchSize);

describe('memory', () => {
  /** 100 MB, and so many an image. */
  const growing = (megabytes: number): Options => ({
    trial: ({ batchSize }) => ({
      says: [{ type: 'probed', peakRssBytes: 1e8 + batchSize * megabytes * 1e6, outputBytes: 1000, inputBytes: 1000 }],
    }),
  });

  it('is learnt from small batches; a batch that would not fit is left out', async () => {
    const session = sessionOf({ ...growing(50), spec: { measure: { memoryLimitMegabytes: 400 } } });
    await guard(session);
    expect(batchesOf(session)).toEqual([1, 2, 4]);
    expect(session.jobs.every((job) => job.kind === 'probe')).toBe(true);
    const predicted = session.log.find((e) => e.type === 'memory.predicted')!;
    expect(predicted.bytesPerImage).toBeCloseTo(50e6, -3);
    // 1.2 × (100 + 4 × 50) = 360 MB fit into 400, 1.2 × (100 + 8 × 50) = 600 do not.
    expect(skippedOf(session)).toEqual([['a.onnx b8 t2', 'memory']]);
    expect(session.run.skipped.get('a.onnx b8 t2')).toMatchObject({ neededBytes: 600e6, availableBytes: 400e6 });
  });

  it('is counted for all processes together: what fits once is left out where it does not fit twice', async () => {
    const spec = { batchSizes: [1], instances: [1, 2], threads: [1], measure: { memoryLimitMegabytes: 300 } };
    const session = sessionOf({ ...growing(50), spec });
    await guard(session);
    expect(batchesOf(session)).toEqual([1]);
    // 1.2 × 150 = 180 MB each.
    expect(skippedOf(session)).toEqual([['a.onnx b1 i2 t1', 'memory']]);
    expect(session.run.skipped.get('a.onnx b1 i2 t1')).toMatchObject({ neededBytes: 360e6, availableBytes: 300e6 });
  });

  it('leaves out an output larger than a buffer of Node.js only where the output is read', async () => {
    const outputBytes = constants.MAX_LENGTH / 6;
    const says = [{ type: 'probed' as const, peakRssBytes: 1e8, outputBytes, inputBytes: 1000 }];
    const roomy = { spec: { measure: { memoryLimitMegabytes: 1e15 } }, trial: () => ({ says }) };
    for (const [readsOutputs, skipped] of [
      [true, [['a.onnx b8 t2', 'tensor-size']]],
      [false, []],
    ] as const) {
      const session = sessionOf(roomy);
      await guard(session, undefined, readsOutputs);
      expect(skippedOf(session).filter(([, reason]) => reason === 'tensor-size')).toEqual(skipped);
    }
  });

  it('that runs out in a probe leaves out this batch and those above', async () => {
    const session = sessionOf({ trial: ({ batchSize }) => (batchSize === 2 ? failure('out-of-memory') : undefined) });
    await guard(session);
    expect(skippedOf(session)).toEqual([
      ...[
        ['a.onnx b2 t2', 'memory'],
        ['a.onnx b4 t2', 'memory'],
        ['a.onnx b8 t2', 'memory'],
      ],
    ]);
    expect(session.story()).toContain('memory.predicted');
  });

  it('is probed for each thread count', async () => {
    const session = sessionOf({ spec: { batchSizes: [1], threads: [1, 2] } });
    await guard(session);
    expect(session.log.filter((e) => e.type === 'step' && e.step === 'memory')).toHaveLength(0);
    const larger = sessionOf({ spec: { batchSizes: [1, 2], threads: [1, 2] } });
    await guard(larger);
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
    await guard(twice);
    expect(batchesOf(twice).slice(0, 4)).toEqual([1, 1, 1, 2]);
    expect(skippedOf(twice)).toEqual([]);
    tries = 0;
    const always = killed(Infinity);
    await guard(always);
    expect(batchesOf(always)).toEqual([1, 1, 1]);
    expect(skippedOf(always)).toHaveLength(4);
    expect(skippedOf(always)[0]).toEqual(['a.onnx b1 t2', 'model']);
  });

  it('is no question when the probe was stopped', async () => {
    const session = sessionOf({ trial: () => ({ says: [], end: { kind: 'stopped' } }) });
    await guard(session);
    expect(session.story().slice(-1)).toEqual(['step: memory']);
  });

  it('is not learnt of a model that takes one batch size only', async () => {
    const session = sessionOf({ spec: { models: ['a.onnx', 'b.onnx'] } });
    await guard(session, (model) => model === 'b.onnx');
    expect(session.log.filter((e) => e.type === 'memory.predicted').map((e) => e.model)).toEqual(['b.onnx']);
    expect(session.jobs).toHaveLength(4);
  });
});

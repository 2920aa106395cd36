import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../../src/core/run/events';
import { measureBlocks, withoutAnyTrial } from '../../../../src/engine/session/blocks';
import { configurationResults, powerChangedTrials } from '../../../../src/core/values/trialValue';
import { exitCodes } from '../../../../src/core/failure/exitCodes';
import { evaluated, failure, fakeSession, type FakeSession, finished } from '../../../support/fakeSession';
import { sessionStarted, source, trialEvents } from '../../../support/runEvents';

async function measure(session: FakeSession): Promise<string> {
  const [why] = await measureBlocks([session.side]);
  if (why === undefined) return '';
  const failure = withoutAnyTrial(session.run);
  if (failure) throw failure;
  return why;
}
const batchOf = (job: { batchSize: number }) => job.batchSize;
/** In the order of the file, and so many blocks. */
const blocks = (count: number) => ({ order: 'listed' as const, repeats: { min: count, max: count } });
const trialsOf = (session: FakeSession) =>
  session.story().flatMap((line) => (line.startsWith('trial.started: ') ? [line.slice('trial.started: '.length)] : []));

describe('the order of a run', () => {
  it('puts a reference trial before, in the middle of and after the blocks, and each configuration once into each', async () => {
    const session = fakeSession({ spec: { measure: blocks(3) } });
    expect(await measure(session)).toBe('the maximum of 3 blocks is reached');
    expect(trialsOf(session)).toEqual([
      'reference a.onnx b1 t2, block 0',
      ...['a.onnx b1 t2, block 1', 'a.onnx b2 t2, block 1'],
      ...['a.onnx b1 t2, block 2', 'a.onnx b2 t2, block 2'],
      'reference a.onnx b1 t2, block 2',
      ...['a.onnx b1 t2, block 3', 'a.onnx b2 t2, block 3'],
      'reference a.onnx b1 t2, block 3',
    ]);
    expect(session.log.flatMap((e) => (e.type === 'trial.started' ? [e.trial] : []))).toEqual([
      1, 2, 3, 4, 5, 6, 7, 8, 9,
    ]);
  });

  it('says start, windows and end of a trial in this order, and then that the block is finished', async () => {
    const session = fakeSession({ spec: { batchSizes: [4], measure: { ...blocks(1), windows: 2 } } });
    await measure(session);
    expect(session.story()).toEqual([
      ...['trial.started: reference a.onnx b4 t2, block 0', 'trial.phase', 'trial.window', 'trial.window'],
      'trial.finished: reference a.onnx b4 t2, block 0',
      ...['trial.started: a.onnx b4 t2, block 1', 'trial.phase', 'trial.window', 'trial.window'],
      ...['trial.finished: a.onnx b4 t2, block 1', 'block.finished: 1', 'machine.looked'],
      ...['trial.started: reference a.onnx b4 t2, block 1', 'trial.phase', 'trial.window', 'trial.window'],
      'trial.finished: reference a.onnx b4 t2, block 1',
    ]);
    const end = session.log.findLast((e) => e.type === 'trial.finished')!;
    expect(end).toEqual({ ...finished, type: 'trial.finished', trial: 3, at: end.at });
  });

  it('shuffles the blocks by the seed', async () => {
    const orders = [];
    for (const seed of [1, 1, 2]) {
      const spec = { batchSizes: [1, 2, 4, 8, 16], measure: { seed, repeats: { min: 2, max: 2 } } };
      const session = fakeSession({ spec });
      await measure(session);
      orders.push(trialsOf(session).join('; '));
    }
    expect(orders[0]).toBe(orders[1]);
    expect(orders[0]).not.toBe(orders[2]);
  });

  it('takes what is in use today as the reference, and another one where that cannot run', async () => {
    const skipped = (configuration: string) => ({
      ...{ type: 'configuration.skipped' as const, configuration, reason: 'memory' as const, message: 'too large' },
      ...{ neededBytes: null, availableBytes: null },
    });
    const spec = { batchSizes: [1, 2, 4], current: { batchSize: 4 }, measure: blocks(1) };
    const session = fakeSession({ spec });
    await measure(session);
    expect(trialsOf(session)[0]).toBe('reference a.onnx b4 t2, block 0');
    const without = fakeSession({ spec, before: [...sessionStarted(), skipped('a.onnx b4 t2')] });
    await measure(without);
    expect(trialsOf(without)).toEqual([
      ...[
        'reference a.onnx b1 t2, block 0',
        'a.onnx b1 t2, block 1',
        'a.onnx b2 t2, block 1',
        'reference a.onnx b1 t2, block 1',
      ],
    ]);
    const before = [...sessionStarted(), ...['a.onnx b1 t2', 'a.onnx b2 t2', 'a.onnx b4 t2'].map(skipped)];
    await expect(measure(fakeSession({ spec, before }))).rejects.toMatchObject({ exitCode: exitCodes.nothingMeasured });
  });

  it('gives a trial what the experiment asks for', async () => {
    const session = fakeSession({
      spec: {
        batchSizes: [3],
        threads: [7],
        spinning: [true],
        measure: { ...blocks(1), windows: 2, windowSeconds: 9 },
      },
    });
    await measure(session);
    expect(session.jobs[0]).toEqual({
      ...{
        kind: 'measure',
        workload: 'detection',
        source,
        windows: 2,
        windowSeconds: 9,
        warmupSeconds: 2,
        instances: 1,
      },
      ...{ modelFile: '/models/a.onnx', batchSize: 3, threads: 7, spinning: true },
    });
  });
});

it('names every process of a trial, and the CPUs that each is kept to', async () => {
  const session = fakeSession({
    spec: { batchSizes: [1], instances: [1, 2], threads: [1], measure: { ...blocks(1), pin: 'none' } },
  });
  await measure(session);
  const started = (id: string) =>
    session.log.find((e) => e.type === 'trial.started' && e.configuration === id && !e.reference)!;
  expect(started('a.onnx b1 t1')).not.toHaveProperty('others');
  expect(started('a.onnx b1 t1')).not.toHaveProperty('cpus');
  expect(started('a.onnx b1 i2 t1')).toMatchObject({
    ...{ process: { pid: process.pid }, others: [{ pid: process.pid }], cpus: ['0', '1'] },
  });
});

describe('a trial that fails', () => {
  /** Every trial of batch 2 does this. */
  const withBatch2 = (trial: Parameters<typeof failure>[0], count = 1) =>
    fakeSession({
      spec: { measure: blocks(count) },
      trial: (job) => (batchOf(job) === 2 ? failure(trial) : undefined),
    });
  const triesOf = (session: FakeSession) => session.jobs.filter((job) => batchOf(job) === 2).length;

  it('leaves its reason in the log, and the others go on', async () => {
    const session = withBatch2('exit');
    await measure(session);
    expect(session.log.filter((e) => e.type === 'trial.failed')).toEqual([
      expect.objectContaining({
        ...{ trial: 3, reason: 'exit', message: 'it failed by exit', signal: null, exitCode: 7 },
        ...{ code: 'exit', fix: 'sudo mend it' },
      }),
    ]);
    expect(session.story()).toContain('trial.finished: a.onnx b1 t2, block 1');
  });

  it.each([
    ...([
      ['exit', 1],
      ['error', 1],
      ['timeout', 1],
      ['out-of-memory', 1],
      ['signal', 2],
    ] as const),
  ])('by %s is tried %i times', async (reason, times) => {
    const session = withBatch2(reason);
    await measure(session);
    expect(triesOf(session)).toBe(times);
  });

  it('is given up after two blocks, with the last reason', async () => {
    const session = withBatch2('timeout', 5);
    await measure(session);
    expect(triesOf(session)).toBe(2);
    expect(session.log.filter((e) => e.type === 'configuration.settled')).toEqual([
      expect.objectContaining({
        ...{ configuration: 'a.onnx b2 t2', afterBlock: 2, reason: 'failing', message: 'it failed by timeout' },
      }),
    ]);
  });

  it('is not given up when a block of it was sound', async () => {
    let tries = 0;
    const session = fakeSession({
      spec: { measure: blocks(4) },
      trial: (job) => (batchOf(job) === 2 && ++tries !== 1 ? failure('exit') : undefined),
    });
    await measure(session);
    expect(tries).toBe(4);
    expect(session.run.settled.size).toBe(0);
  });

  it('and was killed is sound at the second try', async () => {
    let tries = 0;
    const session = fakeSession({
      spec: { measure: blocks(1) },
      trial: (job) => (batchOf(job) === 2 && ++tries === 1 ? failure('signal') : undefined),
    });
    await measure(session);
    expect(session.story().filter((line) => /^trial\.f.*(b2|signal)/.test(line))).toEqual([
      ...['trial.failed: signal', 'trial.finished: a.onnx b2 t2, block 1'],
    ]);
  });

  it('ends the run when all of them do', async () => {
    const session = fakeSession({ spec: { measure: blocks(3) }, trial: () => failure('exit') });
    await expect(measure(session)).rejects.toMatchObject({
      ...{ code: 'nothing-measured', exitCode: exitCodes.nothingMeasured },
      // What is wrong, not where it stands.
      ...{ message: 'every trial failed: it failed by exit', fix: 'sudo mend it' },
    });
    // Two blocks of two, and three reference trials.
    expect(session.jobs).toHaveLength(6);
  });

  it('ends the run also when a reference trial was sound: it is no repeat', async () => {
    const session = fakeSession({
      spec: { measure: blocks(3) },
      trial: (_, { jobs }) => (jobs.length > 1 ? failure('exit') : undefined),
    });
    await expect(measure(session)).rejects.toMatchObject({ exitCode: exitCodes.nothingMeasured });
  });

  it('without a process ends the run too', async () => {
    const session = fakeSession({
      spec: { measure: blocks(2) },
      trial: () => ({ ...failure('exit'), starts: false }),
    });
    await expect(measure(session)).rejects.toThrow('every trial failed');
    expect(session.log.filter((e) => e.type === 'trial.failed').length).toBeGreaterThan(0);
  });

  it('has said nothing of its end', async () => {
    const session = fakeSession({
      spec: { batchSizes: [2], measure: blocks(1) },
      trial: (job, own) => ({ says: own.success(job).slice(0, -1) }),
    });
    await expect(measure(session)).rejects.toThrow('every trial failed');
    expect(session.log.find((e) => e.type === 'trial.failed')).toMatchObject({
      reason: 'exit',
      message: 'it said nothing',
    });
  });
});

describe('windows without joules', () => {
  /** A counter that stands still while the trial of batch 2 works. */
  const dead = (times: number) => {
    let tries = 0;
    return fakeSession({
      spec: { measure: blocks(1) },
      watts: ({ batchSize }) => (batchSize === 2 && ++tries <= times ? 0 : 50),
    });
  };

  it('are measured again, three times in all; then the run ends, to be resumed once the counter moves', async () => {
    const session = dead(Infinity);
    const message = expect.stringMatching(
      /^package-0: the counter stood still for 2\.0 of 2\.0 s; .*3 times one after the other.*resume/,
    ) as unknown;
    await expect(measure(session)).rejects.toMatchObject({ code: 'source-lost', exitCode: exitCodes.source, message });
    expect(session.jobs.filter((job) => batchOf(job) === 2)).toHaveLength(3);
    const failures = session.log.filter((e) => e.type === 'trial.failed');
    expect(failures.map((e) => [e.reason, e.code])).toEqual(new Array(3).fill(['invalid', 'source-lost']));

    // In the next session it is tried as often again.
    const before = [...sessionStarted(), ...session.log, ...sessionStarted(2)];
    const resumed = fakeSession({ spec: { measure: blocks(1) }, before });
    await measure(resumed);
    expect(trialsOf(resumed)).toEqual(['a.onnx b2 t2, block 1', 'reference a.onnx b1 t2, block 1']);
  });

  it('by another cause cost their repeat alone', async () => {
    const session = fakeSession({
      spec: { measure: blocks(1) },
      trial: (job, own) => ({
        says: own
          .success(job)
          .map((said) => (said.type === 'window' && batchOf(job) === 2 ? { ...said, stoodStillMs: 900 } : said)),
      }),
    });
    await measure(session);
    const failures = session.log.filter((e) => e.type === 'trial.failed');
    expect(failures.map((e) => [e.reason, e.code])).toEqual(new Array(3).fill(['invalid', 'invalid']));
    expect(session.story()).toContain('block.finished: 1');
  });

  it('once: the second try counts', async () => {
    const session = dead(1);
    await measure(session);
    expect(session.story()).toContain('trial.finished: a.onnx b2 t2, block 1');
    expect(session.run.settled.size).toBe(0);
  });

  it('do not spoil a trial that has others', async () => {
    let windows = 0;
    const session = fakeSession({
      spec: { batchSizes: [2], measure: { ...blocks(1), windows: 2 } },
      watts: () => (++windows % 2 === 0 ? 0 : 50),
    });
    await measure(session);
    expect(session.log.filter((e) => e.type === 'trial.failed')).toEqual([]);
    // Which were refused stands in the log, for whoever reads it with fewer samples.
    const refused = session.log.flatMap((e) => (e.type === 'trial.finished' ? [e.refused] : []));
    expect(refused).toHaveLength(3);
    for (const windows of refused) expect(windows).toMatchObject([{ window: 1, reason: 'dead' }]);
  });

  it('are told apart by the samples between their edges, which are brought in before the trial counts', async () => {
    // 100 J for a lap of the counter: within a window of 8 s at 50 W it goes round four times.
    const parts = source.parts.map((part) => ({ ...part, range: 100e6, limitWatts: null }));
    const session = fakeSession({
      spec: { measure: blocks(1) },
      source: { ...source, parts },
      batchSeconds: () => 4,
    });
    await measure(session);
    expect(session.log.filter((e) => e.type === 'trial.failed')).toEqual([]);
    expect(session.log.filter((e) => e.type === 'trial.finished')).toHaveLength(4);
  });
});

describe('a run that is stopped', () => {
  it('ends after the trial that still finished, and leaves its block open', async () => {
    const session = fakeSession({
      spec: { measure: blocks(3) },
      trial: (_, own) => void (own.jobs.length === 4 && own.stopping.abort()),
    });
    expect(await measure(session)).toBe('');
    expect(session.story().at(-1)).toBe('trial.finished: a.onnx b1 t2, block 2');
    expect(session.run.blocksFinished).toBe(1);
  });

  it('leaves the trial open that it cut off: nothing is said of it', async () => {
    const session = fakeSession({
      spec: { measure: blocks(3) },
      trial(job, own) {
        if (own.jobs.length < 3) return undefined;
        own.stopping.abort();
        return { says: own.success(job).slice(0, -1), end: { kind: 'stopped' } };
      },
    });
    expect(await measure(session)).toBe('');
    expect(session.story().at(-1)).toBe('trial.window');
    expect(session.jobs).toHaveLength(3);
  });

  it('starts nothing at all once it was stopped', async () => {
    const session = fakeSession({ spec: { measure: blocks(3) } });
    session.stopping.abort();
    expect(await measure(session)).toBe('');
    expect(session.log).toEqual([]);
  });
});

describe('a resumed run', () => {
  const first = (): RunEvent[] => [
    ...sessionStarted(),
    ...trialEvents(1, 0, 'a.onnx b1 t2', 10).map((e) => (e.type === 'trial.started' ? { ...e, reference: true } : e)),
    ...trialEvents(2, 1, 'a.onnx b1 t2', 20),
    ...trialEvents(3, 1, 'a.onnx b2 t2', 30),
    { type: 'block.finished', at: 40, block: 1 },
    ...trialEvents(4, 2, 'a.onnx b1 t2', 50),
  ];
  const started = (trial: number): RunEvent => trialEvents(trial, 2, 'a.onnx b2 t2', 60)[0]!;

  it('goes on with the repeat that is missing, with the next number', async () => {
    const before = [...first(), started(5), ...sessionStarted(2)];
    const session = fakeSession({ spec: { measure: blocks(3) }, before });
    await measure(session);
    expect(trialsOf(session)).toEqual([
      ...['a.onnx b2 t2, block 2', 'reference a.onnx b1 t2, block 2', 'a.onnx b1 t2, block 3', 'a.onnx b2 t2, block 3'],
      'reference a.onnx b1 t2, block 3',
    ]);
    expect(session.log.find((e) => e.type === 'trial.started')).toMatchObject({ trial: 6 });
    expect(session.story().filter((line) => line.startsWith('block.finished'))).toEqual([
      ...['block.finished: 2', 'block.finished: 3'],
    ]);
  });

  it('does not try again what would only fail again; what came from outside as often as it may in one session', async () => {
    const fail = (trial: number, reason: 'exit' | 'signal'): RunEvent[] => [
      started(trial),
      { ...{ type: 'trial.failed', at: 61, trial, reason, message: '', signal: null, exitCode: null } },
    ];
    const tried = async (...failures: RunEvent[][]) => {
      const before = [...first(), ...failures.flat()];
      const session = fakeSession({ spec: { measure: blocks(2) }, before });
      await measure(session);
      return trialsOf(session).filter((t) => t === 'a.onnx b2 t2, block 2').length;
    };
    const resumed = sessionStarted(2);
    expect(await tried(fail(5, 'exit'), resumed)).toBe(0);
    expect(await tried(fail(5, 'signal'), fail(6, 'signal'), resumed)).toBe(1);
    expect(await tried(fail(5, 'signal'), resumed, fail(6, 'signal'))).toBe(1);
    expect(await tried(resumed, fail(5, 'signal'), fail(6, 'signal'))).toBe(0);
  });

  it('leaves out what was settled before the block', async () => {
    const settled: RunEvent = {
      ...{ type: 'configuration.settled', at: 55, configuration: 'a.onnx b2 t2', afterBlock: 1, reason: 'failing' },
      message: '',
    };
    const session = fakeSession({ spec: { measure: blocks(3) }, before: [...first(), settled, ...sessionStarted(2)] });
    await measure(session);
    expect(trialsOf(session).filter((t) => t.startsWith('a.onnx b2'))).toEqual([]);
  });
});

describe('blocks that were added', () => {
  const added = (afterBlock: number, blocks: number): RunEvent => ({
    ...{ type: 'blocks.added', at: 90, blocks, afterBlock, upToBlock: afterBlock + blocks, untilVerdict: true },
  });
  const first: RunEvent[] = [1, 2].flatMap((block) => [
    ...trialEvents(2 * block, block, 'a.onnx b1 t2', 100 * block),
    // One was given up in its time.
    ...(block === 1 ? trialEvents(2 * block + 1, block, 'a.onnx b2 t2', 100 * block + 50) : []),
    { type: 'block.finished' as const, at: 100 * block + 90, block },
  ]);
  const spec = { measure: blocks(2) };

  it('are measured after the last one, with a drift check at their end; those before stay as they are', async () => {
    const before = [...sessionStarted(), ...first, ...sessionStarted(2), added(2, 2)];
    const session = fakeSession({ spec, before });
    expect(await measure(session)).toBe('the blocks that were added are measured, 4 in all');
    expect(trialsOf(session)).toEqual([
      ...['a.onnx b1 t2, block 3', 'a.onnx b2 t2, block 3', 'a.onnx b1 t2, block 4', 'a.onnx b2 t2, block 4'],
      'reference a.onnx b1 t2, block 4',
    ]);
  });

  it('go on to the same end after a session that was killed', async () => {
    const since = trialEvents(6, 3, 'a.onnx b1 t2', 400);
    const before = [...sessionStarted(), ...first, ...sessionStarted(2), added(2, 2), ...since, ...sessionStarted(3)];
    const session = fakeSession({ spec, before });
    await measure(session);
    expect(trialsOf(session).slice(0, 2)).toEqual(['a.onnx b2 t2, block 3', 'a.onnx b1 t2, block 4']);
    expect(session.run.blocksFinished).toBe(4);
  });

  it('leave out what was settled before them', async () => {
    const settled: RunEvent = {
      ...{ type: 'configuration.settled', at: 195, configuration: 'a.onnx b2 t2', afterBlock: 2, reason: 'dominated' },
      message: '',
    };
    const before = [...sessionStarted(), ...first, settled, ...sessionStarted(2), added(2, 1)];
    const session = fakeSession({ spec, before });
    await measure(session);
    expect(trialsOf(session)).toEqual(['a.onnx b1 t2, block 3', 'reference a.onnx b1 t2, block 3']);
  });
});

describe('repeats that tell nothing more', () => {
  it('are left out once another configuration is surely better and not slower; others go on', async () => {
    // One thread takes twice the joules in the same time; which of the batch sizes at two threads is better stays open.
    let noise = 0;
    const session = fakeSession({
      spec: { threads: [2, 1], batchSizes: [1, 2], measure: { order: 'listed', repeats: { min: 5, max: 8 } } },
      watts: ({ threads, batchSize }) => batchSize * (threads === 1 ? 200 + (noise++ % 2) : 50 + 8 * (noise++ % 3)),
    });
    await measure(session);
    expect(session.log.filter((e) => e.type === 'configuration.settled')).toEqual([
      expect.objectContaining({ configuration: 'a.onnx b1 t1', afterBlock: 5, reason: 'dominated' }),
      expect.objectContaining({ configuration: 'a.onnx b2 t1', afterBlock: 5, reason: 'dominated' }),
    ]);
    const blocksOf = (id: string) => trialsOf(session).filter((t) => t.startsWith(id)).length;
    expect(['a.onnx b1 t1', 'a.onnx b2 t1', 'a.onnx b1 t2', 'a.onnx b2 t2'].map(blocksOf)).toEqual([5, 5, 8, 8]);
  });

  it('end the run before its maximum when all is decided', async () => {
    const session = fakeSession({
      spec: { measure: { order: 'listed', repeats: { min: 5, max: 12 } } },
      watts: ({ batchSize }, own) => 50 * batchSize * (batchSize === 2 ? 0.8 : 1) + 0.01 * (own.jobs.length % 3),
    });
    expect(await measure(session)).toContain('after 5 blocks');
    expect(session.run.blocksFinished).toBe(5);
  });
});

describe('accuracy told by a trial', () => {
  it('is kept once for each model, with its warnings', async () => {
    const session = fakeSession({
      spec: { measure: blocks(1) },
      trial: (job, own) => ({ says: [evaluated(0.5, ['an image without boxes']), ...own.success(job)] }),
    });
    await measure(session);
    const told = session.log.filter((e) => e.type === 'accuracy.measured' || e.type === 'warning');
    expect(told).toMatchObject([
      { type: 'warning', code: 'annotations', message: 'an image without boxes' },
      { type: 'accuracy.measured', model: 'a.onnx', batchSize: 1, truth: 'labels' },
    ]);
    expect(told[1]).toMatchObject({ warnings: ['an image without boxes'] });
  });
});

it.each([true, false])(
  'records what measuring took in each window; that of the sampler where it is counted: %s',
  async (isLinux) => {
    const session = fakeSession({ spec: { batchSizes: [1], measure: { ...blocks(1), windows: 2 } }, isLinux });
    await measure(session);
    const [first, second] = session.log.filter((e) => e.type === 'trial.window');
    expect(first!.engineCpuSeconds).toBeCloseTo(0.01);
    expect(second!.engineCpuSeconds).toBeGreaterThan(0.01);
    if (isLinux)
      expect(first).toMatchObject({ samplerCpuSeconds: expect.closeTo(0.004), editorCpuSeconds: expect.closeTo(0.02) });
    else for (const key of ['samplerCpuSeconds', 'editorCpuSeconds']) expect(first).not.toHaveProperty(key);
  },
);

describe('what the ranking goes by', () => {
  const sla = { requestLatencyMs: 600_000, percentile: 95, arrivalRate: 0.5 };
  /** 1 and 2 images/s at 140 J/request both, of a machine that draws 40 W at rest, give or take. */
  const sessionOf = (scatterWatts: number) => {
    let rests = 0;
    return fakeSession({
      spec: {
        sla,
        measure: { idleSeconds: 5, restSeconds: 0, heatSeconds: 0, windowSeconds: 1, repeats: { min: 5, max: 7 } },
      },
      idleWatts: () => 20 + (rests++ % 2 === 0 ? 1 : -1) * scatterWatts,
      watts: ({ batchSize }) => (batchSize === 1 ? 50 : 80),
    });
  };

  it('is decided after the fifth block, and stands in the log once', async () => {
    for (const [scatterWatts, energy] of [
      [2, 'joulesPerUnit'],
      [0.1, 'joulesPerRequest'],
    ] as const) {
      const session = sessionOf(scatterWatts);
      await measure(session);
      const decided = session.log.filter((e) => e.type === 'ranking.decided');
      expect(decided).toMatchObject([{ afterBlock: 5, energy }]);
      expect(decided[0]!.message === null).toBe(energy === 'joulesPerRequest');
      const before = session.log.slice(0, session.log.indexOf(decided[0]!));
      expect(before.findLast((e) => e.type === 'block.finished')).toMatchObject({ block: 5 });
    }
  });

  it('is not decided without a service level, nor before five blocks', async () => {
    const session = fakeSession({ spec: { measure: { repeats: { min: 5, max: 5 } } } });
    await measure(session);
    const few = fakeSession({ spec: { sla, measure: { repeats: { min: 4, max: 4 } } } });
    await measure(few);
    for (const { log } of [session, few]) expect(log.filter((e) => e.type === 'ranking.decided')).toEqual([]);
  });
});

describe('power that changes in a window', () => {
  /** Over ten seconds of half-second batches; rising in these jobs (counted from 1). */
  const sessionOf = (rising: number[]) => {
    let jobs = 0;
    return fakeSession({
      spec: { batchSizes: [1], measure: { repeats: { min: 1, max: 1 }, windowSeconds: 10 } },
      trial(_, session) {
        if (!rising.includes(++jobs)) return undefined;
        const start = session.reading();
        for (let i = 0; i < 10; i++) session.pass(1, 50 + i);
        const window = { window: 0, start, end: session.reading(), work: 20, cpuSeconds: 1 };
        return { says: [{ type: 'window', ...window, batchMs: new Array<number>(20).fill(500) }, finished] };
      },
    });
  };
  const told = (session: FakeSession) =>
    session.log.flatMap((e) => (e.type === 'trial.finished' ? [e.powerChangePercent ?? null] : []));

  it('has the repeat measured once more, and the later one counts', async () => {
    const session = sessionOf([2]);
    await measure(session);
    expect(told(session)).toEqual([null, expect.closeTo(18.3, 0), null, null]);
    const [result] = configurationResults(session.run, session.measuring.samples);
    expect(result!.trials.map(({ trial }) => trial)).toEqual([3]);
    expect(powerChangedTrials(session.run)).toBe(0);
  });

  it('twice is how the machine is: the second one counts, and that is told', async () => {
    const session = sessionOf([2, 3]);
    await measure(session);
    expect(told(session)).toHaveLength(4);
    const [result] = configurationResults(session.run, session.measuring.samples);
    expect(result!.trials.map(({ trial }) => trial)).toEqual([3]);
    expect(powerChangedTrials(session.run)).toBe(1);
  });
});

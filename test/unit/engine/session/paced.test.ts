import { describe, expect, it } from 'vitest';
import { drawnArrivals } from '../../../../src/core/latency/replayedArrivals';
import type { RunEvent } from '../../../../src/core/run/events';
import type { SpecInput } from '../../../../src/core/spec/spec';
import { measureBlocks } from '../../../../src/engine/session/blocks';
import { failure, fakeSession, type FakeSession } from '../../../support/fakeSession';
import { sessionStarted } from '../../../support/runEvents';

type Options = NonNullable<Parameters<typeof fakeSession>[0]>;

/** Batch 2 takes less a second by far, so the verdict names it; batch 1 is in use. */
function open(
  paced: NonNullable<SpecInput['measure']>['paced'] = {},
  options: Options = {},
  more: Partial<SpecInput> = {},
) {
  return fakeSession({
    ...{ serves: true, watts: (job) => (job.batchSize === 2 ? 40 : 60) },
    batchSeconds: () => 0.5,
    ...options,
    spec: {
      ...{ current: { batchSize: 1 }, sla: { requestLatencyMs: 60_000, arrivalRate: 0.5, batching: 'when-free' } },
      ...more,
      measure: {
        idleSeconds: 1,
        repeats: { min: 5, max: 5 },
        paced: { seconds: 60, blocks: 2, ...paced },
        ...more.measure,
      },
    },
  });
}
const measure = (session: FakeSession) => measureBlocks([session.side]);
const started = ({ log }: FakeSession) =>
  log.flatMap((e) => (e.type === 'trial.started' && e.paced ? [{ ...e, paced: e.paced }] : []));
const warnings = ({ run }: FakeSession) =>
  run.warnings.filter(({ code }) => code === 'not-replayed').map(({ message }) => message);

describe('after the blocks', () => {
  it('replays the same arrivals of a block to the winner and to the one in use, in an order of each block', async () => {
    const session = open();
    await measure(session);
    const trials = started(session);
    expect(trials.map((t) => t.paced.block)).toEqual([1, 1, 2, 2]);
    expect(trials.map((t) => t.configuration).sort()).toEqual([
      'a.onnx b1 t2',
      'a.onnx b1 t2',
      'a.onnx b2 t2',
      'a.onnx b2 t2',
    ]);
    const roles = new Map(trials.map((t) => [t.configuration, t.paced.roles]));
    expect(roles.get('a.onnx b1 t2')).toEqual(['current']);
    expect(roles.get('a.onnx b2 t2')).toEqual(['winner']);
    const seeds = trials.map((t) => (t.paced.arrivals as { seed: number }).seed);
    expect(seeds[0]).toBe(seeds[1]);
    expect(seeds[2]).toBe(seeds[3]);
    expect(seeds[0]).not.toBe(seeds[2]);
    expect(session.replays[0]).toMatchObject({
      ...{ instances: 1, policy: { batching: 'when-free', timeoutMs: 0 } },
      arrivals: drawnArrivals(30, 60, seeds[0]!),
    });
    expect(trials[0]!.paced).toMatchObject({
      requests: 30,
      seconds: 60,
      instances: 1,
      batching: 'when-free',
      batchTimeoutMs: 0,
    });
    // All after the last block, each paced block rested before and loaded after it.
    const story = session.story();
    expect(story.indexOf('block.finished: 5')).toBeLessThan(story.findIndex((line) => line.includes('requests to')));
    expect(session.log.flatMap((e) => (e.type === 'idle.measured' ? [e.beforeBlock] : []))).toEqual([
      1, 2, 3, 4, 5, 6, 7,
    ]);
    expect(trials.every((t) => t.block === 5)).toBe(true);
    // They are counted nowhere among those under full load.
    expect(session.run.trials.every((t) => !('paced' in t))).toBe(true);
    expect(session.run.pacedTrials.every((t) => t.state === 'finished')).toBe(true);
  });

  it('replays to one alone where the one in use is the winner, and to nobody without a verdict or where none is asked for', async () => {
    const same = open({}, {}, { current: { batchSize: 2 } });
    await measure(same);
    expect(started(same).map((t) => t.paced.roles)).toEqual([
      ['winner', 'current'],
      ['winner', 'current'],
    ]);
    const few = open({}, {}, { measure: { repeats: { min: 2, max: 2 } } });
    await measure(few);
    expect(few.replays).toEqual([]);
    const none = open({ of: 'none' });
    await measure(none);
    expect(none.replays).toEqual([]);
    expect(warnings(none)).toEqual([]);
  });

  it('replays to all that keep the service level, verdict or not', async () => {
    const session = open({ of: 'all' }, {}, { measure: { repeats: { min: 2, max: 2 } } });
    await measure(session);
    const roles = started(session).map((t) => `${t.configuration}: ${t.paced.roles.join()}`);
    expect(roles.sort()).toEqual([
      ...['a.onnx b1 t2: current', 'a.onnx b1 t2: current', 'a.onnx b2 t2: other', 'a.onnx b2 t2: other'],
    ]);
  });

  it('says why it does not: a workload that answers nobody, none or too many that would arrive, one that is too slow', async () => {
    const mute = open({}, { serves: false });
    await measure(mute);
    expect(warnings(mute)).toEqual([expect.stringContaining('no work that a server does')]);
    const rare = open({}, {}, { sla: { requestLatencyMs: 60_000, arrivalRate: 0.001 } });
    await measure(rare);
    expect(warnings(rare)).toEqual([expect.stringContaining('none would arrive in 60 s')]);
    // Batch 1 does two a second.
    const slow = open({ of: 'all' }, {}, { sla: { requestLatencyMs: 60_000, arrivalRate: 3 } });
    await measure(slow);
    expect(warnings(slow)).toEqual([
      expect.stringContaining('a.onnx b1 t2 does 2.00 a second at most, and 3.00 arrive'),
    ]);
    for (const session of [mute, rare]) expect(session.replays).toEqual([]);
    expect(new Set(slow.replays.map((job) => job.batchSize))).toEqual(new Set([2]));
  });

  it('shares them among as many processes as the server has', async () => {
    const session = open(
      {},
      {},
      {
        sla: { requestLatencyMs: 60_000, arrivalRate: 0.5, instances: 2 },
        ...{ threads: [1], measure: { repeats: { min: 5, max: 5 } } },
      },
    );
    await measure(session);
    const [first] = started(session);
    expect(first).toMatchObject({ paced: { instances: 2 }, cpus: ['0', '1'] });
    expect(first!.others).toHaveLength(1);
    const crowded = open({}, {}, { sla: { requestLatencyMs: 60_000, arrivalRate: 0.5, instances: 64 } });
    await measure(crowded);
    expect(crowded.replays).toEqual([]);
    expect(warnings(crowded)[0]).toContain('64 processes of 2 threads need 128 CPUs');
  });
});

describe('a trial of requests that fails', () => {
  it('is not tried again, and its configuration is given up after two blocks, with the reason', async () => {
    const session = open({ blocks: 4 }, { paced: (job) => (job.batchSize === 2 ? failure('error') : undefined) });
    await measure(session);
    const of2 = session.run.pacedTrials.filter((t) => t.configuration === 'a.onnx b2 t2');
    expect(of2.map((t) => t.paced.block)).toEqual([1, 2]);
    expect(session.run.pacedTrials.filter((t) => t.configuration === 'a.onnx b1 t2')).toHaveLength(4);
    expect(warnings(session)).toEqual([expect.stringContaining('a.onnx b2 t2: it failed by error')]);
  });

  it('is tried again where it was killed, or its counters could not be trusted', async () => {
    let killed = 0;
    const session = open({ blocks: 1 }, { paced: () => (killed++ === 0 ? failure('signal') : undefined) });
    await measure(session);
    expect(session.run.pacedTrials.map((t) => t.state)).toEqual(['failed', 'finished', 'finished']);
  });
});

describe('a run that goes on', () => {
  /** What the log of a whole run says, up to and with so many finished paced trials. */
  async function upTo(finishedTrials: number, blocks = 2): Promise<RunEvent[]> {
    const session = open({ blocks });
    await measure(session);
    const events: RunEvent[] = [];
    for (const event of session.log) {
      events.push(event);
      const isPaced = event.type === 'trial.finished' && session.run.pacedTrials.some((t) => t.trial === event.trial);
      if (isPaced && --finishedTrials === 0) break;
    }
    return events;
  }
  const before = async (finishedTrials: number): Promise<RunEvent[]> => [
    ...sessionStarted(),
    ...(await upTo(finishedTrials)),
    ...sessionStarted(2),
  ];

  it('measures what is missing of a paced block, and no block under full load again', async () => {
    const events = await before(3);
    const whole = open();
    await measure(whole);
    const session = open({}, { before: events });
    const own = session.measuring.samples;
    session.measuring.samples = (of, from, to) => (of === 1 ? whole.measuring.samples : own)(of, from, to);
    await measure(session);
    expect(session.jobs.filter((job) => job.kind === 'measure' && job.windows !== 0)).toEqual([]);
    expect(started(session).map((t) => t.paced.block)).toEqual([2]);
    expect(session.run.pacedTrials).toHaveLength(4);
  });

  it('has nothing left to do when all is there', async () => {
    const events = await before(4);
    const whole = open();
    await measure(whole);
    const session = open({}, { before: events });
    session.measuring.samples = whole.measuring.samples;
    await measure(session);
    expect(session.replays).toEqual([]);
    expect(session.log).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { createBlockStarts } from '../../../../src/engine/session/blockStarts';
import { measureBlocks } from '../../../../src/engine/session/blocks';
import { fakeSession, type FakeSession } from '../../../support/fakeSession';

const resting = { idleSeconds: 5, restSeconds: 1, heatSeconds: 2, windowSeconds: 1 };
/** What came between the trials of a whole run, block by block. */
async function storyOf(session: FakeSession) {
  await measureBlocks([session.side]);
  return session.log.flatMap((e) => {
    if (e.type === 'idle.measured') return [`idle ${e.beforeBlock}`];
    if (e.type === 'machine.heated') return [`heated ${e.beforeBlock}`];
    return e.type === 'trial.started' ? [e.reference ? 'reference' : `trial ${e.block}`] : [];
  });
}

describe('what comes before a block', () => {
  it('is rest, the machine at rest, and load; then trials follow one another', async () => {
    const session = fakeSession({ spec: { measure: { ...resting, repeats: { min: 3, max: 3 } } } });
    expect(await storyOf(session)).toEqual([
      ...['idle 1', 'heated 1', 'reference', 'trial 1', 'trial 1'],
      ...['idle 2', 'heated 2', 'trial 2', 'trial 2'],
      ...['idle 3', 'heated 3', 'reference', 'trial 3', 'trial 3', 'reference'],
    ]);
    expect(session.story().slice(0, 6)).toEqual([
      ...['step: rest', 'step: idle', 'idle.measured', 'warning', 'step: heat', 'machine.heated'],
    ]);
  });

  it('of a quick look is that at the start and in the middle, and a rest at the end', async () => {
    const measure = { ...resting, idleAt: 'thrice' as const, repeats: { min: 4, max: 4 } };
    const story = await storyOf(fakeSession({ spec: { batchSizes: [1], measure } }));
    expect(story.filter((line) => !line.startsWith('trial') && line !== 'reference')).toEqual([
      ...['idle 1', 'heated 1', 'idle 3', 'heated 3', 'idle 5'],
    ]);
    expect(story.at(-1)).toBe('idle 5');
  });

  it('of a run that goes on, because the rest at its end left the verdict open again, is the load alone', async () => {
    const session = fakeSession({
      spec: {
        sla: { requestLatencyMs: 60_000, arrivalRate: 0.5 },
        measure: { ...resting, idleAt: 'thrice', order: 'listed', repeats: { min: 5, max: 7 } },
      },
      watts: ({ batchSize }) => 50 + 10 * batchSize,
      // At the end the machine at rest draws three times as much: of three such windows the watts are hardly known.
      idleWatts: ({ run }) => (run.blocksFinished === 5 ? 60 : 20),
    });
    const story = await storyOf(session);
    const rests = story.filter((line) => line.startsWith('idle') || line.startsWith('heated'));
    expect(rests.slice(0, 6)).toEqual(['idle 1', 'heated 1', 'idle 4', 'heated 4', 'idle 6', 'heated 6']);
    expect(rests.at(-1)).toBe('idle 8');
    expect(rests.filter((line) => line === 'idle 6')).toHaveLength(1);
    expect(session.run.blocksFinished).toBe(7);
    // The same run, whose rest at the end is as those before, ends there.
    const calm = fakeSession({
      spec: {
        sla: { requestLatencyMs: 60_000, arrivalRate: 0.5 },
        measure: { ...resting, idleAt: 'thrice', order: 'listed', repeats: { min: 5, max: 7 } },
      },
      watts: ({ batchSize }) => 50 + 10 * batchSize,
    });
    expect((await storyOf(calm)).at(-1)).toBe('idle 6');
    expect(calm.run.blocksFinished).toBe(5);
  });

  it('is once the load, where the machine at rest is not wanted', async () => {
    const measure = { ...resting, idleSeconds: 0, repeats: { min: 2, max: 2 } };
    const story = await storyOf(fakeSession({ spec: { batchSizes: [1], measure } }));
    expect(story).toEqual(['heated 1', 'reference', 'trial 1', 'reference', 'trial 2', 'reference']);
  });

  it('is done anew by a session that goes on in the middle of a block, and not for blocks that are whole', async () => {
    const spec = { measure: { ...resting, repeats: { min: 3, max: 3 } } };
    const first = fakeSession({
      spec,
      // Stopped with the first trial of block 2.
      trial: (_, session) => {
        if (session.run.blocksFinished === 1 && session.jobs.at(-1)?.kind === 'measure') session.stopping.abort();
        return undefined;
      },
    });
    await measureBlocks([first.side]);
    const before = first.log.filter((e) => e.type !== 'session.ended');
    const second = fakeSession({
      spec,
      before: [...before.slice(0, 0), ...sessionAgain(), ...before, ...sessionAgain()],
    });
    expect((await storyOf(second)).filter((line) => line.startsWith('idle'))).toEqual(['idle 2', 'idle 3']);
  });

  it('holds a second instrument against the first once a session, in its first rest', async () => {
    let opened = 0;
    const session = fakeSession({ spec: { measure: resting } });
    const starts = createBlockStarts([session.side], async () => {
      opened++;
      return null;
    });
    for (const block of [1, 1, 2]) await starts.begin(block);
    expect(opened).toBe(1);
    expect(session.log.filter((e) => e.type === 'idle.measured')).toHaveLength(2);
  });
});

function sessionAgain() {
  return fakeSession().run.sessions.flatMap(({ start, source }) => [
    start,
    { type: 'source.opened' as const, at: 1, source: source! },
  ]);
}

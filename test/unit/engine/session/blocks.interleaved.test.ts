import { describe, expect, it } from 'vitest';
import { configurationResults } from '../../../../src/core/values/trialValue';
import { measureBlocks, withoutAnyTrial } from '../../../../src/engine/session/blocks';
import { failure, fakeSession, type FakeSession } from '../../../support/fakeSession';

type Options = NonNullable<Parameters<typeof fakeSession>[0]>;

/** Two sessions whose trials are told in one story, in the order in which they began. */
function pairOf(a: Options, b: Options = a) {
  const story: string[] = [];
  const sides = [a, b].map((options, i) => {
    const session: FakeSession = fakeSession({
      ...options,
      trial(job, own) {
        story.push(`${'AB'[i]} b${job.batchSize}`);
        return options.trial?.(job, own);
      },
    });
    return session;
  }) as [FakeSession, FakeSession];
  return { sides, story, measure: () => measureBlocks(sides.map(({ side }) => side)) };
}
const blocks = (count: number) => ({ repeats: { min: count, max: count } });
const blocksOf = ({ run, measuring }: FakeSession) =>
  configurationResults(run, measuring.samples).map(({ id, trials }) => [id, trials.map(({ block }) => block)]);

describe('two runs in one session', () => {
  it('stand in one shuffled order in each block, and have the same blocks', async () => {
    const { sides, story, measure } = pairOf({ spec: { batchSizes: [1, 2, 4], measure: blocks(4) } });
    const why = 'the maximum of 4 blocks is reached';
    expect(await measure()).toEqual([why, why]);
    for (const session of sides) expect(blocksOf(session).map(([, own]) => own)).toEqual(Array(3).fill([1, 2, 3, 4]));
    // Two reference trials before, then six of the first block.
    const first = story.slice(2, 8);
    expect([...first].sort()).toEqual(['A b1', 'A b2', 'A b4', 'B b1', 'B b2', 'B b4']);
    expect(first).not.toEqual(story.slice(8, 14));
  });

  it('take turns at being first where the order is that of the files', async () => {
    const { story, measure } = pairOf({ spec: { measure: { ...blocks(2), order: 'listed' } } });
    await measure();
    const isReference = (i: number) => i < 2 || (i >= 6 && i < 8);
    expect(story.filter((_, i) => !isReference(i)).slice(0, 8)).toEqual([
      ...['A b1', 'B b1', 'A b2', 'B b2', 'B b1', 'A b1', 'B b2', 'A b2'],
    ]);
  });

  it('rest once a block, and both logs say so with the same readings', async () => {
    const { sides, measure } = pairOf({ spec: { measure: { ...blocks(2), idleSeconds: 5, heatSeconds: 2 } } });
    await measure();
    const of = ({ log }: FakeSession, type: string) =>
      log.filter((e) => e.type === type).map(({ at: _, ...event }) => event);
    for (const type of ['idle.measured', 'machine.heated', 'machine.looked']) {
      expect(of(sides[0], type)).toHaveLength(2);
      expect(of(sides[1], type)).toEqual(of(sides[0], type));
    }
  });

  it('go on until both are done', async () => {
    const energy = (open: boolean): Options => ({
      spec: { measure: { order: 'listed', repeats: { min: 5, max: 8 } } },
      watts: ({ batchSize }, own) => 50 * batchSize * (batchSize === 2 && !open ? 0.8 : 1) + (own.jobs.length % 3),
    });
    const { sides, measure } = pairOf(energy(false), energy(true));
    expect(await measure()).toEqual(Array(2).fill('the maximum of 8 blocks is reached'));
    for (const { run } of sides) expect(run.blocksFinished).toBe(8);
  });

  it('measure a configuration as long as either of them asks for it', async () => {
    // In both two threads are open; one thread is surely worse in A, and not in B.
    const options = (worse: number): Options => ({
      spec: { threads: [2, 1], batchSizes: [1, 2], measure: { order: 'listed', repeats: { min: 5, max: 7 } } },
      watts: ({ threads, batchSize }, { jobs: { length } }) =>
        batchSize * (threads === 1 ? worse + (length % 2) : 50 + 8 * (length % 3)),
    });
    const { sides, measure } = pairOf(options(200), options(50));
    await measure();
    expect(sides[0].run.settled.size).toBe(0);
    const alone = fakeSession(options(200));
    await measureBlocks([alone.side]);
    expect(alone.run.settled.size).toBe(2);
    const both = pairOf(options(200));
    await both.measure();
    for (const { run } of both.sides) expect(run.settled.size).toBe(2);
  });

  it('of which one fails in every trial leave the other whole', async () => {
    const spec = { batchSizes: [1], measure: blocks(5) };
    const { sides, measure } = pairOf({ spec, trial: () => failure('exit') }, { spec });
    await measure();
    expect(withoutAnyTrial(sides[0].run)).toMatchObject({ code: 'nothing-measured' });
    expect(withoutAnyTrial(sides[1].run)).toBeNull();
    expect(blocksOf(sides[1])[0]![1]).toEqual([1, 2, 3, 4, 5]);
  });

  it('go on where they were killed: what one has of a block is not measured again', async () => {
    const spec = { measure: blocks(2) };
    const whole = pairOf({ spec });
    await whole.measure();
    const cut = whole.sides.map(({ log }, i) => {
      // A has block 1, and one trial of block 2; B lacks the last trial of block 1.
      const ends = log.flatMap((e, at) => (e.type === 'trial.finished' ? [at] : []));
      return log.slice(0, ends[i === 0 ? 4 : 1]! + 1);
    });
    const start = fakeSession({ spec }).run.sessions[0]!;
    const opened = { type: 'source.opened' as const, at: 1, source: start.source! };
    const before = cut.map((log) => [start.start, opened, ...log, { ...start.start, session: 2 }, opened]);
    const again = pairOf({ spec, before: before[0]! }, { spec, before: before[1]! });
    await again.measure();
    for (const session of again.sides)
      expect(blocksOf(session).map(([, own]) => [...(own as number[])].sort())).toEqual([
        [1, 2],
        [1, 2],
      ]);
    expect(again.sides[0].run.trials.filter((t) => t.session === 2 && !t.reference)).toHaveLength(1);
    expect(again.sides[1].run.trials.filter((t) => t.session === 2 && !t.reference)).toHaveLength(3);
  });

  it('are stopped together', async () => {
    const spec = { measure: blocks(3) };
    const stopping = new AbortController();
    const { sides, measure } = pairOf(
      { spec },
      { spec, trial: (_, own) => void (own.jobs.length === 2 && own.stopping.abort()) },
    );
    sides[0].stopping.signal.addEventListener('abort', () => stopping.abort());
    sides[1].stopping.signal.addEventListener('abort', () => sides[0].stopping.abort());
    expect(await measure()).toEqual([]);
    for (const { run } of sides) expect(run.blocksFinished).toBeLessThan(2);
  });
});

import { describe, expect, it } from 'vitest';
import type { EventOf, PacedTrial, RunEvent } from '../../../../src/core/run/events';
import { foldRun } from '../../../../src/core/run/fold';
import { progressOf, progressOfAll } from '../../../../src/core/run/progress';
import { specSchema } from '../../../../src/core/spec/spec';
import { created, sessionStarted, trialEvents } from '../../../support/runEvents';

const isReference = (reference: boolean) => (e: ReturnType<typeof trialEvents>[number]) =>
  e.type === 'trial.started' ? { ...e, reference } : e;

it('counts repeats, and no trial of the reference', () => {
  const run = foldRun([
    ...[created(), ...sessionStarted()],
    ...trialEvents(1, 0, 'b1', 10).map(isReference(true)),
    ...trialEvents(2, 1, 'b1', 20),
  ]);
  // Two configurations and five blocks: nine repeats are left, and two that show drift, 2 s each as the two before; and what comes
  // before four blocks.
  expect(progressOf(run, 30_000)).toMatchObject({ done: 1, least: 10, secondsLeft: 22 + 4 * 30, beyondLeast: false });
});

it('takes of each configuration the time that its own repeats took', () => {
  const longer = (event: RunEvent): RunEvent =>
    event.type === 'trial.finished' ? { ...event, at: event.at + 700_000 } : event;
  const run = foldRun([
    ...[created(), ...sessionStarted()],
    ...trialEvents(1, 1, 'b1', 20),
    ...trialEvents(2, 1, 'b2', 30).map(longer),
  ]);
  const repeats = 4 * 2 + 4 * 702;
  // The reference is batch 1: three times 2 s.
  expect(progressOf(run, 800_000).secondsLeft).toBeCloseTo(repeats + 3 * 2 + 4 * 30);
});

it('takes of a machine with slow power limits that it is loaded for longer', () => {
  const [session, ...others] = sessionStarted();
  const limited = { ...session!, environment: { raplLimitWindowSeconds: 28 } } as RunEvent;
  const left = (...events: RunEvent[]) => progressOf(foldRun([created(), ...events, ...others]), 0).secondsLeft!;
  expect(left(limited) - left(session!)).toBeCloseTo(5 * (84 - 10));
});

it('says what is being done', () => {
  const begun = [created(), ...sessionStarted()];
  expect(progressOf(foldRun(begun), 0).doing).toBe('starting');
  const [started] = trialEvents(1, 0, 'b1', 10).map(isReference(true));
  expect(progressOf(foldRun([...begun, started!]), 0).doing).toBe('drift check · batch 1');
  const [second] = trialEvents(2, 7, 'b2', 10);
  expect(progressOf(foldRun([...begun, second!]), 0)).toMatchObject({ doing: 'block 7 · batch 2', beyondLeast: true });
});

describe('of blocks that were added', () => {
  const added = (untilVerdict: boolean): RunEvent => ({
    ...{ type: 'blocks.added', at: 90, blocks: 3, afterBlock: 2, upToBlock: 5, untilVerdict },
  });
  const before = [1, 2].flatMap((block) => [
    ...trialEvents(2 * block, block, 'b1', 20 * block),
    ...trialEvents(2 * block + 1, block, 'b2', 20 * block + 10),
    { type: 'block.finished' as const, at: 20 * block + 19, block },
  ]);
  const extended = (untilVerdict: boolean, ...since: RunEvent[]) =>
    foldRun([created(), ...sessionStarted(), ...before, ...sessionStarted(2), added(untilVerdict), ...since]);

  it('counts those alone, up to where the run ends now', () => {
    expect(progressOf(extended(true), 0)).toMatchObject({ done: 0, least: 6, beyondLeast: false, mayEndSooner: true });
    const since = trialEvents(6, 3, 'b1', 100);
    const [next] = trialEvents(7, 3, 'b2', 110);
    // Five repeats of 2 s are left, one that shows drift, and what comes before two blocks.
    expect(progressOf(extended(true, ...since), 0)).toMatchObject({ done: 1, least: 6, secondsLeft: 12 + 2 * 30 });
    expect(progressOf(extended(true, ...since, next!), 110_000).doing).toBe('block 3 of at most 5 · batch 2');
    expect(progressOf(extended(false, ...since, next!), 0)).toMatchObject({
      ...{ doing: 'block 3 of 5 · batch 2', mayEndSooner: false },
    });
  });

  it('counts no repeats of a configuration that is measured no more', () => {
    const settled: RunEvent = {
      ...{
        type: 'configuration.settled',
        at: 45,
        configuration: 'b2',
        afterBlock: 2,
        reason: 'dominated',
        message: '',
      },
    };
    expect(progressOf(extended(true, settled, ...trialEvents(6, 3, 'b1', 100)), 0)).toMatchObject({
      done: 1,
      least: 3,
    });
  });
});

describe('of requests that are replayed', () => {
  const spec = specSchema.parse({
    ...{ models: ['yolov7-tiny'], batchSizes: [1, 2], sla: { requestLatencyMs: 1000, arrivalRate: 10 } },
    ...{
      current: { batchSize: 1 },
      measure: { repeats: { min: 5, max: 5 }, idleSeconds: 0, paced: { seconds: 20, blocks: 5 } },
    },
  });
  const begin = created() as EventOf<'run.created'>;
  const served = { ...begin, spec, workload: { ...begin.workload, serves: true } } as RunEvent;
  const blocks = [1, 2, 3, 4, 5].flatMap((block) => [
    ...trialEvents(2 * block, block, 'b1', 20 * block),
    ...trialEvents(2 * block + 1, block, 'b2', 20 * block + 10),
  ]);
  const paced = (block: number): PacedTrial => ({
    ...{ block, roles: ['winner'], batching: 'full', batchTimeoutMs: null, instances: 1 },
    ...{ requests: 200, seconds: 20, arrivals: { seed: 1 } },
  });
  const replay = (trial: number, block: number) =>
    trialEvents(trial, 5, 'b2', 200 + trial).map((e) =>
      e.type === 'trial.started' ? { ...e, paced: paced(block) } : e,
    );

  it('counts them beside the repeats, and what they will take', () => {
    const before = progressOf(foldRun([served, ...sessionStarted(), ...blocks]), 0);
    expect(before).toMatchObject({ done: 10, least: 20 });
    expect(before.secondsLeft).toBeGreaterThan(10 * 22);
    const [started] = replay(13, 2);
    const during = progressOf(foldRun([served, ...sessionStarted(), ...blocks, ...replay(12, 1), started!]), 0);
    // The winner is the one in use as well: it alone is replayed to.
    expect(during).toMatchObject({ done: 11, least: 15, doing: 'replaying requests, block 2 of 5 · batch 2' });
    expect(progressOf(foldRun([created(), ...sessionStarted(), ...blocks]), 0)).toMatchObject({ done: 10, least: 10 });
  });
});

it('of two runs that are measured in turns is that of both, with what comes before a block once', () => {
  const begun = [created(), ...sessionStarted()];
  const one = foldRun([...begun, ...trialEvents(1, 1, 'b1', 20)]);
  const [started] = trialEvents(1, 1, 'b2', 30);
  const other = foldRun([...begun, started!]);
  const [a, b] = [progressOf(one, 31_000), progressOf(other, 31_000)];
  expect(progressOfAll([one], 31_000)).toEqual(a);
  expect(progressOfAll([one, other], 31_000)).toMatchObject({
    ...{ doing: 'B · block 1 · batch 2', done: a.done + b.done, least: 20 },
    // Four blocks are to begin: rests, baselines and loads of 30 s each.
    secondsLeft: a.secondsLeft! + b.secondsLeft! - 4 * 30,
  });
});

import { expect, it } from 'vitest';
import { foldRun } from '../../../../src/core/run/fold';
import { progressOf } from '../../../../src/core/run/progress';
import { created, sessionStarted, trialEvents } from '../../../support/runEvents';

const isReference = (reference: boolean) => (e: ReturnType<typeof trialEvents>[number]) =>
  e.type === 'trial.started' ? { ...e, reference } : e;

it('counts repeats, and no trial of the reference', () => {
  const run = foldRun([
    ...[created(), ...sessionStarted()],
    ...trialEvents(1, 0, 'b1', 10).map(isReference(true)),
    ...trialEvents(2, 1, 'b1', 20),
  ]);
  // Two configurations and five blocks: nine repeats are left, 2 s each as the two before; and what comes before four blocks.
  expect(progressOf(run, 30_000)).toMatchObject({ done: 1, least: 10, secondsLeft: 18 + 4 * 30, beyondLeast: false });
});

it('says what is being done', () => {
  const begun = [created(), ...sessionStarted()];
  expect(progressOf(foldRun(begun), 0).doing).toBe('starting');
  const [started] = trialEvents(1, 0, 'b1', 10).map(isReference(true));
  expect(progressOf(foldRun([...begun, started!]), 0).doing).toBe('drift check · batch 1');
  const [second] = trialEvents(2, 7, 'b2', 10);
  expect(progressOf(foldRun([...begun, second!]), 0)).toMatchObject({ doing: 'block 7 · batch 2', beyondLeast: true });
});

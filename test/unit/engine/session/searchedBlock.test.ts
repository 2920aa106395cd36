import { expect, it } from 'vitest';
import type { RunEvent } from '../../../../src/core/run/events';
import { configurationResults } from '../../../../src/core/values/trialValue';
import { measureBlocks } from '../../../../src/engine/session/blocks';
import { isMeasuredIn } from '../../../../src/engine/session/searchedBlock';
import { fakeSession } from '../../../support/fakeSession';
import { sessionStarted } from '../../../support/runEvents';

const batchSizes = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64];
const spec = {
  batchSizes,
  current: { batchSize: 48 },
  search: {},
  measure: { repeats: { min: 5, max: 8, intervalPercent: 2 } },
};
/** Ever more watts for larger batches, whose windows last longer. */
const watts = ({ batchSize }: { batchSize: number }) => (30 + 6 * batchSize ** 0.5) * (1 + 0.01 * Math.sin(batchSize));
const idOf = (size: number) => `a.onnx b${size} t2`;
const decided = (log: readonly RunEvent[]) => log.flatMap((e) => (e.type === 'search.decided' ? [e] : []));

it('decides before each block what it measures, keeps to the limit of trials, and always measures what is in use', async () => {
  const session = fakeSession({ spec, watts });
  await measureBlocks([session.side]);
  const steps = decided(session.log);
  expect(steps.map(({ block }) => block)).toEqual(steps.map((_, i) => i + 1));
  expect(steps[0]!.configurations.length).toBeLessThan(batchSizes.length);
  for (const { block, configurations } of steps) {
    const measured = session.run.trials.filter((t) => t.block === block && !t.reference).map((t) => t.configuration);
    expect([...measured].sort()).toEqual([...configurations].sort());
    expect(measured).toContain(idOf(48));
  }
  const trials = session.run.trials.filter((t) => !t.reference).length;
  expect(trials).toBeLessThanOrEqual(0.4 * 8 * batchSizes.length);
  const left = configurationResults(session.run, session.measuring.samples).filter((r) => r.isLeftOut);
  expect(left.length).toBeGreaterThan(0);
  for (const { id, trials } of left) {
    expect(steps.at(-1)!.configurations).not.toContain(id);
    expect(trials.length).toBeLessThan(5);
  }
});

it('goes on after a kill in the middle of a block as the session would have', async () => {
  const whole = fakeSession({ spec, watts });
  await measureBlocks([whole.side]);
  // Killed after the third trial of the second block.
  const second = whole.log.findIndex((e) => e.type === 'search.decided' && e.block === 2);
  const ends = whole.log.flatMap((e, i) => (i > second && e.type === 'trial.finished' ? [i] : []));
  const opened = { type: 'source.opened', at: 1, source: whole.measuring.source } as RunEvent;
  const start = { ...sessionLine(1) };
  const before = [start, opened, ...whole.log.slice(0, ends[2]! + 1), { ...sessionLine(2) }, opened];
  const resumed = fakeSession({ spec, watts, before });
  await measureBlocks([resumed.side]);
  expect(decided(resumed.log).some(({ block }) => block <= 2)).toBe(false);
  const second2 = resumed.run.trials.filter((t) => t.block === 2 && !t.reference && t.state === 'finished');
  expect(second2.map((t) => t.configuration).sort()).toEqual([...resumed.run.searched.get(2)!.configurations].sort());
});

it('asks nothing where the experiment does not search', async () => {
  const session = fakeSession({ spec: { batchSizes: [1, 2], measure: { repeats: { min: 1, max: 1 } } } });
  await measureBlocks([session.side]);
  expect(decided(session.log)).toEqual([]);
  expect(isMeasuredIn(session.measuring, idOf(1), 1)).toBe(true);
});

function sessionLine(session: number): RunEvent {
  return sessionStarted(session)[0]!;
}

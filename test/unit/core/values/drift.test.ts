import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../../src/core/run/events';
import { foldRun } from '../../../../src/core/run/fold';
import { driftOf } from '../../../../src/core/values/drift';
import { trialValue } from '../../../../src/core/values/trialValue';
import { created, sessionStarted, trialEvents } from '../../../support/runEvents';

/** Trials of two configurations in turn, so many watts each (10 W of memory beside them), a minute apart. */
const trials = (watts: readonly number[], first = 1): RunEvent[] =>
  watts.flatMap((w, i) => trialEvents(first + i, 1 + i, i % 2 === 0 ? 'b1' : 'b2', 60 * (i + 1), 2, w));
const driftIn = (events: RunEvent[]) => {
  const run = foldRun(events);
  return driftOf(run, (trial) => trialValue(run, trial, () => [], null));
};

const rising = [40, 90, 41, 92, 42, 94, 43, 96, 44, 98];

describe('drift', () => {
  it('is told of all trials, each against its own configuration, with its interval', () => {
    const drift = driftIn([created(), ...sessionStarted(), ...trials(rising)])!;
    // From 50 and 100 J by 2 % from one to the next of each.
    expect(drift.percent).toBeGreaterThan(7);
    expect(drift.percent).toBeLessThan(10);
    expect(drift.low).toBeGreaterThan(5);
    expect(drift.high).toBeLessThan(13);
    expect(drift.trials).toBe(10);
  });

  it('lies in trials of drift checks as well, and not in those that failed', () => {
    const check = trialEvents(90, 0, 'b1', 30, 2, 40).map((e) =>
      e.type === 'trial.started' ? { ...e, reference: true } : e,
    );
    const unfinished = trialEvents(91, 9, 'b1', 900, 2, 400).filter((e) => e.type !== 'trial.finished');
    const drift = driftIn([created(), ...sessionStarted(), ...check, ...trials(rising), ...unfinished])!;
    expect(drift.trials).toBe(11);
    expect(drift.high).toBeLessThan(13);
  });

  it('is shifted by no clock that is set while trials run', () => {
    const events = [created(), ...sessionStarted(), ...trials(rising)];
    const set = events.map((event, i) => (i > 20 ? { ...event, at: event.at + 7.2e6 } : event));
    expect(driftIn(set)).toEqual(driftIn(events));
  });

  it('lies between sessions too, by the time of day', () => {
    const later = sessionStarted(2).map((e) => (e.type === 'session.started' ? { ...e, at: 1e7 } : e));
    const drift = driftIn([
      created(),
      ...sessionStarted(),
      ...trials([40, 90, 40, 90]),
      ...later,
      ...trials([44, 99, 44, 99], 5),
    ])!;
    expect(drift.percent).toBeGreaterThan(7);
  });

  it('is not known of too few trials, and never of a log of format 1', () => {
    expect(driftIn([created(), ...sessionStarted(), ...trials([40, 90, 40])])).toBeNull();
    const old = sessionStarted().map((e) => {
      if (e.type !== 'session.started') return e;
      const { version: _, ...rest } = e;
      return rest;
    });
    expect(driftIn([created(), ...old, ...trials(rising)])).toBeUndefined();
  });
});

import { describe, expect, it } from 'vitest';
import type { NewEvent, RunEvent } from '../../../../src/core/run/events';
import { foldRun } from '../../../../src/core/run/fold';
import { idleBaseline, idleHalfWidth, statedPercent } from '../../../../src/core/values/idleBaseline';
import { configurationResults } from '../../../../src/core/values/trialValue';
import { created, readingAt, sessionStarted, trialEvents } from '../../../support/runEvents';

const none = () => [];

/** A window of 10 s at rest from `from` on: these watts of the package, and 10 W of memory. */
function idle(from: number, packageWatts: number, beforeBlock?: number): RunEvent {
  const counters = (seconds: number) => [from * 1e6 + seconds * packageWatts * 1e6, from * 1e6 + seconds * 10e6];
  const event: NewEvent = {
    ...{ type: 'idle.measured', ...(beforeBlock !== undefined && { beforeBlock }) },
    start: { ...readingAt(from), counters: counters(0) },
    end: { ...readingAt(from + 10), counters: counters(10) },
  };
  return { ...event, at: from * 1000 } as RunEvent;
}

function runOf(idleAt: 'blocks' | 'thrice', events: RunEvent[]) {
  const begin = created([1, 2]) as Extract<RunEvent, { type: 'run.created' }>;
  begin.spec.measure.idleAt = idleAt;
  return foldRun([begin, ...sessionStarted(), ...events]);
}

describe('the machine at rest', () => {
  it('is known of each block by its own window, so that its scatter is between blocks; stated is what they share', () => {
    const run = runOf('blocks', [idle(0, 10, 1), idle(100, 14, 2), idle(200, 12, 3)]);
    const baseline = idleBaseline(run, none);
    const standard = Math.hypot(2 / Math.sqrt(3), ((22 * statedPercent) / 100) / Math.sqrt(3)); // prettier-ignore
    for (const [block, watts] of [20, 24, 22].entries()) {
      const power = baseline.of({ block: block + 1, session: 1 })!;
      expect(power.watts).toBeCloseTo(watts, 9);
      expect(power.edgeWatts).toBeCloseTo((watts * statedPercent) / 100, 9);
    }
    expect(baseline.of({ block: 3, session: 1 })!.standardWatts).toBeCloseTo(standard, 9);
    expect(baseline.summary).toMatchObject({ watts: 22, windows: [{ beforeBlock: 1 }, { beforeBlock: 2 }, {}] });
    expect(baseline.summary!.standardWatts).toBeCloseTo(standard, 9);
    expect(baseline.summary!.boundWatts).toBeCloseTo(0.44, 9);
    expect(baseline.summary!.edgeWatts).toBeCloseTo(0.44, 9);
  });

  it('is interpolated in a block whose own window failed, with the uncertainty of all of them beside', () => {
    const run = runOf('blocks', [idle(0, 10, 1), idle(200, 14, 3)]);
    const baseline = idleBaseline(run, none);
    const power = baseline.of({ block: 2, session: 1 })!;
    // The middle of block 2 lies three quarters of the way.
    expect(power.watts).toBeCloseTo(23, 9);
    // Student's t of one degree of freedom, and a standard deviation of 2.83 W over two windows.
    expect(power.edgeWatts).toBeCloseTo(0.46 + (12.706 * Math.sqrt(8)) / Math.sqrt(2), 2);
    expect(baseline.of({ block: 1, session: 1 })!.edgeWatts).toBeCloseTo(0.4, 9);
  });

  it('is interpolated everywhere where it is measured thrice, and goes on as it was beyond the last', () => {
    const baseline = idleBaseline(runOf('thrice', [idle(0, 10, 1), idle(300, 16, 4), idle(600, 10, 6)]), none);
    const watts = [1, 2, 3, 4, 5, 6, 7].map((block) => baseline.of({ block, session: 1 })!.watts);
    expect(watts.map((w) => Math.round(w * 1000) / 1000)).toEqual([21, 23, 25, 24.5, 21.5, 20, 20]);
    const halfWidth = (4.3027 * Math.sqrt(12)) / Math.sqrt(3);
    expect(baseline.of({ block: 1, session: 1 })!.edgeWatts).toBeCloseTo(0.42 + halfWidth, 3);
    // What is told of the whole run is what its numbers took: more than 1.96 standard uncertainties.
    expect(baseline.summary!.edgeWatts).toBeCloseTo(0.44 + halfWidth, 3);
    expect(idleHalfWidth(baseline.summary!)).toBe(baseline.summary!.edgeWatts);
    expect(idleHalfWidth({ standardWatts: 1, edgeWatts: 1.9 })).toBe(1.96);
  });

  it('of a single window is taken to be known to ± 10 %, for nothing tells how it scatters', () => {
    const power = idleBaseline(runOf('thrice', [idle(0, 10, 1)]), none).of({ block: 3, session: 1 })!;
    expect(power).toMatchObject({ watts: 20 });
    expect(power.edgeWatts).toBeCloseTo(2 + 0.4, 9);
  });

  it('is the mean where a session that was gone on with measured before the same block again', () => {
    const again = [...sessionStarted(2), idle(500, 14, 1)];
    const baseline = idleBaseline(runOf('blocks', [idle(0, 10, 1), ...again]), none);
    for (const session of [1, 2]) expect(baseline.of({ block: 1, session })!.watts).toBeCloseTo(22, 9);
  });

  it('of a log of before is that of the session, taken as it is', () => {
    const baseline = idleBaseline(runOf('blocks', [idle(0, 10), ...sessionStarted(2), idle(500, 14)]), none);
    expect(baseline.summary).toBeNull();
    expect([1, 2].map((session) => baseline.of({ block: 1, session }))).toEqual([
      { watts: 20, edgeWatts: 0, standardWatts: 0 },
      { watts: 24, edgeWatts: 0, standardWatts: 0 },
    ]);
  });

  it('is unknown without a valid window', () => {
    const baseline = idleBaseline(runOf('blocks', [idle(0, 0, 1)]), none);
    expect([baseline.of({ block: 1, session: 1 }), baseline.summary, baseline.windows]).toEqual([null, null, []]);
  });

  it('is the same for all configurations of a block, whenever in it they ran', () => {
    const events = [idle(0, 10, 1), ...trialEvents(1, 1, 'b1', 20), ...trialEvents(2, 1, 'b2', 80), idle(100, 14, 2)];
    const results = configurationResults(runOf('blocks', events), none);
    expect(results.map(({ trials }) => trials[0]!.idleWatts)).toEqual([20, 20]);
    expect(results[0]!.trials[0]).toMatchObject({ edgeIdleWatts: 0.4 });
  });
});

import { expect, it } from 'vitest';
import { foldRun } from '../../../../src/core/run/fold';
import { speedsOf } from '../../../../src/engine/planning/measuredSpeeds';
import { sweep } from '../../../support/runEvents';

it('a run tells milliseconds an image of each trial, by the time and the work of its windows', () => {
  const run = foldRun(sweep());
  const speeds = speedsOf(run);
  expect(speeds.length).toBeGreaterThan(1);
  for (const { batchSize, msPerImage, runId } of speeds) {
    expect(runId).toBe(run.runId);
    const trials = run.trials.filter(
      (t) =>
        t.state === 'finished' && run.configurations.find((c) => c.id === t.configuration)!.batchSize === batchSize,
    );
    expect(msPerImage).toHaveLength(trials.length);
    const [window] = trials[0]!.windows;
    expect(msPerImage[0]).toBeCloseTo((window!.end.monotonicMs - window!.start.monotonicMs) / window!.work);
  }
});

it('a whole process tells the time of its images without that of its start, and an imported log tells nothing', () => {
  const run = foldRun(sweep());
  const nothing = { ms: 0, counters: [], busySeconds: 0, totalSeconds: 0 };
  for (const window of run.trials.flatMap(({ windows }) => windows)) {
    const half = (window.end.monotonicMs - window.start.monotonicMs) / 2;
    window.phases = {
      start: { ...nothing, ms: 10 },
      model: { ...nothing, ms: half - 10 },
      inference: { ...nothing, ms: half },
    };
  }
  const before = speedsOf(foldRun(sweep()));
  expect(speedsOf(run).map(({ msPerImage }) => msPerImage[0])).toEqual(
    before.map(({ msPerImage }) => expect.closeTo(msPerImage[0]! / 2, 6) as number),
  );
  run.created = { ...run.created, imported: { from: 'a log' } as never };
  expect(speedsOf(run)).toEqual([]);
});

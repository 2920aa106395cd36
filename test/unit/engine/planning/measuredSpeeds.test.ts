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

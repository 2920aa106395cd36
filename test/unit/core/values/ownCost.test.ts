import { expect, it } from 'vitest';
import { resultText } from '../../../../src/cli/text/resultText';
import { styleFor } from '../../../../src/cli/text/style';
import type { RunEvent } from '../../../../src/core/run/events';
import { foldRun } from '../../../../src/core/run/fold';
import { reportOf } from '../../../../src/core/report/report';
import { reportSchema } from '../../../../src/core/report/reportSchema';
import { ownCost } from '../../../../src/core/values/ownCost';
import { created, readingAt, sessionStarted, trialEvents } from '../../../support/runEvents';

const none = () => [];
/** Windows of 2 s at 60 W in all, one of two CPUs busy; 25 W at rest. */
const runOf = (engineCpuSeconds: (number | undefined)[], idle = true) =>
  foldRun([
    created(),
    ...sessionStarted(),
    ...(idle
      ? [{ type: 'idle.measured', at: 4, start: readingAt(0, 20, 5), end: readingAt(4, 20, 5) } as RunEvent]
      : []),
    ...engineCpuSeconds.flatMap((own, i) =>
      trialEvents(i + 1, i + 1, 'b1', 10 * (i + 1)).map((event) =>
        event.type === 'trial.window' && own !== undefined ? { ...event, engineCpuSeconds: own } : event,
      ),
    ),
  ]);

it('is the CPU time of the engine at what a busy CPU draws above rest', () => {
  // 8 s of CPU time, 4 of them busy; (60 − 25) W for 4 s are 140 J, so 35 J a second of a CPU.
  const run = runOf([0.01, 0.03]);
  expect(ownCost(run, none)).toEqual({
    ...{ cpuPercent: expect.closeTo(0.5), watts: expect.closeTo(0.35), energyPercent: expect.closeTo(1.4 / 2.4) },
  });
  const report = reportOf(run, none, { folder: '/x', status: 'complete' });
  expect(reportSchema.parse(report).run.ownCost).toEqual(ownCost(run, none));
  expect(resultText(report, styleFor(process.stdin as never))).toContain(
    "took 0.50 % of the machine's CPU time in the windows: about 0.35 W, 0.58 % of the energy",
  );
});

it('has no watts without an idle baseline, and is not there in a log of before', () => {
  expect(ownCost(runOf([0.01], false), none)).toEqual({
    cpuPercent: expect.closeTo(0.25),
    watts: null,
    energyPercent: null,
  });
  expect(ownCost(runOf([undefined]), none)).toBeNull();
  expect(ownCost(runOf([0.04, undefined]), none)!.cpuPercent).toBeCloseTo(1);
});

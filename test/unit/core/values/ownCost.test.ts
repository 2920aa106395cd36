import { expect, it } from 'vitest';
import { resultText } from '../../../../src/cli/text/resultText';
import { styleFor } from '../../../../src/cli/text/style';
import { markdown } from '../../../../src/core/export/markdown';
import type { EventOf, RunEvent } from '../../../../src/core/run/events';
import { foldRun } from '../../../../src/core/run/fold';
import { reportOf } from '../../../../src/core/report/report';
import { reportSchema } from '../../../../src/core/report/reportSchema';
import { ownCost } from '../../../../src/core/values/ownCost';
import { created, readingAt, sessionStarted, trialEvents } from '../../../support/runEvents';

const none = () => [];
type Own = Pick<
  EventOf<'trial.window'>,
  'engineCpuSeconds' | 'samplerCpuSeconds' | 'watchdogCpuSeconds' | 'editorCpuSeconds'
>;
const engine = (engineCpuSeconds: number): Own => ({ engineCpuSeconds });
/** Windows of 2 s at 60 W in all, one of two CPUs busy; 25 W at rest. */
const runOf = (windows: Own[], idle = true) =>
  foldRun([
    created(),
    ...sessionStarted(),
    ...(idle
      ? [{ type: 'idle.measured', at: 4, start: readingAt(0, 20, 5), end: readingAt(4, 20, 5) } as RunEvent]
      : []),
    ...windows.flatMap((own, i) =>
      trialEvents(i + 1, i + 1, 'b1', 10 * (i + 1)).map((event) =>
        event.type === 'trial.window' ? { ...event, ...own } : event,
      ),
    ),
  ]);
const close = (cpuPercent: number, joules: number) => ({
  ...{ cpuPercent: expect.closeTo(cpuPercent) as number, joules: expect.closeTo(joules) as number },
});

it('is the CPU time of the engine at what a busy CPU draws above rest', () => {
  // 8 s of CPU time, 4 of them busy; (60 − 25) W for 4 s are 140 J, so 35 J a second of a CPU.
  const run = runOf([engine(0.01), engine(0.03)]);
  expect(ownCost(run, none)).toEqual({
    ...{ ...close(0.5, 1.4), cpuSeconds: 0.04, watts: expect.closeTo(0.35), energyPercent: expect.closeTo(1.4 / 2.4) },
    ...{ editor: null, parts: { engine: close(0.5, 1.4), sampler: null, watchdog: null } },
  });
});

it('is told part by part, alike on every surface', () => {
  const run = runOf([
    { ...engine(0.01), samplerCpuSeconds: 0.004, watchdogCpuSeconds: 0.002, editorCpuSeconds: 0.02 },
    { ...engine(0.03), samplerCpuSeconds: 0.004, watchdogCpuSeconds: 0.006, editorCpuSeconds: 0.06 },
  ]);
  expect(ownCost(run, none)).toMatchObject({
    ...{ ...close(0.6, 1.68), cpuSeconds: expect.closeTo(0.048) },
    // Beside it: it is the editor's, and of all extensions.
    editor: close(1, 2.8),
    parts: { engine: close(0.4, 1.12), sampler: close(0.1, 0.28), watchdog: close(0.1, 0.28) },
  });
  const report = reportOf(run, none, { folder: '/x', status: 'complete' });
  expect(reportSchema.parse(report).run.ownCost).toEqual(ownCost(run, none));
  const sentence =
    "easuring itself took 0.60 % of the machine's CPU time in the windows (engine 0.40 %, sampler 0.10 %, the trials' watchdog 0.10 %): about 1.7 J, 0.42 W, 0.70 % of the energy; the editor's extension host, with all its extensions, 1.0 % (about 2.8 J)";
  expect(resultText(report, styleFor(process.stdin as never)).replace(/\s+/g, ' ')).toContain(`m${sentence}`);
  expect(markdown(report)).toContain(`- M${sentence}.`);
});

it('tells a part only where every window has it', () => {
  const run = runOf([{ ...engine(0.01), samplerCpuSeconds: 0.004, watchdogCpuSeconds: 0.002 }, engine(0.03)]);
  expect(ownCost(run, none)).toMatchObject({
    ...{ ...close(0.5, 1.4), parts: { engine: close(0.5, 1.4), sampler: null, watchdog: null } },
  });
  const report = reportOf(run, none, { folder: '/x', status: 'complete' });
  expect(resultText(report, styleFor(process.stdin as never))).toContain('(engine and sampler 0.50 %): about 1.4 J');
});

it('has no joules without an idle baseline, and is not there in a log of before', () => {
  expect(ownCost(runOf([engine(0.01)], false), none)).toEqual({
    ...{ cpuPercent: expect.closeTo(0.25), joules: null, cpuSeconds: 0.01, watts: null, energyPercent: null },
    editor: null,
    parts: { engine: { cpuPercent: expect.closeTo(0.25), joules: null }, sampler: null, watchdog: null },
  });
  expect(ownCost(runOf([{}]), none)).toBeNull();
  expect(ownCost(runOf([engine(0.04), {}]), none)!.cpuPercent).toBeCloseTo(1);
});

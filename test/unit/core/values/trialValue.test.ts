import { describe, expect, it } from 'vitest';
import type { EventOf, RunEvent } from '../../../../src/core/run/events';
import { foldRun } from '../../../../src/core/run/fold';
import type { SampleLookup } from '../../../../src/core/values/samples';
import { configurationResults, driftPercent, otherLoadPercent } from '../../../../src/core/values/trialValue';
import { windowValue } from '../../../../src/core/values/windowValue';
import { created, readingAt, sessionStarted, sweep, trialEvents } from '../../../support/runEvents';

const none = () => [];
/** A run of these trials: watts of each, and whether it is one of the reference. */
const runOf = (...trials: { watts: number; reference?: boolean; cpuSeconds?: number }[]) =>
  foldRun([
    created(),
    ...sessionStarted(),
    ...trials.flatMap(({ watts, reference = false, cpuSeconds }, i) =>
      trialEvents(i + 1, i, 'b1', 10 * (i + 1), 2, watts).map((e) => {
        if (e.type === 'trial.started') return { ...e, reference };
        return e.type === 'trial.window' && cpuSeconds !== undefined ? { ...e, cpuSeconds } : e;
      }),
    ),
  ]);

describe('drift', () => {
  it('is from the first reference trial to the last, whatever the middle and other trials say', () => {
    const reference = (watts: number) => ({ watts, reference: true });
    // 10 W of memory beside the package.
    const run = runOf(reference(50), { watts: 500 }, reference(90), { watts: 1 }, reference(53));
    expect(driftPercent(run, none)).toBeCloseTo(5);
    expect(driftPercent(runOf(reference(50), reference(44)), none)).toBeCloseTo(-10);
  });

  it('is not known from one reference trial', () => {
    expect(driftPercent(runOf({ watts: 50, reference: true }, { watts: 60 }), none)).toBeNull();
  });
});

describe('load of others', () => {
  it('is what the machine was busy with besides the trials, of all its CPU time', () => {
    // Two CPUs, of which one was busy for the 2 s of each window.
    expect(otherLoadPercent(runOf({ watts: 50, cpuSeconds: 2 }))).toBe(0);
    expect(otherLoadPercent(runOf({ watts: 50, cpuSeconds: 1 }, { watts: 50, cpuSeconds: 2 }))).toBeCloseTo(12.5);
    // What measures is no other process.
    const measured = runOf({ watts: 50, cpuSeconds: 1 });
    for (const window of measured.trials[0]!.windows) window.engineCpuSeconds = 0.5;
    expect(otherLoadPercent(measured)).toBeCloseTo(12.5);
    // A tick more than the machine counted is nobody's.
    expect(otherLoadPercent(runOf({ watts: 50, cpuSeconds: 2.02 }))).toBe(0);
    expect(otherLoadPercent(runOf())).toBeNull();
  });
});

describe('a configuration that was left out', () => {
  const skippedBy = (fields: { code?: string; fix?: string | null }) => {
    const numbers = { neededBytes: null, availableBytes: null };
    const event = {
      type: 'configuration.skipped',
      at: 4,
      configuration: 'b1',
      reason: 'model',
      message: 'no',
    } as const;
    return configurationResults(
      foldRun([created(), ...sessionStarted(), { ...event, ...numbers, ...fields }]),
      none,
    )[0];
  };
  it('says by a code why, and what mends it; in a log of before by its reason', () => {
    expect(skippedBy({ code: 'out-of-memory', fix: 'swapon -a' })!.skipped).toEqual({
      ...{ reason: 'model', code: 'out-of-memory', message: 'no', fix: 'swapon -a' },
    });
    expect(skippedBy({})!.skipped).toMatchObject({ code: 'model', fix: null });
  });
});

describe('edges of windows', () => {
  const printed = { form: 'json', control: true, everyMs: 100, resolution: 0 };
  /** The same run, but for perf's program: every reading pauses the count for a second, and is known to ± 5 ms. */
  const slowly = (events: RunEvent[]): RunEvent[] =>
    events.map((event) => {
      if (event.type === 'source.opened') {
        const parts = event.source.parts.map((part) => ({ ...part, source: 'perf', way: 'program', printed }));
        return { ...event, source: { ...event.source, parts } };
      }
      if (event.type !== 'trial.window' && event.type !== 'idle.measured') return event;
      const resumed = { ...event.start, uncertainMs: 5 };
      const start = { ...event.start, monotonicMs: event.start.monotonicMs - 1000, resumed };
      return { ...event, start, end: { ...event.end, uncertainMs: 5 } };
    });
  const valueOf = (events: RunEvent[]) => configurationResults(foldRun(events), none)[0]!.trials[0]!;
  const events = sweep();

  it('are the same joules, known to what the moments of both leave open', () => {
    const [exact, edged] = [valueOf(events), valueOf(slowly(events))];
    const { edgeJoulesPerUnit, edgeIdleWatts, ...rest } = edged;
    expect(rest).toEqual(exact);
    const seconds = exact.joulesPerUnit / exact.watts;
    const units = exact.unitsPerSecond * seconds;
    expect(units).toBeCloseTo(1, 9);
    const window = events.find((e) => e.type === 'trial.window')!;
    const lasted = (window.end.monotonicMs - window.start.monotonicMs) / 1000;
    expect(edgeJoulesPerUnit! / exact.joulesPerUnit).toBeCloseTo(0.01 / (lasted - 0.01), 9);
    expect(edgeIdleWatts).toBeGreaterThan(0);
  });
});

describe('a window that the engine has refused', () => {
  /** Two windows of 2 s; in the second the counters stand still for the first 1.5 s, which the samples alone tell. */
  const [started, phase, first, finished] = trialEvents(1, 1, 'b1', 10, 2, 50) as [
    RunEvent,
    RunEvent,
    EventOf<'trial.window'>,
    EventOf<'trial.finished'>,
  ];
  const second = { ...trialEvents(1, 1, 'b1', 12, 2, 60)[2]!, window: 1 } as EventOf<'trial.window'>;
  const whole = (_: number, fromMs: number, toMs: number) =>
    [10, 12].flatMap((from) => {
      const { start, end } = from === 10 ? first : second;
      return Array.from({ length: 19 }, (_, i) => 0.1 * (i + 1))
        .map((at) => {
          const share = from === 10 ? at / 2 : Math.max(0, (at - 1.5) / 0.5);
          const counters = start.counters.map((value, i) => value! + share * (end.counters[i]! - value!));
          return { ...readingAt(from + at), counters };
        })
        .filter(({ monotonicMs }) => monotonicMs > fromMs && monotonicMs < toMs);
    });
  const runWith = (refused?: EventOf<'trial.finished'>['refused']) =>
    foldRun([
      created(),
      ...sessionStarted(),
      started,
      phase,
      first,
      second,
      { ...finished, ...(refused && { refused }) },
    ]);
  const windowsOf = (run: ReturnType<typeof runWith>, samples: SampleLookup) =>
    run.trials[0]!.windows.map((window) => windowValue(run, run.trials[0]!, window, samples));

  it('is not believed by a reader to whom the samples are lost that told of it', () => {
    const [good, refused] = windowsOf(runWith(), whole);
    expect([good!.valid, refused!.valid]).toEqual([true, false]);
    if (refused!.valid) return;
    // Without the mark, as in a log of before, nothing is left that tells of it.
    expect(windowsOf(runWith(), none).map(({ valid }) => valid)).toEqual([true, true]);
    const { reason, message } = refused!;
    const marked = runWith([{ window: 1, reason, message }]);
    expect(windowsOf(marked, none)[1]).toEqual(refused);
    const joules = (run: ReturnType<typeof runWith>, samples: SampleLookup) =>
      configurationResults(run, samples)[0]!.trials[0]!.joulesPerUnit;
    expect(joules(marked, none)).toBe(joules(marked, whole));
    expect(joules(runWith(), none)).not.toBe(joules(runWith(), whole));
  });
});

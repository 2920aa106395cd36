import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { trialsCsv } from '../../../../src/core/export/runCsv';
import { conditionsOf } from '../../../../src/core/run/conditions';
import { type EventOf, eventSchema } from '../../../../src/core/run/events';
import { foldRun } from '../../../../src/core/run/fold';
import type { EdgeStates, MachineState } from '../../../../src/core/run/machineState';
import { reportOf } from '../../../../src/core/report/report';
import { reportSchema } from '../../../../src/core/report/reportSchema';
import { runState, trialState } from '../../../../src/core/values/machineStates';
import { configurationResults } from '../../../../src/core/values/trialValue';
import { windowValue } from '../../../../src/core/values/windowValue';
import { machineState, readingAt, sweep } from '../../../support/runEvents';

/** A window of 2 s on two CPUs, of which one is busy. */
const window = (state?: EdgeStates) => ({ start: readingAt(0), end: readingAt(2), ...(state && { state }) });
const socket = (celsius: number | null, coreThrottles: number | null, packageThrottles: number | null, number = 0) => ({
  ...{ package: number, celsius, coreThrottles, packageThrottles },
});
const edges = (start: Partial<MachineState>, end: Partial<MachineState>): EdgeStates => ({
  ...{ start: machineState(start), end: machineState(end) },
});

describe('the state of a trial', () => {
  it('has the hottest socket, what counts rose by in each window, and shares of the CPU time', () => {
    const first = edges(
      { packages: [socket(60, 7, 0), socket(62, 100, 4, 1)], stealSeconds: 50, guestSeconds: 9, runnable: 3 },
      { packages: [socket(66, 9, 0), socket(64, 100, 5, 1)], stealSeconds: 50.1, guestSeconds: 9.4, runnable: 9 },
    );
    // What rose between the windows is in none of them.
    const second = edges(
      { packages: [socket(60, 50, 0), socket(62, 100, 5, 1)], frequency: null, stealSeconds: 60, guestSeconds: 20 },
      { packages: [socket(60, 51, 0), socket(62, 100, 5, 1)], frequency: null, stealSeconds: 60, guestSeconds: 20 },
    );
    expect(trialState([window(first), window(second)])).toEqual({
      ...{ celsius: (62 + 66 + 62 + 62) / 4, megahertz: 2600, coreThrottles: 3, packageThrottles: 1 },
      // Of 8 s.
      ...{ stealPercent: expect.closeTo(1.25), guestPercent: expect.closeTo(5), runnable: 9 },
    });
  });

  it('is null where the machine tells nothing, and not there at all in a log of before', () => {
    const silent = { packages: [], frequency: null, stealSeconds: null, guestSeconds: null, runnable: null };
    expect(trialState([window(edges(silent, silent))])).toEqual({
      ...{ celsius: null, megahertz: null, coreThrottles: null, packageThrottles: null },
      ...{ stealPercent: null, guestPercent: null, runnable: null },
    });
    expect(trialState([window()])).toBeNull();
    expect(trialState([])).toBeNull();
  });

  it('never has a count below 0, whatever is reset when', () => {
    const count = fc.option(fc.nat(), { nil: null });
    const sockets = fc.array(fc.tuple(fc.constant(50), count, count), { maxLength: 3 });
    const state = fc.record({
      packages: sockets.map((list) => list.map(([celsius, core, whole], i) => socket(celsius, core, whole, i))),
      stealSeconds: count,
      guestSeconds: count,
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(state, state), { minLength: 1, maxLength: 4 }), (windows) => {
        const found = trialState(windows.map(([start, end]) => window(edges(start, end))))!;
        for (const key of ['coreThrottles', 'packageThrottles', 'stealPercent', 'guestPercent'] as const)
          expect(found[key] ?? 0).toBeGreaterThanOrEqual(0);
        expect(found.stealPercent ?? 0).toBeLessThanOrEqual(100);
      }),
    );
    const reset = edges({ packages: [socket(50, 9, 9)] }, { packages: [socket(50, 2, 9)] });
    expect(trialState([window(reset)])).toMatchObject({ coreThrottles: null, packageThrottles: 0 });
  });
});

/** The sweep of three configurations in five blocks, with what each window's edges tell. */
const stated = (tell: (trial: { configuration: string; block: number }) => EdgeStates) => {
  const started = new Map<number, EventOf<'trial.started'>>();
  const events = sweep().map((event) => {
    if (event.type === 'trial.started') started.set(event.trial, event);
    if (event.type === 'idle.measured') return { ...event, state: edges({ packages: [socket(38, 0, 0)] }, {}) };
    return event.type === 'trial.window' ? { ...event, state: tell(started.get(event.trial)!) } : event;
  });
  return foldRun(events.map((event) => eventSchema.parse(event)));
};
const reportFor = (run: ReturnType<typeof stated>) => reportOf(run, () => [], { folder: '/x', status: 'complete' });
const quiet = edges({}, {});

describe('the state of a run', () => {
  it('raises nothing where nothing is wrong, and is in the report', () => {
    const run = stated(() => quiet);
    const report = reportFor(run);
    expect(conditionsOf(report.run)).toEqual([]);
    expect(reportSchema.parse(report).run.state).toEqual({
      ...{ idleCelsius: 44, throttledTrials: 0, temperatureChangeCelsius: 0, stealPercent: 0, guestPercent: 0 },
      frequencySpread: {
        ...{ percent: 0, slowest: { configuration: 'b1', megahertz: 2600 } },
        fastest: { configuration: 'b4', megahertz: 2600 },
      },
      clockSetSeconds: 0,
    });
    expect(report.configurations[0]!.state).toEqual({
      ...{ celsius: 50, megahertz: 2600, throttledTrials: 0, stealPercent: 0, guestPercent: 0 },
    });
    expect(report.verdict.qualification.map((q) => q.code)).not.toContain('throttled');
  });

  it('is nowhere where the log has none', () => {
    const run = foldRun(sweep());
    expect(runState(run)).toBeNull();
    const report = reportFor(run);
    expect(report.run).not.toHaveProperty('state');
    expect(report.configurations[0]).not.toHaveProperty('state');
    expect(conditionsOf(report.run)).toEqual([]);
  });

  it('tells of trials that heat slowed down, and qualifies the verdict by them', () => {
    const hot = edges({}, { packages: [socket(98, 1, 0)] });
    const one = reportFor(stated(({ configuration, block }) => (configuration === 'b2' && block > 3 ? hot : quiet)));
    expect(conditionsOf(one.run).map((c) => c.code)).toEqual(['throttled', 'temperature']);
    expect(conditionsOf(one.run)[0]!.message).toContain('slowed down in 2 repeats');
    expect(one.verdict.qualification).toContainEqual({
      ...{ code: 'throttled', configuration: 'b2' },
      message: 'Batch 2 was slowed down by heat in 2 of 5 trials: its joules are of a throttled processor.',
    });
    const all = reportFor(stated(() => edges({}, { packages: [socket(50, 0, 2)] })));
    expect(all.verdict.qualification.filter((q) => q.code === 'throttled')).toEqual([
      expect.objectContaining({ configuration: null, message: expect.stringContaining('Every configuration') }),
    ]);
  });

  it('tells of a temperature that changed from the first block to the last, either way, from 5 °C on', () => {
    const change = (celsius: number) =>
      conditionsOf(
        reportFor(
          stated(({ block }) => {
            const packages = [socket(50 + (celsius * (block - 1)) / 4, 0, 0)];
            return edges({ packages }, { packages });
          }),
        ).run,
      );
    expect(change(4.9)).toEqual([]);
    expect(change(5)).toEqual([
      expect.objectContaining({ code: 'temperature', message: expect.stringContaining('5.0 °C warmer') }),
    ]);
    expect(change(-12)[0]!.message).toContain('12 °C colder');
  });

  it('compares temperatures by the configurations that both blocks have', () => {
    // Batch 1 runs hotter, and is measured in the last block alone.
    const run = stated(({ configuration }) => {
      const packages = [socket(configuration === 'b1' ? 80 : 50, 0, 0)];
      return edges({ packages }, { packages });
    });
    run.trials = run.trials.filter((t) => t.configuration !== 'b1' || t.block === 5);
    expect(runState(run)!.temperatureChangeCelsius).toBe(0);
  });

  it('tells of steal from 1 % of the CPU time on, and whose virtual machines are the load of others', () => {
    const taken = (seconds: number) => edges({}, { stealSeconds: seconds, guestSeconds: seconds });
    // Two CPUs for 2 s.
    expect(conditionsOf(reportFor(stated(() => taken(0.039))).run)).toEqual([]);
    const { run } = reportFor(stated(() => taken(0.1)));
    expect(conditionsOf(run)).toEqual([
      expect.objectContaining({ code: 'steal', message: expect.stringContaining('gave 2.5 % of the CPU time') }),
    ]);
    const loaded = conditionsOf({ ...run, otherLoadPercent: 20 });
    expect(loaded[0]!.message).toContain('20 % of the machine');
    expect(loaded[0]!.message).toContain('(virtual machines on this host 2.5 %)');
  });

  it('tells of configurations whose CPUs ran at other frequencies, where that can be seen', () => {
    const clock = (mhz: Record<string, number>) =>
      stated(({ configuration }) => {
        const frequency = { ...{ lowestMhz: 800, highestMhz: 3900, cpus: 8 }, meanMhz: mhz[configuration]! };
        return edges({ frequency }, { frequency });
      });
    expect(conditionsOf(reportFor(clock({ b1: 2600, b2: 2650, b4: 2700 })).run)).toEqual([]);
    const run = clock({ b1: 2600, b2: 3120, b4: 2700 });
    expect(conditionsOf(reportFor(run).run)).toEqual([
      expect.objectContaining({
        code: 'frequency',
        message: expect.stringContaining('2600 MHz with b1 and at 3120 MHz with b2, 20 % more'),
      }),
    ]);
    // More threads run at a lower frequency by design; and two trials are a glimpse.
    const split = clock({ b1: 2600, b2: 3120, b4: 2700 });
    split.configurations = split.configurations.map((c) => (c.id === 'b2' ? { ...c, threads: 1 } : c));
    expect(runState(split)!.frequencySpread!.percent).toBeLessThan(5);
    run.trials = run.trials.filter((t) => t.configuration !== 'b2' || t.block < 3);
    expect(runState(run)!.frequencySpread!.percent).toBeLessThan(5);
    // CPUs that are idle may be those that were looked at.
    for (const { windows } of run.trials) for (const w of windows) w.end.busySeconds = w.start.busySeconds + 1.5;
    expect(runState(run)!.frequencySpread).toBeNull();
  });

  it('withholds the value of a window in which the machine slept', () => {
    const slept = (ms: number) => edges({ asleepMs: 7000 }, { asleepMs: 7000 + ms });
    const run = stated(({ configuration, block }) => slept(configuration === 'b2' && block === 3 ? 2000 : 10));
    const trials = configurationResults(run, () => []).map((c) => c.trials.map((t) => t.block));
    expect(trials).toEqual([[1, 2, 3, 4, 5], [1, 2, 4, 5], [1, 2, 3, 4, 5]]); // prettier-ignore
    const { windows, session } = run.trials.find((t) => t.configuration === 'b2' && t.block === 3 && !t.reference)!;
    expect(windowValue(run, { session }, windows[0]!, () => [])).toEqual({
      ...{ valid: false, reason: 'asleep', message: expect.stringContaining('slept for 2.0 s') as unknown },
    });
  });

  it('tells of a clock that was set, not of one that was turned', () => {
    const offset = (wallOffsetMs: number) => edges({ wallOffsetMs }, { wallOffsetMs });
    const set = stated(({ block }) => offset(block < 4 ? 1e12 : 1e12 - 3_600_000));
    expect(runState(set)!.clockSetSeconds).toBe(3600);
    expect(conditionsOf(reportFor(set).run).map((c) => c.code)).toEqual(['clock-set']);
    const turned = stated(({ block }) => offset(1e12 + 100 * block));
    expect(runState(turned)!.clockSetSeconds).toBe(0);
  });

  it('stands in the CSV of trials, in columns after those of before', () => {
    const run = stated(() =>
      edges({}, { packages: [socket(58, 2, 0)], stealSeconds: 0.2, guestSeconds: 0.4, runnable: 5 }),
    );
    const [head, row] = trialsCsv(
      reportFor(run),
      configurationResults(run, () => []),
    )
      .split('\r\n')
      .map((line) => line.split(',').slice(-17, -10));
    expect(head).toEqual([
      ...['hottest socket (°C)', 'CPU frequency (MHz)', 'thermal limits reached by cores'],
      ...['thermal limits reached by sockets', 'steal (% of CPU time)', 'guests (% of CPU time)', 'runnable threads'],
    ]);
    expect(row!.map(Number)).toEqual([54, 2600, 2, 0, 5, 10, 5]);
  });
});

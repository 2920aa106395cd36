import { describe, expect, it } from 'vitest';
import { bearingOf, conditionsBeside, conditionsOf, isOfMachine, noted } from '../../../../src/core/run/conditions';

const quiet = { driftPercent: 1.99, otherLoadPercent: 4.99, unsteadyTrials: 0, warnings: [] };
const codes = (run: Partial<Parameters<typeof conditionsOf>[0]>) =>
  conditionsOf({ ...quiet, ...run }).map((c) => c.code);

it('tells nothing of a machine that was quiet, or of which nothing is known', () => {
  expect(codes({})).toEqual([]);
  expect(codes({ driftPercent: null, otherLoadPercent: null })).toEqual([]);
});

it('tells of other load from 5 %, of any repeat that began too early', () => {
  expect(codes({ otherLoadPercent: 5 })).toEqual(['other-load']);
  expect(codes({ unsteadyTrials: 1 })).toEqual(['unsteady']);
  const words = (unsteadyTrials: number) => conditionsOf({ ...quiet, unsteadyTrials })[0]!.message.split(':')[0];
  expect([1, 2].map(words)).toEqual([
    '1 repeat began before its speed had settled',
    '2 repeats began before their speed had settled',
  ]);
  const drift = { percent: 3, low: 1, high: 5 };
  expect(codes({ drift, otherLoadPercent: 30, unsteadyTrials: 2 })).toEqual(['drift', 'unsteady', 'other-load']);
});

it('tells of drift from 2 % on in both directions, where its interval tells it from none', () => {
  const told = (percent: number, half: number) =>
    codes({ drift: { percent, low: percent - half, high: percent + half } }).length === 1;
  expect([told(2, 1.9), told(-2, 1.9), told(9, 8)]).toEqual([true, true, true]);
  expect([told(1.99, 0.1), told(-1.99, 0.1), told(9, 9), told(-3, 3.1)]).toEqual([false, false, false, false]);
  expect(codes({ drift: null, driftPercent: 30 })).toEqual([]);
});

it('tells of the drift checks alone what a log of format 1 was told by', () => {
  expect(codes({ driftPercent: 2 })).toEqual(['drift']);
  expect(codes({ driftPercent: -2 })).toEqual(['drift']);
  expect(conditionsOf({ ...quiet, driftPercent: -3.456 })[0]!.message).toBe(
    'the machine drifted: the same configuration took 3.46 % less at the end than at the start',
  );
});

it('makes its sentences from the numbers', () => {
  const drift = { percent: -3.456, low: -5.4, high: -1.5 };
  const [first, load] = conditionsOf({ ...quiet, drift, otherLoadPercent: 12.34 });
  expect(first!.message).toBe('the machine drifted: the same work took 3 % less at the end than at the start (2–5 %)');
  expect(load!.message).toContain("took 12 % of the machine's CPU time");
});

it('has what the log notes in the same list, first', () => {
  const warnings = [noted.noIdle('a gap', 'image', 1), noted.images('a JPEG without end')];
  expect(codes({ warnings, unsteadyTrials: 1 })).toEqual(['no-idle', 'images', 'unsteady']);
  expect(warnings.filter(isOfMachine).map(({ code }) => code)).toEqual(['no-idle']);
});

it('calls a machine busy from 10 % on', () => {
  expect(noted.busyMachine(9.99)).toBeNull();
  expect(noted.busyMachine(10)).toMatchObject({ code: 'busy-machine', message: expect.stringContaining('10 %') });
});

it('tells of filtered counters only where it is known that they are', () => {
  const filtering = (state: 'on' | 'off' | 'unknown') => ({ state, by: null, because: 'SGX is enabled' });
  expect(codes({ filtering: filtering('on') })).toEqual(['filtered']);
  for (const none of [filtering('off'), filtering('unknown'), null]) expect(codes({ filtering: none })).toEqual([]);
  expect(conditionsOf({ ...quiet, filtering: filtering('on') })[0]!.message).toContain('SGX is enabled');
});

const calm = {
  ...{ foreignPercent: 0, others: null, swapMegabytesPerSecond: 0, settingsChanged: [] },
  ...{ governor: 'schedutil', frequencyDriver: 'acpi-cpufreq', start: null },
};
const state = {
  ...{ idleCelsius: null, throttledTrials: 0, temperatureChangeCelsius: null, stealPercent: 0, guestPercent: 0 },
  ...{ frequencySpread: null, clockSetSeconds: 0 },
};
type Run = Partial<Parameters<typeof conditionsOf>[0]>;
const bearing = (run: Run) =>
  bearingOf({ ...quiet, surroundings: calm, ...run }).map(({ code, effect }) => `${code} ${effect}`);

describe('other load', () => {
  const load = (otherLoadPercent: number, foreignPercent: number, rest: Partial<typeof calm> & Run = {}) => ({
    otherLoadPercent,
    surroundings: { ...calm, foreignPercent, ...rest },
  });

  it('warns of the machine, and qualifies and withholds by its share of what was used', () => {
    expect(bearing(load(5, 9.9))).toEqual([]);
    expect(codes(load(5, 9.9))).toEqual(['other-load']);
    expect(bearing(load(5, 10))).toEqual(['other-load qualifies']);
    expect(bearing(load(5, 49.9))).toEqual(['other-load qualifies']);
    expect(bearing(load(5, 50))).toEqual(['other-load withholds']);
  });

  it('is told of small work on a large machine, but not of next to nothing', () => {
    expect(codes(load(1, 10))).toEqual(['other-load']);
    expect(codes(load(0.99, 60))).toEqual([]);
  });

  it('names who it was, the busiest three', () => {
    const others = [
      { name: 'python3', of: null, percent: 12.3 },
      { name: 'editor', of: 'editor', percent: 5 },
      { name: 'kernel', of: 'kernel', percent: 0.6 },
      { name: 'sshd', of: 'ssh', percent: 0.55 },
    ];
    const run = { ...quiet, ...load(18, 31.4), surroundings: { ...calm, foreignPercent: 31.4, others } };
    expect(conditionsOf(run)[0]!.message).toBe(
      "other processes (python3 12 %, the editor 5 %, the kernel 0.6 %) took 18 % of the machine's CPU time, 31 % of what was used, while it was measured: their energy is in every number",
    );
    expect(bearingOf(run)[0]!.clause).toBe(
      'other processes (python3 12 %, the editor 5 %, the kernel 0.6 %) took 31 % of the CPU time that was used: end them and measure again',
    );
  });

  it('of a log of before neither qualifies nor withholds', () => {
    expect(bearingOf({ ...quiet, otherLoadPercent: 90 })).toEqual([]);
    expect(bearingOf({ ...quiet, warnings: [noted.busyMachine(50)!], state: { ...state, stealPercent: 90 } })).toEqual(
      [],
    );
  });
});

it('steal, throttling, swapping and settings that changed bear on a verdict, each once', () => {
  const steal = (stealPercent: number) => bearing({ state: { ...state, stealPercent } });
  expect([4.9, 5, 24.9, 25].map(steal)).toEqual([[], ['steal qualifies'], ['steal qualifies'], ['steal withholds']]);
  expect(bearing({ state: { ...state, throttledTrials: 3 } })).toEqual(['throttled qualifies']);
  expect(bearing({ surroundings: { ...calm, swapMegabytesPerSecond: 0.99 } })).toEqual([]);
  expect(bearing({ surroundings: { ...calm, swapMegabytesPerSecond: 1 } })).toEqual(['swap qualifies']);
  const settingsChanged = [{ setting: 'governor', values: ['powersave', null, 'performance'] }];
  const [changed] = bearingOf({ ...quiet, surroundings: { ...calm, settingsChanged } });
  expect(changed!.clause).toBe(
    "the machine's settings changed meanwhile (governor: powersave, then not known, then performance): leave them alone and measure again",
  );
  const warnings = [noted.busyMachine(30)!, noted.busyMachine(40)!, noted.sampler('it failed')];
  expect(bearing({ warnings })).toEqual(['busy-machine qualifies']);
});

it('tells of a governor that slows CPUs down, not of one that leaves it to the processor', () => {
  const told = (governor: string | null, frequencyDriver: string | null) =>
    codes({ surroundings: { ...calm, governor, frequencyDriver } }).length === 1;
  expect([
    told('powersave', 'acpi-cpufreq'),
    told('performance, powersave', 'intel_cpufreq'),
    told('conservative', null),
  ]).toEqual([true, true, true]);
  expect([told('powersave', 'intel_pstate'), told('schedutil', 'acpi-cpufreq'), told(null, null)]).toEqual([
    false,
    false,
    false,
  ]);
});

it('tells of the start until windows tell', () => {
  const others = [{ name: 'make', of: null, percent: 40 }];
  const at = Date.UTC(2026, 10, 28, 6, 25);
  const start = {
    othersPercent: 40,
    others,
    stealPercent: 2,
    swapMegabytesPerSecond: 3,
    timers: [{ name: 'apt-daily.timer', at }],
  };
  const surroundings = { ...calm, start };
  expect(codes({ surroundings, otherLoadPercent: null })).toEqual(['busy-at-start', 'steal', 'swap', 'timers']);
  expect(bearing({ surroundings, otherLoadPercent: null })).toEqual([]);
  expect(codes({ surroundings, otherLoadPercent: 1 })).toEqual([]);
  const [busy, , , timers] = conditionsOf({ ...quiet, surroundings, otherLoadPercent: null });
  expect(busy!.message).toContain('other processes (make 40 %) use 40 %');
  expect(timers!.message).toContain('apt-daily.timer at 06:25 UTC will start');
  const calmStart = { ...start, othersPercent: 9.9, stealPercent: 0.9, swapMegabytesPerSecond: 0.9, timers: [] };
  expect(codes({ surroundings: { ...calm, start: calmStart }, otherLoadPercent: null })).toEqual([]);
  const unknown = { othersPercent: null, others: null, stealPercent: null, swapMegabytesPerSecond: null, timers: null };
  expect(codes({ surroundings: { ...calm, start: unknown }, otherLoadPercent: null })).toEqual([]);
});

it('is told once: what stands in the qualification of a verdict is not told beside it', () => {
  const run = { ...quiet, otherLoadPercent: 30, surroundings: { ...calm, foreignPercent: 40 }, unsteadyTrials: 2 };
  const qualification = bearingOf(run);
  expect(conditionsOf(run).map(({ code }) => code)).toEqual(['unsteady', 'other-load']);
  expect(conditionsBeside(run, { qualification }).map(({ code }) => code)).toEqual(['unsteady']);
});

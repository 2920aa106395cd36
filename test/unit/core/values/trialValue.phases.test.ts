import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Part } from '../../../../src/core/energy/source';
import { cpuTime } from '../../../../src/core/energy/units';
import type { RunEvent } from '../../../../src/core/run/events';
import { foldRun } from '../../../../src/core/run/fold';
import { trialValue } from '../../../../src/core/values/trialValue';
import { detection, sweep, zonePart } from '../../../support/runEvents';

describe('phases of a trial', () => {
  it('are weighed by the domains that are added, and by no other', () => {
    const phase = (counters: number[]) => ({ ms: 1000, counters, busySeconds: 1, totalSeconds: 2 });
    const events = sweep().map((event): RunEvent => {
      if (event.type === 'source.opened') {
        const parts = event.source.parts.map((part, i) => ({ ...part, added: i === 0 }));
        return { ...event, source: { ...event.source, parts } };
      }
      if (event.type !== 'trial.window') return event;
      return { ...event, phases: { load: phase([1e6, 9e6]), inference: phase([3e6, 0]) } };
    });
    const run = foldRun(events);
    const finished = run.trials.find((t) => t.state === 'finished')!;
    const { phases, joulesPerUnit } = trialValue(run, finished, () => [], null)!;
    expect(phases!.map((p) => p.joulesPerUnit / joulesPerUnit)).toEqual([0.25, 0.75]);
  });

  it('are weighed in joules, whatever the units; an estimate beside measured parts weighs nothing', () => {
    const phase = (counters: number[]) => ({ ms: 1000, counters, busySeconds: 2, totalSeconds: 2 });
    const curve = { idleWatts: 10, maxWatts: 110, shape: 1, errorPercent: 1, basis: '' };
    const values = (...beside: Part[]) => {
      const events = sweep().map((event): RunEvent => {
        if (event.type === 'source.opened') {
          const [first, second] = event.source.parts as [Part, Part];
          // 10 J a second, in millijoules.
          const meter = { ...second, unit: 'millijoules' };
          return { ...event, source: { ...event.source, parts: [first, meter, ...beside] } };
        }
        if (event.type !== 'trial.window') return event;
        const end = { ...event.end, counters: [event.end.counters[0]!, event.start.counters[1]! + 20_000, 0, 6e6] };
        const start = { ...event.start, counters: [...event.start.counters, 0, 0] };
        return {
          ...event,
          start,
          end,
          phases: { load: phase([1e6, 9000, 0, 6e6]), inference: phase([10e6, 0, 0, 0]) },
        };
      });
      const run = foldRun(events);
      const finished = run.trials.find((t) => t.state === 'finished')!;
      return trialValue(run, finished, () => [], null)!;
    };
    const guess = zonePart('machine', { source: 'estimate', measured: false, added: true, unit: cpuTime, curve });
    const counted = zonePart('gpu-0', { source: 'guess', measured: false, added: true });
    const [alone, beside] = [values(), values(guess, counted)];
    for (const { phases, joulesPerUnit } of [alone, beside]) {
      expect(phases!.map((p) => p.joulesPerUnit / joulesPerUnit)).toEqual([0.5, 0.5]);
    }
    // 2 s, half busy, and 6 J by a counter, over 10 units.
    expect(alone).not.toHaveProperty('partlyEstimatedJoulesPerUnit');
    expect(beside).toMatchObject({ joulesPerUnit: alone.joulesPerUnit, watts: alone.watts });
    expect(beside.partlyEstimatedJoulesPerUnit! - beside.joulesPerUnit).toBeCloseTo((2 * 60 + 6) / 10, 9);
  });

  it('of estimated parts alone go by their curve', () => {
    const curve = { idleWatts: 10, maxWatts: 110, shape: 1, errorPercent: 1, basis: '' };
    const machine = zonePart('machine', { source: 'estimate', measured: false, added: true, unit: cpuTime, curve });
    const events = sweep().map((event): RunEvent => {
      if (event.type === 'source.opened') return { ...event, source: { parts: [machine], reason: null } };
      if (event.type !== 'trial.window') return event;
      const phase = (ms: number, busySeconds: number) => ({ ms, counters: [1], busySeconds, totalSeconds: 2 });
      // 110 W for 1 s; 10 W for 1 s.
      return { ...event, phases: { load: phase(1000, 2), inference: phase(1000, 0) } };
    });
    const run = foldRun(events);
    const { phases, joulesPerUnit } = trialValue(run, run.trials[0]!, () => [], null)!;
    expect(phases!.map((p) => p.joulesPerUnit / joulesPerUnit)).toEqual([110 / 120, 10 / 120]);
  });

  it('add up to its joules, whatever they are', () => {
    const rise = fc.record({ ms: fc.double({ min: 0.1, max: 1e4, noNaN: true }), rise: fc.nat(1e9) });
    fc.assert(
      fc.property(
        fc.array(rise, { minLength: 1, maxLength: detection.phases.length }),
        fc.boolean(),
        (rises, measured) => {
          const events = sweep(measured).map((event) => {
            if (event.type !== 'trial.window') return event;
            const phases = Object.fromEntries(
              rises.map(({ ms, rise: by }, i) => [
                detection.phases[i],
                { ms, counters: [by, by / 10], busySeconds: ms / 2000, totalSeconds: ms / 500 },
              ]),
            );
            return { ...event, phases };
          });
          const run = foldRun(events);
          const value = trialValue(
            run,
            run.trials.find((t) => t.state === 'finished')!,
            () => [],
            null,
          )!;
          expect(value.phases!.map((p) => p.phase)).toEqual(detection.phases.slice(0, rises.length));
          const joules = value.phases!.reduce((sum, p) => sum + p.joulesPerUnit, 0);
          // Neither source here has a power curve: both go by what the counters rose by.
          const anything = rises.some((r) => r.rise > 0);
          expect(joules / value.joulesPerUnit).toBeCloseTo(anything ? 1 : 0, 9);
        },
      ),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../../../src/core/run/events';
import { foldRun } from '../../../../src/core/run/fold';
import { trialValue } from '../../../../src/core/values/trialValue';
import { detection, sweep } from '../../../support/runEvents';

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

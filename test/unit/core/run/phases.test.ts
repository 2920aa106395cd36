import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Part, Reading } from '../../../../src/core/energy/source';
import type { RunEvent } from '../../../../src/core/run/events';
import { foldRun } from '../../../../src/core/run/fold';
import { phaseNames } from '../../../../src/core/run/phases';
import { trialValue } from '../../../../src/core/values/trialValue';
import { createPhaseMeter } from '../../../../src/engine/trial/phaseMeter';
import { source, sweep } from '../../../support/runEvents';

const range = 1000;
const domain: Part = { ...source.parts[0]!, range };

/** A reader that gives these counter values one after the other, a millisecond apart. */
function readerOf(values: (number | null)[]) {
  let next = 0;
  return {
    read(): Reading {
      const at = next++;
      return { monotonicMs: at, counters: [values[at]!], busySeconds: at / 100, totalSeconds: at / 50 };
    },
    close: () => undefined,
  };
}

describe('a meter of phases', () => {
  it('gives each phase what the counters rose by, over wraps of the counter, and forgets what came before a window', () => {
    // 900 → 950, → 20 (a wrap), → 60 and again → 70, → 70.
    const meter = createPhaseMeter(readerOf([500, 900, 950, 20, 60, 70, 70]), [domain]);
    meter.start();
    meter.ended('load');
    meter.ended('inference');
    meter.ended('nms');
    meter.ended('inference');
    meter.ended('evaluation');
    const { load, inference, nms, evaluation, preprocess } = meter.phases();
    expect([load, inference, nms, evaluation].map((p) => p!.counters[0])).toEqual([50, 70 + 10, 40, 0]);
    expect(inference!.ms).toBe(2);
    expect(inference!.busySeconds).toBeCloseTo(0.02, 9);
    expect(preprocess).toBeUndefined();
    meter.start();
    expect(meter.phases()).toEqual({});
  });

  it('knows nothing of a phase in which a counter could not be read', () => {
    const meter = createPhaseMeter(readerOf([0, 10, null, 30]), [domain]);
    meter.start();
    meter.ended('load');
    meter.ended('load');
    expect(meter.phases().load!.counters).toEqual([null]);
  });
});

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
      fc.property(fc.array(rise, { minLength: 1, maxLength: phaseNames.length }), fc.boolean(), (rises, measured) => {
        const events = sweep(measured).map((event) => {
          if (event.type !== 'trial.window') return event;
          const phases = Object.fromEntries(
            rises.map(({ ms, rise: by }, i) => [
              phaseNames[i],
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
        expect(value.phases!.map((p) => p.phase)).toEqual(phaseNames.slice(0, rises.length));
        const joules = value.phases!.reduce((sum, p) => sum + p.joulesPerUnit, 0);
        // Neither source here has a power curve: both go by what the counters rose by.
        const anything = rises.some((r) => r.rise > 0);
        expect(joules / value.joulesPerUnit).toBeCloseTo(anything ? 1 : 0, 9);
      }),
    );
  });
});

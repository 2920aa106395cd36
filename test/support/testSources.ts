import type { Part } from '../../src/core/energy/source';
import { cpuTime } from '../../src/core/energy/units';
import { estimate } from '../../src/energy/estimate/estimate';
import { powercap } from '../../src/energy/powercap/powercapSource';
import type { EnergySource } from '../../src/energy/source';

/** Stands in for `src/energy/sources.ts`: kinds of sources that the program does not know, of an accelerator that is not there. */

export const meterWatts = 60;
export const guessWatts = { idle: 60, max: 90 };
/** At 60 W three times round in a second. */
const rangeMillijoules = 20_000;

const accelerator = (kind: string): Omit<Part, 'measured' | 'unit' | 'range' | 'limitWatts'> => ({
  ...{ id: 'accelerator-0', source: kind, kind: 'accelerator', added: true, path: null },
  scope: { of: 'accelerator', number: 0 },
});
const fine = { usable: true, readable: true, code: null, reason: null, advice: null, fix: null };

/** A counter in millijoules of a constant power, by the clock that all processes share. */
const meter: EnergySource = {
  ...{ kind: 'testmeter', measured: true, covers: 'accelerator' },
  describe: async () => ({
    parts: [
      {
        ...accelerator('testmeter'),
        ...{ measured: true, unit: 'millijoules', range: rangeMillijoules, limitWatts: meterWatts },
      },
    ],
    reason: null,
  }),
  open: ({ limitWatts, range }) => ({
    read: () => Math.floor((Number(process.hrtime.bigint()) / 1e6) * limitWatts!) % range!,
    close() {},
  }),
  settings: () => ({ testmeterLimitWatts: meterWatts }),
  diagnose: async () => ({
    source: { ...fine, kind: 'testmeter', measured: true, counters: 'of the test meter' },
    domains: [
      {
        ...{ source: 'testmeter', id: 'accelerator-0', kind: 'accelerator', socket: null, path: null, readable: true },
        ...{ added: true, reason: null, advice: null, fix: null, rangeMicrojoules: 1000 * rangeMillijoules },
        limitWatts: meterWatts,
      },
    ],
    notes: ['The test meter is not there.'],
  }),
};

/** The same by a power curve. */
const guess: EnergySource = {
  ...{ kind: 'testguess', measured: false, covers: 'accelerator' },
  describe: async () => ({
    parts: [
      {
        ...accelerator('testguess'),
        ...{ measured: false, unit: cpuTime, range: null, limitWatts: null },
        curve: { idleWatts: guessWatts.idle, maxWatts: guessWatts.max, shape: 1, errorPercent: 50, basis: 'guessed' },
      },
    ],
    reason: null,
  }),
  open: () => ({ read: () => null, close() {} }),
  diagnose: async () => ({
    source: { ...fine, kind: 'testguess', measured: false, counters: null },
    domains: [],
    notes: [],
  }),
};

export const energySources: readonly EnergySource[] = [powercap, meter, guess, estimate];

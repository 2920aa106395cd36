import os from 'node:os';
import { fittedShape } from '../../core/energy/powerCurve';
import type { PowerCurve } from '../../core/energy/source';
import { cpuTime } from '../../core/energy/units';
import type { EnergySource } from '../source';
import type { Spec } from '../../core/spec/spec';

/**
 * Energy of machines without counters: watts(utilisation) × time. It says nothing that CPU time does
 * not say, so every number from it is labelled ESTIMATED.
 */

/**
 * Watts of one hardware thread of a server at no and at full load: averages of Cloud Carbon
 * Footprint (AWS, from SPECpower). For 2 × Xeon Gold 6240R (96 threads) they give 336 W, where the TDPs add up to 330 W;
 * the four machines that the curve was fitted to draw 0.8 to 1.8 times as much.
 */
const idleWattsPerThread = 0.74;
const maxWattsPerThread = 3.5;

/** The curve from the experiment's own watts, or from the number of CPUs. */
export function powerCurveOf(given: Spec['measure']['powerCurve'], threads = os.cpus().length): PowerCurve {
  const { shape, errorPercent, leaveOneOutPercent } = fittedShape;
  const fit = `shape fitted to RAPL power of 4 machines (${leaveOneOutPercent} % error on a machine left out)`;
  if (given !== undefined) {
    const basis = `${given.idleWatts} to ${given.maxWatts} W as given in measure.powerCurve; ${fit}`;
    return { idleWatts: given.idleWatts, maxWatts: given.maxWatts, shape, errorPercent, basis };
  }
  const idleWatts = round(idleWattsPerThread * threads);
  const maxWatts = round(maxWattsPerThread * threads);
  const basis =
    `ASSUMED ${idleWatts} to ${maxWatts} W: ${threads} CPUs × ${idleWattsPerThread} to ${maxWattsPerThread} W ` +
    `(average of cloud servers; can be off by a factor of 2); set measure.powerCurve to your machine’s watts; ${fit}`;
  return { idleWatts, maxWatts, shape, errorPercent, basis };
}

/** The estimate as a source: it is always there. */
export const estimate: EnergySource = {
  kind: 'estimate',
  measured: false,
  covers: 'cpu',
  describe: async ({ measure }) => ({
    parts: [
      {
        ...{ id: 'machine', source: 'estimate', kind: 'machine', measured: false, unit: cpuTime, range: null },
        ...{ added: true, scope: { of: 'machine', number: null }, path: null, limitWatts: null },
        curve: powerCurveOf(measure.powerCurve),
      },
    ],
    reason: null,
    code: null,
    fix: null,
  }),
  open(part) {
    throw new Error(`${part.id}: the estimate has no counter but the CPU time of the machine`);
  },
  diagnose: async ({ measure }) => ({
    source: {
      ...{ kind: 'estimate', usable: true, readable: true, measured: false, code: null },
      ...{ reason: powerCurveOf(measure.powerCurve).basis, advice: null, fix: null, counters: null },
    },
    domains: [],
    notes: [],
  }),
};

function round(watts: number): number {
  return Math.round(watts * 10) / 10;
}

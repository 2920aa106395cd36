import { describe, expect, it } from 'vitest';
import { loadCurve } from '../../../../../src/core/pipeline/simulation/loadCurve';
import { simulatePipeline, type SimulationInput } from '../../../../../src/core/pipeline/simulation/simulatePipeline';
import { meanInterval } from '../../../../../src/core/statistics/statistics';
import { optionOf, problemOf, simulationOf } from '../../../../support/pipelines';

/** Mean wait over the mean service time, Erlang's C for c servers (Kleinrock 1975, §3.8); for constant service half of that with one. */
function erlangWait(c: number, rho: number): number {
  let term = 1;
  let sum = 0;
  for (let k = 0; k < c; k++) {
    sum += term;
    term *= (c * rho) / (k + 1);
  }
  const waits = term / (1 - rho) / (sum + term / (1 - rho));
  return waits / (c * (1 - rho));
}

/** 99.9 % interval of the mean wait over independent replications, seconds; the first tenth of each is not counted. */
function meanWait(replicas: number, rho: number, service: SimulationInput['service'], count = 20) {
  const serviceSeconds = 0.1;
  const load = (rho * replicas) / serviceSeconds;
  const seconds = 20_000 / load;
  const waits = Array.from({ length: count }, (_, i) => {
    const input = simulationOf(problemOf([[optionOf({ latencySeconds: serviceSeconds })]]), {
      ...{ seconds, intervalSeconds: seconds / 10, seed: 1 + i, service },
      load: loadCurve({ kind: 'constant', requestsPerSecond: load }),
      first: { choice: [{ option: 0, replicas }], timeoutSeconds: [Infinity] },
    });
    const { intervals } = simulatePipeline(input);
    const counted = intervals.slice(1);
    const served = counted.reduce((sum, one) => sum + one.served, 0);
    return counted.reduce((sum, one) => sum + one.meanSeconds! * one.served, 0) / served - serviceSeconds;
  });
  return meanInterval(waits, 0.0005);
}

describe('the mean wait, within its 99.9 % interval over independent replications', () => {
  it.each([0.3, 0.6, 0.8])('M/D/1 at ρ %d: ρ s ÷ (2 (1 − ρ))', (rho) => {
    const theory = (rho * 0.1) / (2 * (1 - rho));
    const { low, high } = meanWait(1, rho, 'profile');
    expect(low).toBeLessThan(theory);
    expect(high).toBeGreaterThan(theory);
    expect((high! - low!) / theory).toBeLessThan(0.2);
  });

  it.each([
    [1, 0.5],
    [1, 0.8],
    [2, 0.7],
    [5, 0.8],
  ])('M/M/%d at ρ %d: Erlang’s C', (replicas, rho) => {
    const theory = 0.1 * erlangWait(replicas, rho);
    const { low, high } = meanWait(replicas, rho, 'exponential');
    expect(low).toBeLessThan(theory);
    expect(high).toBeGreaterThan(theory);
    expect((high! - low!) / theory).toBeLessThan(0.3);
  });
});

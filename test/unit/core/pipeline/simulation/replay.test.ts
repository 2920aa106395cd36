import { describe, expect, it } from 'vitest';
import { loadCurve } from '../../../../../src/core/pipeline/simulation/loadCurve';
import { type Replayed, replay, usualLoadStep } from '../../../../../src/core/pipeline/simulation/replay';
import { policyNames, type PolicyName } from '../../../../../src/core/pipeline/simulation/simulationSchema';
import { optionOf, problemOf, solveByTrying } from '../../../../support/pipelines';

/** Three variants: the more accurate, the more cores; the middle one takes the least energy. */
const options = [1, 4].flatMap((batch) => [
  optionOf({
    variant: 'small',
    batch,
    accuracy: 0.5,
    cores: 1,
    latencySeconds: 0.1 * batch ** 0.8,
    joulesPerRequest: 4,
  }),
  optionOf({
    variant: 'middle',
    batch,
    accuracy: 0.6,
    cores: 2,
    latencySeconds: 0.12 * batch ** 0.8,
    joulesPerRequest: 1,
  }),
  optionOf({
    variant: 'large',
    batch,
    accuracy: 0.8,
    cores: 4,
    latencySeconds: 0.2 * batch ** 0.8,
    joulesPerRequest: 8,
  }),
]);
const problem = problemOf([options, options], {
  slaSeconds: 2,
  load: 20,
  weights: { alpha: 1, beta: 0.05, delta: 0.01 },
});
const weights: Replayed['weights'] = {
  'accuracy-first': { alpha: 1, beta: 0.0001, gamma: 0, delta: 0 },
  balanced: { alpha: 1, beta: 0.02, gamma: 0, delta: 0.02 },
  'energy-first': { alpha: 0.0001, beta: 0.0001, gamma: 0, delta: 1 },
  'cost-first': { alpha: 0.0001, beta: 1, gamma: 0, delta: 0 },
};
let ticks = 0;
const input: Replayed = {
  problem,
  load: loadCurve({
    kind: 'steps',
    steps: [
      { seconds: 60, requestsPerSecond: 4 },
      { seconds: 60, requestsPerSecond: 20 },
    ],
  }),
  terms: {
    ...{ seconds: 240, seed: 1, arrivals: 'poisson', intervalSeconds: 10, dropSeconds: 2, startSeconds: 0 },
    ...{ predictor: 'known', lookBackSeconds: 120, timeoutSeconds: null, loadStep: 1 },
  },
  weights,
  solve: solveByTrying,
  clock: () => ticks++,
};
const replays = new Map(policyNames.map((name) => [name, replay(name, input)]));
const of = (name: PolicyName) => replays.get(name)!.all!;

describe('policies', () => {
  it('differ as their names say', () => {
    for (const name of policyNames) {
      expect(of('accuracy-first').accuracy).toBeGreaterThanOrEqual(of(name).accuracy!);
      if (name !== 'fixed') expect(of('energy-first').joulesPerRequest).toBeLessThanOrEqual(of(name).joulesPerRequest!);
      expect(of('cost-first').meanCores).toBeLessThanOrEqual(of(name).meanCores);
    }
    expect(of('accuracy-first').accuracy).toBeGreaterThan(of('cost-first').accuracy!);
    expect(of('energy-first').joulesPerRequest).toBeLessThan(of('cost-first').joulesPerRequest!);
  });

  it('see the same requests', () => {
    expect(new Set(policyNames.map((name) => of(name).arrived)).size).toBe(1);
  });

  it('that adapt hold fewer cores than the fixed one where the load is small, or are more accurate on as many', () => {
    const at = (name: PolicyName, i: number) => replays.get(name)!.intervals[i]!;
    expect(at('fixed-variant', 3).meanCores).toBeLessThan(at('fixed', 3).meanCores);
    expect(at('energy-aware', 3).meanCores).toBeLessThanOrEqual(at('fixed', 3).meanCores);
    expect(at('energy-aware', 3).accuracy).toBeGreaterThan(at('fixed', 3).accuracy!);
    expect(at('energy-aware', 9).meanCores).toBe(at('fixed', 9).meanCores);
  });

  it('keep what they fix', () => {
    const chosen = (name: PolicyName) => replays.get(name)!.configurations;
    expect(chosen('fixed')).toHaveLength(1);
    expect(replays.get('fixed')!.decisions).toMatchObject({ intervals: 24, solved: 1, kept: 0, changed: 0 });
    const [peak] = chosen('fixed');
    for (const one of chosen('fixed-replicas'))
      expect(one.map((stage) => stage.replicas)).toEqual(peak!.map((stage) => stage.replicas));
    for (const one of chosen('fixed-variant'))
      expect(one.map((stage) => stage.variant)).toEqual(peak!.map((stage) => stage.variant));
    expect(chosen('fixed-variant').length).toBeGreaterThan(1);
  });
});

it('comes to what the problem says, where requests are evenly spaced and batches full', () => {
  const stages = [options, options].map((stage) =>
    stage.filter(({ batch }) => batch === 4).map((option) => ({ ...option, idleWattsPerCore: 1.5 })),
  );
  const even = problemOf(stages, { slaSeconds: 2, load: 20 });
  const load = loadCurve({ kind: 'constant', requestsPerSecond: 20 });
  const terms = { ...input.terms, arrivals: 'even' as const, seconds: 2000 };
  for (const name of ['accuracy-first', 'energy-first', 'cost-first'] as const) {
    const { all } = replay(name, { ...input, problem: even, load, terms });
    const answer = solveByTrying({ ...even, weights: weights![name] });
    expect(all!.violations).toBe(0);
    expect(all!.accuracy).toBeCloseTo(answer.accuracy!, 9);
    expect(all!.meanCores).toBeCloseTo(answer.cores!, 9);
    // What is under way at the end has taken its joules already.
    expect(all!.joulesPerRequest! / answer.joulesPerRequest!).toBeCloseTo(1, 2);
    expect(all!.idleJoules / all!.arrived).toBeCloseTo(answer.idleJoulesPerRequest!, 9);
  }
});

describe('decisions', () => {
  it('are made once for each load, which is rounded up, and timed', () => {
    const { decisions, intervals } = replays.get('energy-aware')!;
    expect(new Set(intervals.map((one) => one.predictedLoad))).toEqual(new Set([4, 20]));
    expect(decisions).toMatchObject({ intervals: 24, solved: 2, changed: 3, solveSeconds: 0.002 });
    const uneven = replay('energy-aware', { ...input, terms: { ...input.terms, predictor: 'reactive', loadStep: 2 } });
    const arrived = uneven.intervals.map((one) => one.arrived / 10);
    uneven.intervals.slice(1).forEach(({ predictedLoad }, i) => {
      expect(predictedLoad % 2).toBe(0);
      expect(predictedLoad - arrived[i]!).toBeGreaterThanOrEqual(-1e-9);
      expect(predictedLoad - arrived[i]!).toBeLessThan(2);
    });
  });

  it('that find nothing feasible keep what is, and are counted', () => {
    const limited = { ...problem, scalingCap: 1, slaSeconds: 0.3 };
    const { decisions, intervals, configurations } = replay('energy-aware', { ...input, problem: limited });
    expect(decisions).toMatchObject({ intervals: 24, kept: 12, changed: 0 });
    expect(intervals.map((one) => one.isKept)).toEqual([0, 1, 0, 1].flatMap((kept) => Array(6).fill(kept === 1)));
    expect(configurations).toHaveLength(1);
  });

  it('are for no more than the largest load, which rounding would go beyond', () => {
    const one = problemOf([[optionOf({ latencySeconds: 1 / 19.95 })]], { scalingCap: 1 });
    const load = loadCurve({ kind: 'constant', requestsPerSecond: 19.9 });
    for (const name of policyNames) {
      const { all, intervals } = replay(name, { ...input, problem: one, load });
      expect([all !== null, intervals[0]?.predictedLoad]).toEqual([true, 19.9]);
    }
  });

  it('by weights of which there are none are those of no other policy', () => {
    for (const name of ['accuracy-first', 'balanced', 'energy-first', 'cost-first'] as const)
      expect(replay(name, { ...input, weights: null })).toMatchObject({ all: null, infeasible: { load: 20 } });
  });

  it('that find nothing to begin with simulate nothing', () => {
    const impossible = { ...problem, slaSeconds: 0.01 };
    for (const name of policyNames) {
      const found = replay(name, { ...input, problem: impossible, weights: name === 'balanced' ? null : weights });
      expect(found).toMatchObject({ policy: name, all: null, intervals: [], infeasible: { binding: ['latency'] } });
    }
  });
});

it('rounds loads up to a twentieth of the largest, in round numbers', () => {
  expect([20, 5, 100, 30, 0.7, 1000, 12].map(usualLoadStep)).toEqual([1, 0.2, 5, 1, 0.02, 50, 0.5]);
});

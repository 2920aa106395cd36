import { describe, expect, it } from 'vitest';
import { ExpectedError } from '../../../../../src/core/failure/expectedError';
import type { LoadPattern } from '../../../../../src/core/pipeline/loaded';
import { type SimulationTerms, simulatePolicies } from '../../../../../src/core/pipeline/simulation/simulation';
import { type PolicyName, simulationSchema } from '../../../../../src/core/pipeline/simulation/simulationSchema';
import { optionOf, problemOf, solveByTrying } from '../../../../support/pipelines';

const problem = problemOf([[optionOf({ latencySeconds: 0.05 })]], { slaSeconds: 0.5 });
const usual: PolicyName[] = ['energy-aware', 'fixed'];
const simulated = (pattern: LoadPattern, asked: SimulationTerms = {}, of = problem, policies = usual) =>
  simulatePolicies({
    ...{ name: 'camera', problem: of, pattern, policies, asked },
    ...{ solve: solveByTrying, clock: () => 0 },
  });
const steps: LoadPattern = {
  kind: 'steps',
  steps: [
    { seconds: 40, requestsPerSecond: 5 },
    { seconds: 20, requestsPerSecond: 15 },
  ],
};

describe('what is left out', () => {
  it('is the length of the pattern, decisions every 10 s, and the latency limit for dropping', () => {
    const result = simulated(steps);
    expect(result).toMatchObject({
      ...{ version: 1, simulated: true, name: 'camera', slaSeconds: 0.5, dropSeconds: 0.5, seconds: 60, seed: 1 },
      ...{ arrivals: 'poisson', intervalSeconds: 10, predictor: 'reactive', lookBackSeconds: 120, loadStep: 0.5 },
      ...{ startSeconds: 0, timeoutSeconds: null },
    });
    expect(result.load.kind).toBe('steps');
    expect(result.load.mean).toBeCloseTo(500 / 60, 12);
    expect(result.load.largest).toBe(15);
    expect(result.policies.map(({ policy, intervals }) => [policy, intervals.length])).toEqual([
      ['energy-aware', 6],
      ['fixed', 6],
    ]);
  });

  it('is an hour of a constant load', () => {
    expect(simulated({ kind: 'constant', requestsPerSecond: 1 }).seconds).toBe(3600);
  });
});

it('is as the schema says, also where nothing was feasible', () => {
  expect(simulationSchema.parse(JSON.parse(JSON.stringify(simulated(steps))))).toBeTruthy();
  const impossible = simulated(steps, {}, problemOf([[optionOf()]], { slaSeconds: 0.01 }));
  expect(simulationSchema.parse(JSON.parse(JSON.stringify(impossible))).policies[0]!.all).toBeNull();
});

it('weighs by name at the largest load that is replayed, not at one that comes later', () => {
  const options = [
    optionOf({ latencySeconds: 0.05 }),
    optionOf({ variant: 'large', accuracy: 0.9, cores: 2, latencySeconds: 0.05 }),
  ];
  const capped = problemOf([options], { load: 1000, slaSeconds: 0.5, scalingCap: 10 });
  const pattern: LoadPattern = {
    kind: 'steps',
    steps: [10, 1000].map((requestsPerSecond) => ({ seconds: 60, requestsPerSecond })),
  };
  const policies: PolicyName[] = ['accuracy-first', 'cost-first'];
  const begun = (seconds: number) => simulated(pattern, { seconds }, capped, policies).policies;
  expect(begun(60).map(({ configurations }) => configurations[0]![0]!.variant)).toEqual(['large', 'small']);
  expect(begun(120).map(({ infeasible }) => infeasible?.load)).toEqual([1000, 1000]);
});

describe('refused is', () => {
  it.each([
    ['a load without requests', { kind: 'trace', requestsPerSecond: [0, 0], file: 'a.csv' }, {}],
    [
      'more than can be simulated',
      { kind: 'constant', requestsPerSecond: 1e6 },
      { seconds: 1e4, intervalSeconds: 100 },
    ],
    ['more intervals than can be kept', { kind: 'constant', requestsPerSecond: 1 }, { intervalSeconds: 0.001 }],
    [
      'more intervals of two policies than can be told',
      { kind: 'constant', requestsPerSecond: 1 },
      { seconds: 1.5e6, intervalSeconds: 10 },
    ],
    [
      'more at once than memory has',
      {
        kind: 'steps',
        steps: [
          { seconds: 1, requestsPerSecond: 1 },
          { seconds: 20, requestsPerSecond: 1e6 },
        ],
      },
      { dropSeconds: 1e6, arrivals: 'even', loadStep: 1 },
    ],
  ] as [string, LoadPattern, SimulationTerms][])('%s', (_, pattern, asked) => {
    expect(() => simulated(pattern, asked)).toThrow(ExpectedError);
  });
});

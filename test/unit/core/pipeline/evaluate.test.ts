import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  brokenLimits,
  evaluate,
  publishedQueueSeconds,
  replicasFor,
  stageAccuracies,
} from '../../../../src/core/pipeline/evaluate';
import { type PipelineProblemInput, problemSchema } from '../../../../src/core/pipeline/problem';

const option = (variant: string, batch: number, more: object = {}) => ({
  ...{ variant, batch, accuracy: 0.5, cores: 2, latencySeconds: 0.1, throughput: 10, joulesPerRequest: 3 },
  ...more,
});
const problemOf = (more: Partial<PipelineProblemInput> = {}) =>
  problemSchema.parse({
    load: 20,
    slaSeconds: 1,
    weights: { alpha: 2, beta: 1, gamma: 0.001, delta: 0.1 },
    stages: [
      { name: 'a', options: [option('n', 1), option('n', 8, { idleWattsPerCore: 5 })] },
      { name: 'b', options: [option('s', 2, { accuracy: 0.8 })] },
    ],
    ...more,
  });
const choice = [
  { option: 1, replicas: 3 },
  { option: 0, replicas: 2 },
];

describe('evaluate', () => {
  it('adds up cores, latency with the time to fill, and energy with the idle power of the cores held', () => {
    const found = evaluate(problemOf(), choice);
    expect(found.cores).toBe(10);
    expect(found.latencySeconds).toBeCloseTo(0.1 + 7 / 20 + 0.1 + 1 / 20, 12);
    expect(found.idleJoulesPerRequest).toBeCloseTo((5 * 6) / 20, 12);
    expect(found.joulesPerRequest).toBeCloseTo(7.5, 12);
    expect(found.watts).toBeCloseTo(150, 12);
    expect(found.objective).toBeCloseTo(2 * 1.3 - 10 - 0.001 * 10 - 0.75, 12);
  });

  it.each([
    ['average', 0.65],
    ['multiply', 0.4],
  ] as const)('joins accuracies by %s', (accuracyMethod, accuracy) => {
    expect(evaluate(problemOf({ accuracyMethod }), choice).accuracy).toBeCloseTo(accuracy, 12);
  });

  it('ranks different accuracies: variants of equal ones are alike, in whatever order they stand', () => {
    const ranks = (accuracies: number[]) => {
      const options = accuracies.map((accuracy, i) => option(`${i}`, 1, { accuracy }));
      return stageAccuracies(problemOf({ stages: [{ name: 'a', options }] }).stages[0]!, true);
    };
    expect(ranks([0.7, 0.5, 0.7, 0.6])).toEqual([1, 0, 1, 0.5]);
    expect(ranks([0.7, 0.7])).toEqual([1, 1]);
  });

  it('as published charges |V|·(1 − |B|)/λ a stage in place of the time to fill', () => {
    const problem = problemOf({ queueing: 'as-published' });
    expect(publishedQueueSeconds(problem)).toBeCloseTo((2 * (1 - 3)) / 20, 12);
    expect(evaluate(problem, choice).chargedSeconds).toBeCloseTo(0.2 - 0.2, 12);
  });

  it('tells each limit that a choice breaks', () => {
    const problem = problemOf({ slaSeconds: 0.5, scalingCap: 2, limits: { joulesPerRequest: 7, watts: 149 } });
    expect(brokenLimits(problem, choice).sort()).toEqual(['joulesPerRequest', 'latency', 'scalingCap', 'watts']);
    expect(brokenLimits(problemOf({ load: 20.5 }), [choice[0]!, { option: 0, replicas: 2 }])).toEqual(['throughput']);
  });

  it('never tells more for the stages of one machine than was measured of it: idle power counts once', () => {
    const machine = fc.record({
      cores: fc.integer({ min: 4, max: 128 }),
      idleWatts: fc.double({ min: 1, max: 300, noNaN: true }),
      load: fc.double({ min: 0.1, max: 200, noNaN: true }),
      stages: fc.array(
        fc.record({
          share: fc.double({ min: 0.01, max: 1, noNaN: true }),
          watts: fc.double({ min: 0, max: 50, noNaN: true }),
        }),
        { minLength: 1, maxLength: 9 },
      ),
    });
    fc.assert(
      fc.property(machine, ({ cores, idleWatts, load, stages }) => {
        const shares = stages.reduce((sum, { share }) => sum + share, 0);
        const problem = problemOf({
          load,
          stages: stages.map(({ share, watts }, s) => ({
            name: `${s}`,
            options: [
              option('n', 1, {
                cores: (cores * share) / shares,
                joulesPerRequest: watts / load,
                throughput: load,
                idleWattsPerCore: idleWatts / cores,
              }),
            ],
          })),
        });
        const measuredWatts = idleWatts + stages.reduce((sum, { watts }) => sum + watts, 0);
        const found = evaluate(
          problem,
          stages.map(() => ({ option: 0, replicas: 1 })),
        );
        expect(found.watts).toBeLessThanOrEqual(measuredWatts * (1 + 1e-12));
        expect(found.watts).toBeGreaterThanOrEqual(measuredWatts * (1 - 1e-12));
      }),
    );
  });

  it('charges no idle power where the energy is gross', () => {
    const gross = problemOf({
      stages: [{ name: 'a', options: [option('n', 1, { idleWattsPerCore: 5, energyIncludesIdle: true })] }],
    });
    expect(evaluate(gross, [{ option: 0, replicas: 2 }])).toMatchObject({
      idleJoulesPerRequest: 0,
      joulesPerRequest: 3,
    });
  });
});

describe('replicasFor', () => {
  it('gives the fewest that keep up in doubles', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-3, max: 1e4, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e4, noNaN: true }),
        (throughput, load) => {
          const replicas = replicasFor(throughput, load);
          expect(replicas * throughput).toBeGreaterThanOrEqual(load);
          expect(replicas === 1 || (replicas - 1) * throughput < load).toBe(true);
        },
      ),
    );
    expect(replicasFor(0.1, 0.3)).toBe(3);
    expect(replicasFor(Number.MIN_VALUE, 1)).toBe(Infinity);
  });
});

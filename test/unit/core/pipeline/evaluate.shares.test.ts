import { expect, it } from 'vitest';
import { evaluate, joinAccuracies, stageShares } from '../../../../src/core/pipeline/evaluate';
import { problemSchema } from '../../../../src/core/pipeline/problem';

const option = (variant: string, batch: number, accuracy: number, joulesPerRequest: number) => ({
  ...{ variant, batch, accuracy, joulesPerRequest, cores: 2, latencySeconds: 0.05 * batch, throughput: 12 },
  idleWattsPerCore: 1.5,
});

it('shares of the stages come to the totals of the choice, idle power told apart and none of gross energy', () => {
  const problem = problemSchema.parse({
    ...{ load: 20, slaSeconds: 1, accuracyMethod: 'multiply', normalizeAccuracy: true },
    stages: [
      { name: 'detect', options: [option('small', 1, 0.4, 3), option('large', 4, 0.6, 9)] },
      { name: 'classify', options: [{ ...option('only', 2, 0.7, 5), energyIncludesIdle: true }] },
    ],
  });
  const choice = [
    { option: 1, replicas: 2 },
    { option: 0, replicas: 3 },
  ];
  const shares = stageShares(problem, choice);
  const whole = evaluate(problem, choice);
  expect(shares[0]).toEqual({
    ...{ accuracy: 1, cores: 4, latencySeconds: 0.35, joulesPerRequest: 9.3, idleJoulesPerRequest: 0.3 },
  });
  expect(shares[1]).toMatchObject({ cores: 6, joulesPerRequest: 5, idleJoulesPerRequest: 0 });
  for (const key of ['cores', 'latencySeconds', 'joulesPerRequest', 'idleJoulesPerRequest'] as const)
    expect(
      shares.reduce((sum, share) => sum + share[key], 0),
      key,
    ).toBeCloseTo(whole[key], 12);
  expect(
    joinAccuracies(
      shares.map(({ accuracy }) => accuracy),
      'multiply',
    ),
  ).toBe(whole.accuracy);
});

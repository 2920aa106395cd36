import { expect, it } from 'vitest';
import type { ConfigurationSummary } from '../../../../src/core/metrics/summarySchema';
import { startupOf, startupText } from '../../../../src/core/report/startupText';

const interval = (mean: number) => ({ mean, low: mean, high: mean, n: 5 });
const summary = (phases: Record<string, number>): Pick<ConfigurationSummary, 'phases' | 'joulesPerUnit' | 'unit'> => ({
  unit: 'image',
  joulesPerUnit: interval(Object.values(phases).reduce((sum, joules) => sum + joules, 0)),
  phases: Object.entries(phases).map(([phase, joules]) => ({
    ...{ phase, joulesPerUnit: interval(joules), msPerUnit: interval(1) },
  })),
});

it('adds up what is no work of a whole process', () => {
  const startup = startupOf(summary({ start: 0.1, model: 0.5, load: 1, inference: 8, exit: 0.4 }));
  expect(startup!.joulesPerUnit).toBeCloseTo(1);
  expect(startup!.percent).toBeCloseTo(10);
});

it('knows of none in windows that are no process, and without a number', () => {
  const pass = summary({ load: 1, inference: 9 });
  expect(startupOf(pass)).toBeNull();
  expect(startupOf({ unit: 'image', joulesPerUnit: interval(3) })).toBeNull();
  expect(startupOf({ ...summary({ start: 1 }), joulesPerUnit: null })).toBeNull();
  expect(startupText([pass], true)).toBeNull();
  expect(startupText([], true)).toBeNull();
});

it('says how much of the joules that is, from the least to the most', () => {
  const configurations = [summary({ start: 1, inference: 9 }), summary({ model: 1, exit: 1, inference: 6 })];
  expect(startupText(configurations, true)).toBe(
    'starting the process, loading the model and ending take 1.00 to 2.00 J/image, 10 to 25 % of the energy: the more images a process does, the less',
  );
  expect(startupText(configurations.slice(0, 1), false)).toContain('take 1.00 J/image (est.), 10 % of the energy');
});

import { expect, it } from 'vitest';
import { loadCurve } from '../../../../../src/core/pipeline/simulation/loadCurve';
import { predictorOf } from '../../../../../src/core/pipeline/simulation/predictor';

const load = loadCurve({
  kind: 'steps',
  steps: [
    { seconds: 15, requestsPerSecond: 4 },
    { seconds: 30, requestsPerSecond: 8 },
  ],
});
const terms = { intervalSeconds: 10, lookBackSeconds: 30 };

it('begins with what the pattern begins with', () => {
  for (const name of ['reactive', 'max', 'known'] as const) expect(predictorOf(name, load, terms)([])).toBe(4);
});

it('takes the last interval, the largest of the last ones, or the pattern itself', () => {
  const arrived = [9, 2, 7, 3];
  expect(predictorOf('reactive', load, terms)(arrived)).toBe(3);
  expect(predictorOf('max', load, terms)(arrived)).toBe(7);
  expect(predictorOf('known', load, terms)([1])).toBe(8);
});

it('takes the largest of the last ones also of very many, and of those that have gone on', () => {
  const arrived: number[] = [];
  const predict = predictorOf('max', load, { intervalSeconds: 0.0005, lookBackSeconds: 120 });
  for (let i = 0; i < 300_000; i++) arrived.push((i * 7919) % 10_007);
  expect(predict(arrived)).toBe(10_006);
  const few = predictorOf('max', load, terms);
  const grown: number[] = [];
  for (const rate of [5, 9, 2, 7, 3, 3, 8, 1, 1, 1, 0]) {
    grown.push(rate);
    expect(few(grown)).toBe(Math.max(...grown.slice(-3)));
  }
});

import { describe, expect, it } from 'vitest';
import { decisiveTrial } from '../../../../../src/core/analysis/verdict/decisiveTrial';
import { additiveModel } from '../../../../../src/core/statistics/additiveModel';
import { claimAmong } from '../../../../../src/core/statistics/claim';

const costs = (values: number[]) => new Map(values.map((value, i) => [i + 1, value]));
const likely = { verdict: 0.025, worse: 0.025, equivalent: 0.05 };

function rests(rows: Record<string, number[]>) {
  const model = additiveModel(new Map(Object.entries(rows).map(([id, values]) => [id, costs(values)])));
  const claim = claimAmong(Object.keys(rows), model.difference, () => likely, 1)!;
  return { claim, trial: decisiveTrial(claim.tied, Object.keys(rows), model, 1) };
}

describe('the one trial that a verdict rests on', () => {
  it('is none where the others say the same', () => {
    const { claim, trial } = rests({ a: [1, 1.01, 1, 0.99, 1, 1], b: [1.1, 1.11, 1.1, 1.11, 1.09, 1.1] });
    expect(claim.open).toEqual([]);
    expect(trial).toBeNull();
  });

  it('is the one without which another would be the lowest', () => {
    const { trial } = rests({
      a: [1, 1, 1, 1, 1, 1, 1],
      b: [1.03, 1.029, 1.031, 1.03, 1.0302, 1.0298, 1.03],
    });
    expect(trial).toBeNull();
    const even = rests({ a: [1, 1.002, 1, 1.001, 1, 0.9], b: [1, 1, 1.001, 1, 1, 1] });
    // Not claimed at all: one that strays counts with a bounded weight.
    expect(even.claim.open.length + even.claim.tied.length).toBeGreaterThan(1);
  });

  it('is told with its block', () => {
    const model = additiveModel(
      new Map([
        ['a', costs([0, 0, 0, 0, -0.05])],
        ['b', costs([0.001, -0.001, 0.001, -0.001, 0])],
      ]),
    );
    expect(decisiveTrial(['a'], ['a', 'b'], model, 0.05)).toEqual({ configuration: 'a', block: expect.any(Number) });
  });
});

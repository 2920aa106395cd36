import { describe, expect, it } from 'vitest';
import { seededNormal } from '../../../../src/core/statistics/random';
import { additiveModel } from '../../../../src/core/statistics/additiveModel';
import { comparisonTails } from '../../../../src/core/statistics/confidence';
import { foretellBlocks } from '../../../../src/core/statistics/foretell';

const repeats = { min: 5, max: 12, intervalPercent: 2 };

function foretold(truth: number[], cv: number, blocks = 12, seed = 1, margin = 1) {
  const normal = seededNormal(seed);
  const model = additiveModel(
    new Map(
      truth.map((mean, i) => [
        `c${i}`,
        new Map(Array.from({ length: blocks }, (_, block) => [block + 1, mean + cv * normal()])),
      ]),
    ),
  );
  return foretellBlocks([...model.ids], model, blocks, (n) => comparisonTails(truth.length, repeats, n), margin);
}

describe('how many more blocks', () => {
  it('are fewer where less is missing, and the same for the same data', () => {
    const near = foretold([0, 0.006], 0.01)!;
    expect(near.low).toBeLessThanOrEqual(near.high);
    expect(foretold([0, 0.006], 0.01)).toEqual(near);
    const far = foretold([0, 0.011], 0.01)!;
    expect(far.high).toBeLessThanOrEqual(near.high);
  });

  it('are none that anybody would measure where the differences are far within the noise', () => {
    expect(foretold([0, 0.001], 0.1)).toBeNull();
    expect(foretold([0, 0.001, 0.002, 0.003], 0.05)).toBeNull();
    expect(foretellBlocks([], additiveModel(new Map()), 12, (n) => comparisonTails(2, repeats, n), 1)).toBeNull();
  });

  it('end in a tie too', () => {
    expect(foretold([0, 0], 0.006, 8)).not.toBeNull();
    // Not where no number of blocks makes it one.
    expect(foretold([0, 0], 0.006, 8, 1, 0.01)).toBeNull();
  });
});

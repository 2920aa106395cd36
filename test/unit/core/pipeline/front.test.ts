import { describe, expect, it } from 'vitest';
import { frontAxes } from '../../../../src/core/pipeline/ask';
import { evaluate } from '../../../../src/core/pipeline/evaluate';
import { frontOf } from '../../../../src/core/pipeline/front';
import { seededRandom } from '../../../../src/core/statistics/random';
import { feasibleChoices, problemOf, randomProblem, video } from '../../../support/pipelineProblems';

/** The less the better. */
const costsOf = (point: Record<(typeof frontAxes)[number], number>, axes: readonly (typeof frontAxes)[number][]) =>
  axes.map((axis) => (axis === 'accuracy' ? -point.accuracy : point[axis]));
const isAtMost = (a: readonly number[], b: readonly number[], by: number) => a.every((value, i) => value <= b[i]! + by);

describe('a front over two objectives', () => {
  const pairs = frontAxes.flatMap((x, i) => frontAxes.slice(i + 1).map((y) => [x, y] as const));

  it.each(pairs)('of %s and %s is that of trying everything, with all limits', (...axes) => {
    let points = 0;
    for (let seed = 1; seed <= 150; seed++) {
      const problem = randomProblem(seed, { coarse: seed % 3 === 0 });
      const all = feasibleChoices(problem).map((choice) => costsOf(evaluate(problem, choice), axes));
      const front = frontOf(problem, axes);
      expect(front.isThinned).toBe(false);
      const found = front.points.map((point) => costsOf(point, axes));
      points += found.length;
      // Each feasible choice is matched or beaten by a point; each point is one of them, and none beats it.
      for (const one of all)
        expect(
          found.some((point) => isAtMost(point, one, 1e-9)),
          `seed ${seed}`,
        ).toBe(true);
      for (const point of found) {
        expect(
          all.some((one) => isAtMost(one, point, 1e-12) && isAtMost(point, one, 1e-12)),
          `seed ${seed}`,
        ).toBe(true);
        const beating = all.filter((one) => isAtMost(one, point, 1e-9) && one.some((v, i) => v < point[i]! - 1e-6));
        expect(beating, `seed ${seed}`).toEqual([]);
      }
    }
    expect(points).toBeGreaterThan(100);
  });

  it('has its points in order, with the choice of each', () => {
    const { points } = frontOf(problemOf(video), ['joulesPerRequest', 'accuracy']);
    expect(points.length).toBeGreaterThan(2);
    for (const [i, point] of points.slice(1).entries()) {
      expect(point.joulesPerRequest).toBeGreaterThan(points[i]!.joulesPerRequest);
      expect(point.accuracy).toBeGreaterThan(points[i]!.accuracy);
    }
    expect(points[0]!.stages.map(({ name }) => name)).toEqual(['detect', 'classify']);
  });

  it('is empty where nothing is feasible, or a stage has no option left', () => {
    expect(frontOf(problemOf({ ...video, slaSeconds: 0.01 }), ['cores', 'accuracy']).points).toEqual([]);
    expect(frontOf(problemOf({ ...video, load: 1e6 }), ['cores', 'accuracy']).points).toEqual([]);
  });

  it('says so where beginnings are thinned, and has feasible points with both ends', () => {
    const random = seededRandom(7);
    const options = Array.from({ length: 63 }, (_, o) => ({
      ...{ variant: `v${o % 9}`, batch: 2 ** Math.floor(o / 9), accuracy: (o % 9) / 9, cores: 1 + random() },
      ...{ latencySeconds: random(), throughput: 5 + 20 * random(), joulesPerRequest: 1 + random() },
    }));
    const stages = Array.from({ length: 9 }, (_, s) => ({
      name: `${s}`,
      options: options.map((one) => ({ ...one, joulesPerRequest: one.joulesPerRequest + random(), cores: one.cores })),
    }));
    const problem = problemOf({ load: 20, slaSeconds: 9, limits: { joulesPerRequest: 24 }, stages });
    const front = frontOf(problem, ['cores', 'accuracy']);
    expect(front.isThinned).toBe(true);
    expect(front.points.length).toBeGreaterThan(5);
    expect(front.points.length).toBeLessThanOrEqual(200);
    for (const point of front.points) {
      expect(point.latencySeconds).toBeLessThanOrEqual(9);
      expect(point.joulesPerRequest).toBeLessThanOrEqual(24);
    }
  });
});

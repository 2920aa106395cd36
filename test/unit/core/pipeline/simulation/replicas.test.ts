import { describe, expect, it } from 'vitest';
import { HeldCores } from '../../../../../src/core/pipeline/simulation/heldCores';
import { Replicas } from '../../../../../src/core/pipeline/simulation/replicas';

const small = { id: 0, cores: 1, idleWatts: 2 };
const large = { id: 1, cores: 4, idleWatts: 8 };

function stage() {
  const held = new HeldCores();
  return { held, replicas: new Replicas(held) };
}

it('begins with replicas that are ready, however long a start takes', () => {
  const { held, replicas } = stage();
  replicas.order(0, small, 3, 60);
  expect(replicas.free).toBe(3);
  expect(held.take(10)).toEqual({ coreSeconds: 30, idleJoules: 60 });
});

describe('more and fewer of the same kind', () => {
  it('more hold their cores from the order on, and work once they have started', () => {
    const { held, replicas } = stage();
    replicas.order(0, small, 1, 5);
    replicas.order(10, small, 3, 5);
    expect([replicas.free, replicas.nextReady]).toEqual([1, 15]);
    replicas.makeReady(15);
    expect([replicas.free, replicas.nextReady]).toEqual([3, Infinity]);
    expect(held.take(20).coreSeconds).toBe(10 + 3 * 10);
  });

  it('fewer: those that start first, then those that rest, then those that work when they have done', () => {
    const { held, replicas } = stage();
    replicas.order(0, small, 3, 5);
    replicas.free -= 2;
    replicas.order(10, small, 5, 5);
    replicas.order(12, small, 1, 5);
    expect([replicas.free, replicas.nextReady]).toEqual([0, Infinity]);
    replicas.end(14, replicas.generation, small);
    expect(replicas.free).toBe(0);
    replicas.end(15, replicas.generation, small);
    expect(replicas.free).toBe(1);
    // 3 for 10 s, 5 for 2 s, 2 for 2 s, 1 for 6 s.
    expect(held.take(20).coreSeconds).toBe(30 + 10 + 4 + 6);
  });
});

describe('another kind', () => {
  it('takes over when it is ready; what works then leaves when it has done', () => {
    const { held, replicas } = stage();
    replicas.order(0, small, 2, 5);
    const { generation } = replicas;
    replicas.order(10, large, 1, 5);
    expect([replicas.serve(small), replicas.free]).toEqual([true, 2]);
    replicas.free--;
    replicas.makeReady(15);
    expect([replicas.serve(large), replicas.free]).toEqual([true, 1]);
    replicas.end(16, generation, small);
    expect(replicas.free).toBe(1);
    // Two small ones until 15, one until 16, the large one from 10 on.
    expect(held.take(20).coreSeconds).toBe(2 * 15 + 1 + 4 * 10);
  });

  it('that is not wanted any more before it is ready is not waited for', () => {
    const { held, replicas } = stage();
    replicas.order(0, small, 2, 5);
    replicas.order(10, large, 1, 5);
    replicas.order(12, small, 2, 5);
    expect(replicas.nextReady).toBe(Infinity);
    expect(held.take(20).coreSeconds).toBe(2 * 20 + 4 * 2);
  });

  it('that is wanted again is not confused with those of before that still work', () => {
    const { held, replicas } = stage();
    replicas.order(0, small, 1, 0);
    const { generation } = replicas;
    replicas.free--;
    replicas.order(10, large, 1, 0);
    replicas.order(12, small, 1, 0);
    expect(replicas.free).toBe(1);
    replicas.end(14, generation, small);
    expect(replicas.free).toBe(1);
    expect(held.take(20).coreSeconds).toBe(12 + 4 * 2 + 2 + 8);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { placementOf } from '../../../../src/engine/session/placement';
import type { Cpu } from '../../../../src/machine/topology';

/** Numbered as Linux does it: first all first siblings, socket by socket, then all second ones. */
function machine(sockets: number, coresEach: number, siblings: number): Cpu[] {
  const all = sockets * coresEach;
  return Array.from({ length: all * siblings }, (_, cpu) => ({
    ...{ cpu, core: cpu % coresEach, socket: Math.floor((cpu % all) / coresEach) },
  }));
}
const cpusOf = (...args: Parameters<typeof placementOf>) => {
  const placed = placementOf(...args);
  if ('problem' in placed) throw new Error(placed.problem);
  return placed.cpus;
};
const problemOf = (...args: Parameters<typeof placementOf>) => {
  const placed = placementOf(...args);
  return 'problem' in placed ? placed.problem : null;
};

describe('processes', () => {
  it('that are alone are left to the kernel unless they are pinned', () => {
    expect(cpusOf({ instances: 1, threads: 16 }, 'none', machine(1, 16, 1))).toBeNull();
    expect(cpusOf({ instances: 1, threads: 3 }, 'cores', machine(1, 4, 2))).toEqual([[0, 1, 2]]);
  });

  it('get cores of their own while there are just enough, and fill one socket after the other', () => {
    expect(cpusOf({ instances: 2, threads: 2 }, 'cores', machine(1, 4, 2))).toEqual([
      [0, 1],
      [2, 3],
    ]);
    expect(cpusOf({ instances: 2, threads: 4 }, 'cores', machine(2, 4, 1))).toEqual([
      [0, 1, 2, 3],
      [4, 5, 6, 7],
    ]);
  });

  it('share the cores out whole, siblings together', () => {
    expect(cpusOf({ instances: 2, threads: 2 }, 'none', machine(1, 4, 2))).toEqual([
      [0, 4, 1, 5],
      [2, 6, 3, 7],
    ]);
    expect(cpusOf({ instances: 16, threads: 1 }, 'none', machine(1, 16, 1))).toEqual(
      Array.from({ length: 16 }, (_, i) => [i]),
    );
  });

  it('that are more than the cores share them, CPU by CPU', () => {
    expect(cpusOf({ instances: 4, threads: 1 }, 'none', machine(1, 2, 2))).toEqual([[0], [2], [1], [3]]);
    expect(cpusOf({ instances: 4, threads: 1 }, 'cores', machine(1, 2, 2))).toEqual([[0], [2], [1], [3]]);
  });

  it('stay on a socket each, and are refused with the numbers where none is large enough', () => {
    expect(cpusOf({ instances: 3, threads: 2 }, 'sockets', machine(2, 4, 1))).toEqual([
      [0, 1],
      [2, 3],
      [4, 5, 6, 7],
    ]);
    expect(problemOf({ instances: 1, threads: 6 }, 'sockets', machine(2, 4, 1))).toBe(
      '1 process of 6 threads would reach over two sockets; a socket has 4 CPUs here',
    );
  });

  it('for which there are not the CPUs are refused with the numbers', () => {
    expect(problemOf({ instances: 4, threads: 8 }, 'none', machine(1, 8, 2))).toBe(
      '4 processes of 8 threads need 32 CPUs; 16 may be used here',
    );
  });

  it('never share a CPU, and have one for each thread, on any machine', () => {
    const machines = fc.tuple(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 24 }),
      fc.integer({ min: 1, max: 2 }),
    );
    const pins = fc.constantFrom('none' as const, 'cores' as const, 'sockets' as const);
    const count = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(machines, fc.func(fc.boolean()), pins, count, count, (shape, isAllowed, pin, instances, threads) => {
        const usable = machine(...shape).filter(isAllowed);
        const placed = placementOf({ instances, threads }, pin, usable);
        const fits = instances * threads <= usable.length;
        if ('problem' in placed) {
          expect(fits && pin !== 'sockets').toBe(false);
          return;
        }
        if (placed.cpus === null) {
          expect([instances, pin]).toEqual([1, 'none']);
          return;
        }
        const all = placed.cpus.flat();
        expect(placed.cpus).toHaveLength(instances);
        expect(new Set(all).size).toBe(all.length);
        for (const own of placed.cpus) {
          expect(own.length).toBeGreaterThanOrEqual(threads);
          const used = usable.filter(({ cpu }) => own.includes(cpu));
          expect(used).toHaveLength(own.length);
          if (pin === 'sockets') expect(new Set(used.map(({ socket }) => socket)).size).toBe(1);
          if (pin === 'cores') expect(own).toHaveLength(threads);
        }
      }),
    );
  });
});

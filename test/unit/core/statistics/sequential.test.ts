import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededNormal } from '../../../../src/core/statistics/random';
import { normalQuantile } from '../../../../src/core/statistics/normal';
import {
  lookSchedule,
  nominalLevel,
  normalLevel,
  type PlannedLooks,
  spentAt,
  type Spending,
} from '../../../../src/core/statistics/sequential';
import { repeats } from '../../../support/repeats';

const planned = { min: 5, max: 12 };

describe('the looks', () => {
  it('begin at 5 blocks, end at the maximum and always rise', () => {
    expect(lookSchedule(planned)).toEqual([5, 6, 7, 8, 9, 10, 11, 12]);
    expect(lookSchedule({ min: 2, max: 3 })).toEqual([5]);
    expect(lookSchedule({ min: 8, max: 8 })).toEqual([8]);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1000 }),
        fc.integer({ min: 0, max: 999 }),
        fc.integer({ min: 0, max: 500 }),
        (min, more, added) => {
          const max = Math.min(1000, min + more);
          const looks = lookSchedule({ min, max }, max + added);
          expect(looks.at(-1)).toBe(Math.max(5, max + added));
          expect(looks.length).toBeLessThan(100);
          for (let i = 1; i < looks.length; i++) expect(looks[i]!).toBeGreaterThan(looks[i - 1]!);
          if (max >= Math.max(5, min)) expect(looks).toContain(max);
        },
      ),
    );
  });
});

describe('the error', () => {
  it('is spent to four fifths at the planned maximum, and never whole after it', () => {
    for (const spending of ['late', 'even'] as const) {
      expect(spentAt(planned, 12, spending)).toBeCloseTo(0.8, 12);
      expect(spentAt(planned, 24, spending)).toBeCloseTo(0.9, 12);
      expect(spentAt(planned, 100_000, spending)).toBeLessThan(1);
    }
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 500 }), fc.constantFrom<Spending>('late', 'even'), (n, spending) => {
        expect(spentAt(planned, n + 1, spending)).toBeGreaterThan(spentAt(planned, n, spending));
      }),
    );
  });

  it('of one look alone is what is spent there', () => {
    expect(normalLevel(0.05, { min: 5, max: 5 }, 5, 'late')).toBeCloseTo(0.04, 10);
    expect(normalLevel(0.05, planned, 5, 'late')).toBeCloseTo(0.04 * (5 / 12) ** 4, 10);
  });

  it('comes to what was asked for, by simulation of normal sums, blocks that are added among them', () => {
    const looks = [...lookSchedule(planned), 15, 24];
    const boundaries = looks.map((n) => -normalQuantile(normalLevel(0.05, planned, n, 'late') / 2));
    const normal = seededNormal(3);
    const runs = repeats(20_000, 200_000);
    let crossed = 0;
    for (let run = 0; run < runs; run++) {
      let [sum, n] = [0, 0];
      const isBeyond = looks.some((at, i) => {
        for (; n < at; n++) sum += normal();
        return Math.abs(sum) > boundaries[i]! * Math.sqrt(n);
      });
      if (isBeyond) crossed++;
    }
    // Looks at 15 and 24 spend less than each block would.
    expect(crossed / runs).toBeGreaterThan(0.04);
    expect(crossed / runs).toBeLessThan(0.05);
  });

  it('leaves late looks nearly what a single one would have, even ones all alike', () => {
    const at = (n: number, spending: Spending) => normalLevel(0.05, planned, n, spending);
    expect(at(12, 'late')).toBeGreaterThan(0.03);
    expect(at(5, 'even') / at(12, 'even')).toBeGreaterThan(0.5);
    expect(at(5, 'late') / at(12, 'late')).toBeLessThan(0.05);
    // t statistics cross more often.
    expect(nominalLevel(0.05, planned, 12, 'late')).toBeLessThan(at(12, 'late'));
  });

  it('is the same whatever was asked before', () => {
    const other: PlannedLooks = { min: 5, max: 40 };
    const alone = normalLevel(0.031, other, 37, 'late');
    for (const n of [40, 5, 100, 36]) normalLevel(0.031, other, n, 'late');
    expect(normalLevel(0.031, other, 37, 'late')).toBe(alone);
    expect(normalLevel(0.031, other, 3, 'late')).toBe(normalLevel(0.031, other, 5, 'late'));
  });
});

import { describe, expect, it } from 'vitest';
import { doubtsOf } from '../../../../src/core/energy/counterTrust';
import type { Part } from '../../../../src/core/energy/source';
import { cpuTime } from '../../../../src/core/energy/units';
import { zonePart } from '../../../support/runEvents';

/** Five seconds at ten a second; `counters` in microjoules by seconds, one of each part. */
function doubts(parts: Part[], ...counters: ((seconds: number) => number)[]) {
  const readings = Array.from({ length: 51 }, (_, k) => ({
    ...{ monotonicMs: 1000 + 100 * k, busySeconds: 0, totalSeconds: k / 5 },
    counters: counters.map((counter) => Math.round(counter(k / 10))),
  }));
  return doubtsOf({ parts }, readings);
}

/** Watts with a ripple of its own. */
const drawing = (watts: number, beat: number) => (seconds: number) =>
  1e6 * watts * seconds + 2e4 * Math.sin(beat * seconds);
const inTicks = (watts: number, tickSeconds: number) => (seconds: number) =>
  1e6 * watts * tickSeconds * Math.floor(seconds / tickSeconds + 1e-9);

const sockets = ['package-0', 'package-1'].map((id) => zonePart(id));

describe('doubtsOf', () => {
  it('has none where each socket goes its own way', () => {
    expect(doubts(sockets, drawing(100, 3), drawing(100, 4))).toEqual([]);
  });

  it('finds two sockets that are one register, wherever they began to count', () => {
    const other = (seconds: number) => 7e9 + drawing(100, 3)(seconds);
    expect(doubts(sockets, drawing(100, 3), other)).toEqual([{ kind: 'mirrored', id: 'package-1', of: 'package-0' }]);
  });

  it('compares no memory with a package, and nothing with a counter that is not added', () => {
    const unlike = [zonePart('package-0'), zonePart('dram-0', { kind: 'dram' })];
    expect(doubts(unlike, drawing(9, 3), drawing(9, 3))).toEqual([]);
    expect(doubts([sockets[0]!, { ...sockets[1]!, added: false }], drawing(9, 3), drawing(9, 3))).toEqual([]);
  });

  it.each([
    [0.25, 0.25],
    [1, 1],
  ])('finds a counter that moves every %d s', (tickSeconds, found) => {
    const [doubt, ...others] = doubts(sockets, drawing(100, 3), inTicks(100, tickSeconds));
    expect(others).toEqual([]);
    expect(doubt).toMatchObject({ kind: 'coarse', id: 'package-1' });
    if (doubt?.kind === 'coarse') expect(doubt.seconds / found).toBeCloseTo(1, 1);
  });

  it('leaves one alone that ticks as fast as it is read, and says nothing of a few readings, or of CPU time', () => {
    expect(doubts(sockets, drawing(100, 3), inTicks(100, 0.1))).toEqual([]);
    const few = [0, 1, 2].map((k) => ({ monotonicMs: 100 * k, counters: [0, 0], busySeconds: 0, totalSeconds: k }));
    expect(doubtsOf({ parts: sockets }, few)).toEqual([]);
    const estimate = zonePart('machine', { unit: cpuTime, measured: false });
    expect(doubts([estimate], inTicks(100, 1))).toEqual([]);
  });

  it('takes nothing of a program that prints for a doubt: what is read twice, and hundredths that are alike', () => {
    const printed = { form: 'csv', control: true, everyMs: 100, resolution: 10_000 };
    const parts = sockets.map((part) => ({ ...part, printed }));
    const readings = Array.from({ length: 100 }, (_, k) => ({
      ...{ monotonicMs: 100 * Math.floor(k / 2), busySeconds: 0, totalSeconds: k },
      counters: [0, 1].map(() => 50_000 * Math.floor(k / 2)),
    }));
    expect(doubtsOf({ parts }, readings)).toEqual([]);
  });
});

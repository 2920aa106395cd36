import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSteps } from '../../../../src/engine/trial/steps';

const many = 100_000;

describe('the share of a window', () => {
  it('cuts the steps at its edges by their time, and holds the batches that end in it', () => {
    const steps = createSteps(100);
    for (const [startMs, endMs, cpuSeconds] of [
      [0, 10, 101],
      [10, 20, 103],
      [20, 40, 104],
    ] as const) {
      steps.batch(endMs, endMs - startMs);
      steps.ended({ startMs, endMs, work: 8, cpuSeconds });
    }
    expect(steps.share(5, 30, many)).toEqual({
      work: 4 + 8 + 4,
      cpuSeconds: 0.5 + 2 + 0.5,
      ...{ batches: 2, stride: 1, batchMs: [10, 10] },
    });
    // What the next window has of the step that was cut.
    expect(steps.share(30, 40, many)).toEqual({ work: 4, cpuSeconds: 0.5, batches: 1, stride: 1, batchMs: [20] });
  });

  it('leaves out what came before the window, and keeps as many batch times as it is told to', () => {
    const steps = createSteps(0);
    for (let at = 0; at < 40; at += 10) {
      steps.batch(at + 10, 10);
      steps.ended({ startMs: at, endMs: at + 10, work: 1, cpuSeconds: at });
    }
    // The batch that ends where the window begins is the one before's.
    expect(steps.share(20, 40, 1)).toMatchObject({ work: 2, batches: 2, stride: 2, batchMs: [10] });
    // What is over is forgotten.
    expect(steps.share(0, 40, many)).toMatchObject({ work: 0, batches: 0, batchMs: [] });
  });

  it('has a step whole that the clock cannot resolve, in one window', () => {
    const steps = createSteps(0);
    steps.ended({ startMs: 10, endMs: 10, work: 3, cpuSeconds: 0 });
    steps.ended({ startMs: 10, endMs: 20, work: 1, cpuSeconds: 0 });
    expect(steps.share(0, 10, many).work).toBe(0);
    expect(steps.share(10, 20, many).work).toBe(1 + 3);
  });

  it('adds up over windows that follow one another: nothing is lost, and nothing counted twice', () => {
    const length = fc.integer({ min: 1, max: 50 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(length, fc.nat(5), fc.nat(9)), { minLength: 1 }),
        fc.array(length),
        (lasting, cuts) => {
          const steps = createSteps(0);
          let now = 0;
          let cpu = 0;
          let total = 0;
          for (const [ms, gapMs, work] of lasting) {
            steps.batch(now + ms, ms);
            steps.ended({ startMs: now, endMs: now + ms, work, cpuSeconds: (cpu += ms / 1000) });
            now += ms + gapMs;
            total += work;
          }
          let from = 0;
          const shares = [...cuts, now].map((cut) => {
            const to = Math.min(now, from + cut);
            const share = steps.share(from, to, many);
            from = to;
            return share;
          });
          shares.push(steps.share(from, now, many));
          const sum = (of: (share: (typeof shares)[number]) => number) => shares.reduce((s, share) => s + of(share), 0);
          expect(sum((s) => s.work)).toBeCloseTo(total, 9);
          expect(sum((s) => s.cpuSeconds)).toBeCloseTo(cpu, 9);
          expect(sum((s) => s.batches)).toBe(lasting.length);
        },
      ),
    );
  });
});

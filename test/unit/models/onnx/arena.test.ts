import { describe, expect, it } from 'vitest';
import { arenaBytes } from '../../../../src/models/onnx/arena';

const mebibyte = 2 ** 20;

describe('the arena', () => {
  it('takes no more for one buffer after the other, and all of those that are held at once', () => {
    const after = [0, 2, 4].map((from) => ({ from, to: from + 1, bytes: mebibyte }));
    expect(arenaBytes(after, 1)).toBe(mebibyte);
    expect(
      arenaBytes(
        after.map(({ bytes }) => ({ from: 0, to: 9, bytes })),
        4,
      ),
    ).toBe(12 * mebibyte);
    expect(arenaBytes([], 8)).toBe(0);
  });

  it('is never less than what is held at one moment, and never more than all together', () => {
    let seed = 1;
    const random = (most: number) => (seed = (seed * 48_271) % 2_147_483_647) % most;
    for (let round = 0; round < 200; round++) {
      const buffers = Array.from({ length: 1 + random(30) }, () => {
        const from = random(40);
        return { from, to: from + random(15), bytes: 1 + random(3e6) };
      });
      const held = (at: number) => buffers.reduce((sum, b) => sum + (b.from <= at && at <= b.to ? b.bytes : 0), 0);
      const most = Math.max(...Array.from({ length: 60 }, (_, at) => held(at)));
      const bytes = arenaBytes(buffers, 2);
      expect(bytes).toBeGreaterThanOrEqual(2 * most);
      // Two runs may lie elsewhere each.
      expect(bytes).toBeLessThanOrEqual(2 * 2 * buffers.reduce((sum, b) => sum + b.bytes, 0));
    }
  });

  it('leaves a gap where a larger buffer follows smaller ones in the same region', () => {
    const buffers = [
      { from: 0, to: 1, bytes: 3 * mebibyte },
      { from: 2, to: 3, bytes: 5 * mebibyte },
    ];
    // Three of a region of four are free, and too small: a region of eight is taken besides.
    expect(arenaBytes(buffers, 1)).toBe(8 * mebibyte);
  });
});

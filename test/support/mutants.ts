import { expect } from 'vitest';
import { seededRandom } from '../../src/core/statistics/random';

/** Bytes as disks, networks and attackers change them: other values, cut, doubled, moved, numbers at their limits. */
export function mutatedBytes(original: Buffer, seed: number): Buffer {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  let bytes = Buffer.from(original);
  for (let times = 1 + below(4); times > 0 && bytes.length > 4; times--) {
    const [at, other] = [below(bytes.length - 4), below(bytes.length)];
    switch (below(7)) {
      case 0:
        bytes = bytes.subarray(0, at);
        break;
      case 1:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(other)]);
        break;
      case 2:
        bytes = Buffer.concat([
          bytes.subarray(0, at),
          original.subarray(other, other + below(200)),
          bytes.subarray(at),
        ]);
        break;
      case 3:
        bytes.writeUInt32LE([0, 1, 0xffffffff, 0x7fffffff, bytes.length][below(5)]!, at);
        break;
      case 4:
        bytes.writeUInt16BE([0, 1, 2, 0xffff, 0xffd9, 0xffda][below(6)]!, at);
        break;
      default:
        bytes[at] = below(256);
    }
  }
  return bytes;
}

const mostMilliseconds = 10_000;
const mostBytes = 1e9;

/** Runs `attempt` on `count` seeds: none may take longer than 10 s, or the process more than 1 GB. */
export async function survives(count: number, attempt: (seed: number) => Promise<unknown>): Promise<void> {
  for (let seed = 1; seed <= count; seed++) {
    const start = performance.now();
    await attempt(seed);
    expect(performance.now() - start, `seed ${seed}: milliseconds`).toBeLessThan(mostMilliseconds);
    expect(process.memoryUsage.rss(), `seed ${seed}: bytes of memory`).toBeLessThan(mostBytes);
  }
}

import { expect, it } from 'vitest';
import { freeBuffer } from '../../../src/machine/freeBuffer';

const bytes = 256 * 1024 * 1024;

it('gives the memory back at once, not when garbage is collected', () => {
  const before = process.memoryUsage().arrayBuffers;
  for (let i = 0; i < 3; i++) {
    const buffer = new ArrayBuffer(bytes);
    expect(process.memoryUsage().arrayBuffers - before).toBeGreaterThanOrEqual(bytes);
    freeBuffer(buffer);
    expect(buffer.byteLength).toBe(0);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(bytes / 2);
  }
});

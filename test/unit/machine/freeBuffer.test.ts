import { expect, it } from 'vitest';
import { freeBuffer } from '../../../src/machine/freeBuffer';

const bytes = 256 * 1024 * 1024;

it('gives the memory back at once, not when garbage is collected', () => {
  for (let i = 0; i < 3; i++) {
    const buffer = new ArrayBuffer(bytes);
    const full = process.memoryUsage().arrayBuffers;
    freeBuffer(buffer);
    expect(buffer.byteLength).toBe(0);
    // What else was garbage may be gone, too.
    expect(process.memoryUsage().arrayBuffers).toBeLessThan(full - bytes / 2);
  }
});

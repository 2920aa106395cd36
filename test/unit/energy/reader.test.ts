import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { cpuTime } from '../../../src/core/energy/units';
import { openCounter } from '../../../src/energy/powercap/counterFile';
import { readCounters } from '../../../src/energy/reader';
import { zonePart } from '../../support/runEvents';

const folder = mkdtempSync(join(tmpdir(), 'greenbatch-reader-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

const file = join(folder, 'energy_uj');
const part = zonePart('package-0', { path: file, range: null });

/** One reading, whose attempts take so many milliseconds each, the first from 1000 ms on, one second apart. */
function read(...tookMs: number[]) {
  writeFileSync(file, '7\n');
  const reader = readCounters([part], openCounter);
  const times = tookMs.flatMap((ms, i) => [1000 * (i + 1), 1000 * (i + 1) + ms]);
  const clock = [times[0]!, ...times].map((ms) => BigInt(Math.round(ms * 1e6)));
  vi.spyOn(process.hrtime, 'bigint').mockImplementation(() => clock.shift() ?? BigInt(9e9));
  const reading = reader.read();
  vi.restoreAllMocks();
  reader.close();
  return { ...reading, left: clock.length / 2 };
}

describe('a reading', () => {
  it('has the time of the middle of its counter reads', () => {
    expect(read(0.1)).toMatchObject({ monotonicMs: 1000.05, counters: [7] });
  });

  it('that was interrupted between clock and counters is taken again', () => {
    expect(read(20, 0.1)).toMatchObject({ monotonicMs: 2000.05, left: 0 });
    expect(read(0.4, 0.1)).toMatchObject({ monotonicMs: 1000.2, left: 1 });
  });

  it('is the shortest of three where all were interrupted', () => {
    expect(read(20, 4, 6, 0.1)).toMatchObject({ monotonicMs: 2002, left: 1 });
  });

  it('says within what its moment is known, only where it was slow', () => {
    expect(read(20, 4, 6)).toMatchObject({ uncertainMs: 2 });
    for (const tookMs of [[20, 0.1], [0.4]]) expect(read(...tookMs)).not.toHaveProperty('uncertainMs');
  });

  it('without the counter file has no number, and still a time', () => {
    const reader = readCounters([{ ...part, path: join(folder, 'none') }], openCounter);
    const { counters, monotonicMs, totalSeconds } = reader.read();
    expect(counters).toEqual([null]);
    expect(monotonicMs).toBeGreaterThan(0);
    expect(totalSeconds).toBeGreaterThan(0);
    reader.close();
  });

  it('is of all parts at once, each by its own counter; a part in CPU time has the machine’s', () => {
    writeFileSync(file, '7\n');
    const other = { ...part, id: 'meter', source: 'other' };
    const machine = zonePart('machine', { unit: cpuTime });
    const reader = readCounters([machine, other, part], (of) => {
      if (of === machine) throw new Error('CPU time has no counter of its own');
      return of === other ? { read: () => 11, close: () => {} } : openCounter(of);
    });
    const { counters, busySeconds } = reader.read();
    expect(counters).toEqual([Math.round(busySeconds * 1e6), 11, 7]);
    reader.close();
  });

  it('does not wait for a counter that nobody rewrites, and waits for one that somebody does', () => {
    const took = (isRewritten: boolean) => {
      const values = [null, null, null, null, 5];
      const reader = readCounters([part], () => ({ read: () => values.shift() ?? null, close: () => {}, isRewritten }));
      const { counters } = reader.read();
      reader.close();
      return counters[0];
    };
    expect(took(false)).toBeNull();
    expect(took(true)).toBe(5);
  });
});

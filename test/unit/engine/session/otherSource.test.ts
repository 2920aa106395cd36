import { expect, it } from 'vitest';
import type { Part, SourceRecord } from '../../../../src/core/energy/source';
import { exitCodes } from '../../../../src/core/failure/exitCodes';
import { refuseOtherSource } from '../../../../src/engine/session/otherSource';
import { source, zonePart } from '../../../support/runEvents';

const estimate = (idleWatts: number): SourceRecord => ({
  parts: [
    {
      ...zonePart('machine', { source: 'estimate', measured: false, added: true }),
      curve: { idleWatts, maxWatts: 90, shape: 2, errorPercent: 1, basis: '' },
    },
  ],
  reason: null,
});
const printed = { form: 'csv', control: true, everyMs: 100, resolution: 10_000 };
const [first, second] = source.parts as [Part, Part];
const refuses = (before: SourceRecord | null, now: SourceRecord) => {
  try {
    refuseOtherSource({ source: before }, now);
    return null;
  } catch (error) {
    return error as Error & { exitCode: number };
  }
};

it('goes on with the same counters, and with any source in a run that has none yet', () => {
  expect(refuses(null, estimate(10))).toBeNull();
  expect(refuses(source, structuredClone(source))).toBeNull();
  expect(refuses(estimate(10), estimate(10))).toBeNull();
  // What is not added, and why a source was taken, may differ.
  const psys = { ...first, id: 'psys', kind: 'psys' as const, added: false };
  expect(refuses(source, { ...source, reason: 'asked for', parts: [first, psys, second] })).toBeNull();
});

it.each<[string, SourceRecord]>([
  ['a counter fewer', { ...source, parts: [first] }],
  ['another file', { ...source, parts: [{ ...first, path: '/z' }, second] }],
  ['another range', { ...source, parts: [{ ...first, range: 1e9 }, second] }],
  ['another zone', { ...source, parts: [{ ...first, id: 'package-1' }, second] }],
  ['an estimate', estimate(10)],
  ['another unit', { ...source, parts: [{ ...first, unit: 'millijoules' }, second] }],
  ['a part more', { ...source, parts: [...source.parts, { ...second, source: 'meter' }] }],
  ['another way to read them', { ...source, parts: [first, { ...second, way: 'program' }] }],
  ['numbers that are printed otherwise', { ...source, parts: [first, { ...second, printed }] }],
  ['another kind of source of the same counters', { ...source, parts: [first, { ...second, source: 'perf' }] }],
])('refuses %s', (_, now) => {
  expect(refuses(source, now)).toMatchObject({ exitCode: exitCodes.source });
});

it('refuses other missing domains, and says which they were and are', () => {
  const without = (...missing: string[]): SourceRecord => ({ ...source, missing });
  expect(refuses(without('dram-1', 'package-1'), without('package-1', 'dram-1'))).toBeNull();
  expect(refuses(without(), source)).toBeNull();
  expect(refuses(without('dram-1'), without('package-1'))!.message).toContain(
    'begun with powercap (/x, /y), without dram-1, but now there is powercap (/x, /y), without package-1',
  );
  expect(refuses(source, without('dram-1'))).toMatchObject({ exitCode: exitCodes.source });
});

it('refuses another power curve, and says what was and what is', () => {
  const { message } = refuses(estimate(10), { ...estimate(12), reason: 'no RAPL here' })!;
  expect(message).toContain('begun with the estimate from 10 to 90 W');
  expect(message).toContain('now there is the estimate from 12 to 90 W: no RAPL here');
  expect(refuses(source, estimate(10))!.message).toContain('begun with powercap (/x, /y)');
});

it('refuses another curve of what is estimated beside measured parts, and tells the two apart', () => {
  const beside = (idleWatts: number) => ({ ...source, parts: [...source.parts, ...estimate(idleWatts).parts] });
  expect(refuses(beside(10), beside(10))).toBeNull();
  expect(refuses(beside(10), beside(12))!.message).toContain(
    'begun with powercap (/x, /y) and the estimate from 10 to 90 W, estimated beside it, but now',
  );
});

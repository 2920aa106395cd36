import { expect, it } from 'vitest';
import type { EnergySource } from '../../../../src/core/energy/source';
import { exitCodes } from '../../../../src/core/failure/exitCodes';
import { refuseOtherSource } from '../../../../src/engine/session/otherSource';
import { source } from '../../../support/runEvents';

const estimate = (idleWatts: number): EnergySource => ({
  ...source,
  ...{
    kind: 'estimate',
    measured: false,
    curve: { ...({} as NonNullable<EnergySource['curve']>), idleWatts, maxWatts: 90 },
  },
});
const [first, second] = source.domains as [EnergySource['domains'][number], EnergySource['domains'][number]];
const refuses = (before: EnergySource | null, now: EnergySource) => {
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
  expect(refuses(source, { ...source, reason: 'asked for', domains: [first, psys, second] })).toBeNull();
});

it.each<[string, EnergySource]>([
  ['a counter fewer', { ...source, domains: [first] }],
  ['another file', { ...source, domains: [{ ...first, path: '/z' }, second] }],
  ['another range', { ...source, domains: [{ ...first, rangeMicrojoules: 1e9 }, second] }],
  ['another zone', { ...source, domains: [{ ...first, id: 'package-1' }, second] }],
  ['an estimate', estimate(10)],
])('refuses %s', (_, now) => {
  expect(refuses(source, now)).toMatchObject({ exitCode: exitCodes.source });
});

it('refuses another power curve, and says what was and what is', () => {
  const { message } = refuses(estimate(10), { ...estimate(12), reason: 'no RAPL here' })!;
  expect(message).toContain('begun with the estimate from 10 to 90 W');
  expect(message).toContain('now there is the estimate from 12 to 90 W: no RAPL here');
  expect(refuses(source, estimate(10))!.message).toContain('begun with powercap (/x, /y)');
});

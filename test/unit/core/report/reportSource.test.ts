import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sourceSchema } from '../../../../src/core/energy/source';
import { reportSource } from '../../../../src/core/report/reportSource';
import { sourceOfFormat1 } from '../../../../src/core/run/format1';
import { source, zonePart } from '../../../support/runEvents';

/** A source in the words of format 1. */
const old = fc
  .record({
    estimate: fc.boolean(),
    domains: fc.array(
      fc.record({
        id: fc.string(),
        kind: fc.constantFrom('package', 'dram', 'psys', 'later'),
        socket: fc.option(fc.nat(7), { nil: null }),
        path: fc.option(fc.string(), { nil: null }),
        rangeMicrojoules: fc.option(fc.nat(), { nil: null }),
        limitWatts: fc.option(fc.nat(), { nil: null }),
        added: fc.boolean(),
      }),
      { maxLength: 5 },
    ),
    reason: fc.option(fc.string(), { nil: null }),
    failure: fc.option(fc.record({ code: fc.string(), fix: fc.option(fc.string(), { nil: null }) }), { nil: {} }),
  })
  .map(({ estimate, domains, reason, failure }) => ({
    ...{ kind: estimate ? 'estimate' : 'powercap', measured: !estimate, reason, ...failure },
    domains: estimate
      ? [{ ...{ id: 'machine', kind: 'machine', socket: null, path: null, rangeMicrojoules: null }, ...never }]
      : [zone, ...domains],
    curve: estimate ? { idleWatts: 1, maxWatts: 2, shape: 2, errorPercent: 3, basis: 'b' } : null,
  }));
const never = { limitWatts: null, added: true };
const zone = { id: 'p', kind: 'package', socket: 0, path: '/p', rangeMicrojoules: 5, ...never };

it('says of a source of format 1 what its log said: every key with its value', () => {
  fc.assert(
    fc.property(old, (before) => {
      const { parts, missing, ...said } = reportSource(sourceSchema.parse(sourceOfFormat1(before)));
      expect(said).toEqual(before);
      expect(missing).toEqual([]);
      expect(parts.map((part) => part.id)).toEqual(before.domains.map((d) => d.id));
    }),
  );
});

it('says of an estimated part beside measured ones that joules do not hold it', () => {
  const guess = zonePart('gpu-0', { source: 'guess', measured: false, added: true, unit: 'millijoules', range: 7 });
  const report = reportSource({ ...source, parts: [...source.parts, guess] });
  expect(report).toMatchObject({ kind: 'powercap + guess', measured: true, curve: null });
  expect(report.domains.map((d) => [d.id, d.added, d.rangeMicrojoules])).toEqual([
    ['package-0', true, 262_143_328_850],
    ['dram-0', true, 65_712_999_613],
    ['gpu-0', false, 7000],
  ]);
  expect(report.parts.at(-1)).toEqual(guess);
  // Alone it is all that there is.
  expect(reportSource({ parts: [guess], reason: null })).toMatchObject({ measured: false, domains: [{ added: true }] });
});

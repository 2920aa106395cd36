import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventSchema } from '../../../../src/core/run/events';
import { fromFormat1 } from '../../../../src/core/run/format1';
import { foldRun } from '../../../../src/core/run/fold';
import { sweep } from '../../../support/runEvents';

type Fields = Record<string, unknown>;

/** `source` of the sweep in the words of format 1. */
const oldPowercap = {
  ...{ kind: 'powercap', measured: true, curve: null, reason: null },
  domains: [
    {
      ...{ id: 'package-0', kind: 'package', socket: 0, path: '/x', limitWatts: 165, added: true },
      rangeMicrojoules: 262_143_328_850,
    },
    {
      ...{ id: 'dram-0', kind: 'dram', socket: 0, path: '/y', limitWatts: null, added: true },
      rangeMicrojoules: 65_712_999_613,
    },
  ],
};

/** A sweep as this program writes it: of inference alone, so that no phases are told apart. */
const today = sweep().map((event) =>
  event.type === 'run.created' ? { ...event, workload: { ...event.workload, phases: [] } } : event,
);

/** The same as format 1 wrote it. */
const old = (today as Fields[]).map((event): Fields => {
  const { workload: _, work, ...rest } = event;
  if (event.type === 'run.created') return { ...rest, version: 1 };
  if (event.type === 'source.opened') return { ...rest, source: oldPowercap };
  return work === undefined ? rest : { ...rest, images: work };
});

describe('a log of format 1', () => {
  it('reads as the same run', () => {
    expect(foldRun(old.map((event) => eventSchema.parse(fromFormat1(event))))).toEqual(foldRun(today));
  });

  it('has an estimate as a part in CPU time, with the curve; and what is no source is left to the schema', () => {
    const curve = { idleWatts: 1, maxWatts: 2, shape: 2, errorPercent: 3, basis: 'b' };
    const machine = {
      ...{ id: 'machine', kind: 'machine', socket: null, path: null, rangeMicrojoules: null, limitWatts: null },
      added: true,
    };
    const failure = { reason: 'no RAPL', code: 'source-absent', fix: null };
    const source = { kind: 'estimate', measured: false, domains: [machine], curve, ...failure };
    expect(fromFormat1({ type: 'source.opened', at: 3, source })).toEqual({
      ...{ type: 'source.opened', at: 3 },
      source: {
        ...failure,
        parts: [
          {
            ...{ id: 'machine', source: 'estimate', kind: 'machine', measured: false, unit: 'cpu-microseconds' },
            ...{
              range: null,
              added: true,
              scope: { of: 'machine', number: null },
              path: null,
              limitWatts: null,
              curve,
            },
          },
        ],
      },
    });
    for (const broken of [
      { ...source, domains: null },
      { ...source, domains: [7] },
      { ...source, kind: 7 },
      'x',
      null,
    ]) {
      const event = fromFormat1({ type: 'source.opened', at: 3, source: broken });
      expect(eventSchema.safeParse(event).success).toBe(false);
    }
  });

  it('told phases apart in windows from end to end alone', () => {
    const [first] = old as [Fields & { spec: { measure: object } }];
    const measure = { ...first.spec.measure, scope: 'end-to-end' };
    const mapped = fromFormat1({ ...first, spec: { ...first.spec, measure } });
    expect(mapped).toMatchObject({ workload: { phases: ['load', 'preprocess', 'inference', 'nms', 'evaluation'] } });
  });

  it('may go on in format 2: lines of both lie in one log', () => {
    const half = Math.floor(old.length / 2);
    const mixed = [...old.slice(0, half), ...today.slice(half)];
    expect(foldRun(mixed.map((event) => eventSchema.parse(fromFormat1(event))))).toEqual(foldRun(today));
  });

  it('leaves events of format 2, and what is no event, as they are', () => {
    for (const event of sweep()) expect(fromFormat1(event)).toBe(event);
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(fromFormat1(value)).toEqual(value);
      }),
    );
    for (const type of ['constructor', '__proto__', 7, null]) expect(fromFormat1({ type })).toEqual({ type });
  });

  it('is not taken for one where the version is another', () => {
    const [first] = old as [Fields];
    expect(eventSchema.safeParse(fromFormat1({ ...first, version: 3 })).success).toBe(false);
    expect(eventSchema.safeParse(fromFormat1({ ...first, version: 2 })).success).toBe(false);
  });
});

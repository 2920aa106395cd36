import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  absentDomains,
  coverageOf,
  type FoundDomain,
  orAllow,
  refuseUnknownDomains,
} from '../../../src/energy/coverage';

/** `package-1`, `dram-0-die-1`, `psys`. */
const found = (...ids: string[]): FoundDomain[] =>
  ids.map((id) => {
    const [, kind, socket] = /^([a-z]+)(?:-(\d+))?/.exec(id)!;
    return { id, kind: kind!, socket: socket === undefined ? null : Number(socket) };
  });
const both = ['package', 'dram'];

describe('which domains there have to be', () => {
  it.each<[string, string[], string[], number[], string[]]>([
    ['all are there', ['package-0', 'dram-0', 'package-1', 'dram-1', 'psys'], both, [0, 1], []],
    ['no socket has dram', ['package-0', 'package-1'], both, [0, 1], []],
    ['one socket has dram', ['package-0', 'dram-0', 'package-1'], both, [0, 1], ['dram-1']],
    ['a socket has nothing', ['package-0', 'dram-0'], both, [0, 1], ['package-1', 'dram-1']],
    ['a socket has nothing, and none has dram', ['package-0'], both, [0, 1], ['package-1']],
    ['packages alone were asked for', ['package-0', 'dram-0', 'package-1'], ['package'], [0, 1], []],
    ['dram alone was asked for', ['package-0', 'dram-0'], ['dram'], [0, 1], ['dram-1']],
    ['sockets are not known', ['package-0', 'dram-0', 'package-3'], both, [], ['dram-3']],
    ['dies are packages', ['package-0-die-0', 'dram-0-die-0', 'package-0-die-1'], both, [0], ['dram-0-die-1']],
    ['sockets are numbered with gaps', ['package-0', 'package-2'], both, [0, 2], []],
  ])('%s', (_, ids, wanted, sockets, absent) => {
    expect(absentDomains(found(...ids), wanted, sockets)).toEqual(absent);
  });

  it('are those that were taken away, of any number of sockets', () => {
    const machine = fc
      .integer({ min: 1, max: 16 })
      .chain((sockets) => fc.tuple(fc.constant(sockets), fc.array(fc.boolean(), { minLength: 2 * sockets })));
    fc.assert(
      fc.property(machine, ([count, taken]) => {
        const sockets = Array.from({ length: count }, (_, i) => i);
        const all = sockets.flatMap((socket) => [`package-${socket}`, `dram-${socket}`]);
        const left = all.filter((_, i) => !taken[i]);
        const hasDram = left.some((id) => id.startsWith('dram'));
        const gone = all.filter((id) => !left.includes(id) && (hasDram || id.startsWith('package')));
        expect(absentDomains(found(...left), both, sockets).sort()).toEqual(gone.sort());
      }),
    );
  });
});

describe('a domain that cannot be missing here', () => {
  const refusal = (allowed: string[], ids: string[], sockets: number[]) => {
    try {
      refuseUnknownDomains(allowed, found(...ids), sockets);
      return null;
    } catch (error) {
      return error as Error & { code: string; exitCode: number };
    }
  };

  it('is refused where the sockets are known', () => {
    expect(refusal(['dram-1', 'package-7'], ['package-0', 'package-1'], [0, 1])).toMatchObject({
      ...{ code: 'experiment', exitCode: 2 },
      message: 'measure.allowMissing: there can be no package-7 here: this machine has sockets 0, 1',
    });
    expect(refusal(['dram-1'], ['package-0'], [0])!.message).toContain('this machine has socket 0');
  });

  it('is refused where the socket has the kind under other names', () => {
    const dies = ['package-0-die-0', 'package-0-die-1'];
    expect(refusal(['package-0'], dies, [0])!.message).toBe(
      'measure.allowMissing: there can be no package-0 here: socket 0 has package-0-die-0, package-0-die-1',
    );
    expect(refusal(['package-0-die-1'], ['package-0'], [])!.message).toContain('socket 0 has package-0');
    expect(refusal(['dram-0'], dies, [0])).toBeNull();
  });

  it('may be one that is there, one that is not, and any of a machine whose sockets are not known', () => {
    expect(refusal(['package-0', 'package-1', 'dram-1'], ['package-0'], [0, 1])).toBeNull();
    expect(refusal(['package-7'], ['package-0'], [])).toBeNull();
    expect(refusal([], [], [])).toBeNull();
  });
});

describe('what a lack means', () => {
  const added = ['package-0', 'package-1'].map((id) => ({ id, added: true }));

  it('is missing where it may be, refused where not', () => {
    const { isAnyLeft, isRefused, missing } = coverageOf({
      found: found('package-0', 'package-1'),
      ...{ added, lacking: ['package-1', 'dram-0'], allowed: ['package-0', 'package-1', 'dram-7'] },
    });
    expect([isAnyLeft, isRefused('package-1'), isRefused('dram-0')]).toEqual([true, false, true]);
    // What is there and works is not missing; what is not there is.
    expect(missing).toEqual(['package-1', 'dram-7']);
  });

  it('is refused where nothing would be left, whatever may be missing', () => {
    const all = ['package-0', 'package-1'];
    const { isAnyLeft, isRefused } = coverageOf({ found: found(...all), added, lacking: all, allowed: all });
    expect([isAnyLeft, isRefused('package-0')]).toEqual([false, true]);
    const shown = [{ id: 'psys', added: false }];
    expect(coverageOf({ found: [], added: shown, lacking: all, allowed: all }).isAnyLeft).toBe(false);
  });
});

it('tells how to do without, ready to be copied', () => {
  const way =
    'To measure without, and have every result say so: measure.source: perf and measure.allowMissing: [package-1, dram-1]';
  expect(orAllow(null, 'perf', ['package-1', 'dram-1'])).toBe(way);
  expect(orAllow('Load the driver', 'perf', ['package-1', 'dram-1'])).toBe(`Load the driver\n${way}`);
});

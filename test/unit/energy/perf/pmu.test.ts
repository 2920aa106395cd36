import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cpuInPlaceOf, discoverPmu, partsOf, type Pmu } from '../../../../src/energy/perf/pmu';
import { makeCpus, makePmu, type PmuOptions } from '../../../support/perfPmu';

const twoSockets = { 0: { socket: 0 }, 24: { socket: 1 } };
const wanted = ['package', 'dram'];

function pmuOf(options: PmuOptions = {}, sockets: Parameters<typeof makeCpus>[0] = twoSockets): Pmu {
  const pmu = makePmu({ cpumask: '0,24', ...options });
  const cpus = makeCpus(sockets);
  onTestFinished(() => [pmu, cpus].forEach((made) => made.remove()));
  return discoverPmu(pmu.folder, cpus.folder);
}

describe('discoverPmu', () => {
  it('reads type, events, scales and the CPU of each socket', () => {
    const pmu = pmuOf({ type: 17, config: '0x02', events: { 'energy-pkg': 1 } });
    expect(pmu).toMatchObject({ code: null, type: 17, cpus: [{ cpu: 0, socket: 0 }, { cpu: 24, socket: 1 }] }); // prettier-ignore
    expect(pmu.events).toMatchObject([{ kind: 'package', config: 2n, joulesPerCount: 1e-9 }]);
  });

  it('says errno where there is no folder', () => {
    expect(discoverPmu('/no/such/pmu')).toMatchObject({ code: 'ENOENT', events: [] });
  });

  it.each([
    ['no event', { events: {} }],
    ['events of other things', { events: { 'cpu-cycles': 1 } }],
    ['no CPU', { cpumask: '' }],
    ['a config that is not understood', { config: '0x02,umask=0x01' }],
    ['a scale that is none', { events: { 'energy-pkg': Number.NaN } }],
    ['joules to a count', { events: { 'energy-pkg': 2e9 } }],
  ])('refuses a folder with %s', (_, options: PmuOptions) => {
    expect(pmuOf(options)).toMatchObject({ code: 'INCOMPLETE', events: [] });
  });

  it('refuses several CPUs where the socket of one is not known: half a machine would pass for the whole', () => {
    expect(pmuOf({}, { 0: { socket: 0 } })).toMatchObject({ code: 'NO_TOPOLOGY', cpus: [] });
    expect(pmuOf({ cpumask: '24' }, {})).toMatchObject({ code: null, cpus: [{ cpu: 24, socket: 0 }] });
  });

  it('passes over an event that is not in joules', () => {
    const { folder, remove } = makePmu();
    onTestFinished(remove);
    writeFileSync(join(folder, 'events/energy-ram.unit'), 'Watts\n');
    expect(discoverPmu(folder).events.map(({ name }) => name)).toEqual(['energy-pkg']);
  });
});

describe('partsOf', () => {
  it('names the parts as powercap does, and adds what was asked for', () => {
    const pmu = pmuOf({ events: { 'energy-pkg': 1, 'energy-ram': 1, 'energy-cores': 1, 'energy-psys': 1 } });
    const parts = partsOf(pmu, wanted, false);
    expect(parts.filter(({ added }) => added).map(({ id }) => id)).toEqual([
      'package-0',
      'package-1',
      'dram-0',
      'dram-1',
    ]);
    expect(parts.filter(({ added }) => !added).map(({ id }) => id)).toEqual(['core-0', 'core-1', 'psys']);
    expect(parts.at(-1)!.scope).toEqual({ of: 'machine', number: null });
    expect(parts[1]).toMatchObject({ cpu: 24, scope: { of: 'socket', number: 1 }, fromOpening: true, range: null });
  });

  it('tells the dies of a socket apart', () => {
    const dies = { 0: { socket: 0, die: 0 }, 24: { socket: 0, die: 1 } };
    const ids = partsOf(pmuOf({}, dies), wanted, false).map(({ id }) => id);
    expect(ids).toEqual(['package-0-die-0', 'package-0-die-1', 'dram-0-die-0', 'dram-0-die-1']);
  });

  it('adds a register once that all dies of a socket show', () => {
    const dies = { 0: { socket: 0, die: 0 }, 24: { socket: 0, die: 1 } };
    const parts = partsOf(pmuOf({ events: { 'energy-pkg': 1 } }, dies), wanted, true);
    expect(parts.map(({ id, added }) => [id, added])).toEqual([['package-0-die-0', true], ['package-0-die-1', false]]); // prettier-ignore
  });
});

describe('cpuInPlaceOf', () => {
  const placeOf = (cpu: number, socket: number | null, cpus: Parameters<typeof makeCpus>[0] = twoSockets) => {
    const pmu = makePmu({ cpumask: '0,24' });
    const made = makeCpus(cpus);
    onTestFinished(() => [pmu, made].forEach((one) => one.remove()));
    return cpuInPlaceOf(pmu.folder, { cpu, socket }, made.folder);
  };

  it('is the one that the kernel reads the socket by now', () => {
    expect(placeOf(30, 1)).toBe(24);
    expect(placeOf(1, null)).toBe(0);
  });

  it('is none where it is the same, where the socket has gone, or where its dies cannot be told apart', () => {
    expect(placeOf(24, 1)).toBeNull();
    expect(placeOf(30, 2)).toBeNull();
    expect(placeOf(30, 0, { 0: { socket: 0, die: 0 }, 24: { socket: 0, die: 1 } })).toBeNull();
  });
});

import fc from 'fast-check';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  allowedCpus,
  cpuList,
  onlineSockets,
  parseCpuInfo,
  parseCpuList,
  physicalCores,
  usableCpus,
} from '../../../src/machine/topology';

/** /proc/cpuinfo as an Intel machine has it, one paragraph a [socket, core]. */
const cpuinfo = (cpus: readonly (readonly [socket: number, core: number])[]) =>
  cpus
    .map(([socket, core], processor) =>
      [
        `processor\t: ${processor}`,
        'vendor_id\t: GenuineIntel',
        'cpu family\t: 6',
        'model\t\t: 85',
        'model name\t: Intel(R) Xeon(R) Gold 6126 CPU @ 2.60GHz',
        'microcode\t: 0x2007006',
        `physical id\t: ${socket}`,
        'siblings\t: 24',
        `core id\t\t: ${core}`,
        'cpu cores\t: 12',
        'flags\t\t: fpu vme sgx',
        'vmx flags\t: vnmi hypervisor',
        'power management:',
      ].join('\n'),
    )
    .join('\n\n')
    .concat('\n\n');

describe('/proc/cpuinfo', () => {
  it('counts siblings once, and the cores of two sockets apart although they have the same numbers', () => {
    const oneSocket = [0, 1, 8, 9].map((core) => [0, core] as const);
    const twoSockets = [...oneSocket, ...oneSocket.map(([, core]) => [1, core] as const)];
    expect(parseCpuInfo(cpuinfo(oneSocket))).toMatchObject({ cores: 4, sockets: 1 });
    expect(parseCpuInfo(cpuinfo(twoSockets))).toMatchObject({ cores: 8, sockets: 2 });
    expect(parseCpuInfo(cpuinfo([...twoSockets, ...twoSockets]))).toMatchObject({ cores: 8, sockets: 2 });
  });

  it('counts them whatever the machine, in whatever order its CPUs stand', () => {
    const machine = fc.record({
      sockets: fc.integer({ min: 1, max: 4 }),
      cores: fc.integer({ min: 1, max: 12 }),
      threads: fc.integer({ min: 1, max: 4 }),
    });
    fc.assert(
      fc.property(machine, fc.infiniteStream(fc.nat()), ({ sockets, cores, threads }, order) => {
        const cpus = Array.from({ length: sockets * cores * threads }, (_, i) => ({
          at: [i % sockets, 3 * (Math.floor(i / sockets) % cores)] as const,
          order: order.next().value as number,
        })).sort((a, b) => a.order - b.order);
        const info = parseCpuInfo(cpuinfo(cpus.map(({ at }) => at)));
        expect(info).toMatchObject({ sockets, cores: sockets * cores });
      }),
      { numRuns: 50 },
    );
  });

  it('names vendor, model, microcode and flags; those of a virtual machine’s guest are not its own', () => {
    expect(parseCpuInfo(cpuinfo([[0, 0]]))).toMatchObject({
      ...{ vendor: 'intel', model: 'Intel(R) Xeon(R) Gold 6126 CPU @ 2.60GHz', microcode: '0x2007006' },
      ...{ family: 6, modelNumber: 85 },
      flags: new Set(['fpu', 'vme', 'sgx']),
    });
    expect(parseCpuInfo('vendor_id\t: AuthenticAMD\n').vendor).toBe('amd');
    expect(parseCpuInfo('vmx flags\t: vnmi\n').flags).toEqual(new Set());
  });

  it('says nothing of what an Arm CPU does not tell', () => {
    const arm = 'processor\t: 0\nBogoMIPS\t: 50.00\nFeatures\t: fp asimd\nCPU implementer\t: 0x41\n';
    const nothing = {
      ...{ vendor: 'other', model: null, family: null, modelNumber: null, microcode: null },
      ...{ flags: new Set(), sockets: null, cores: null },
    };
    expect(parseCpuInfo(arm)).toEqual(nothing);
    expect(parseCpuInfo('')).toEqual(nothing);
  });
});

it('takes no more physical cores than a process may use, and as many where they are not told', () => {
  const eight = parseCpuInfo(cpuinfo([0, 1, 2, 3].flatMap((core) => [[0, core] as const, [1, core] as const])));
  expect(physicalCores(eight, 16)).toBe(8);
  expect(physicalCores(eight, 3)).toBe(3);
  expect(physicalCores(eight, 0)).toBe(1);
  expect(physicalCores(parseCpuInfo(''), 6)).toBe(6);
  expect(physicalCores(null, 6)).toBe(6);
  expect(physicalCores()).toBeLessThanOrEqual(availableParallelism());
});

it('lists the sockets that have a CPU which is on', () => {
  const folder = mkdtempSync(join(tmpdir(), 'greenbatch-topology-'));
  const cpu = (name: string, socket?: string) => {
    mkdirSync(join(folder, name, 'topology'), { recursive: true });
    if (socket !== undefined) writeFileSync(join(folder, name, 'topology/physical_package_id'), `${socket}\n`);
  };
  cpu('cpu0', '10');
  cpu('cpu1', '2');
  cpu('cpu2', '10');
  // One that is off has no topology; a virtual one may have none that counts.
  cpu('cpu3');
  cpu('cpu4', '-1');
  cpu('cpufreq', '7');
  expect(onlineSockets(folder)).toEqual([2, 10]);
  expect(onlineSockets(join(folder, 'nowhere'))).toEqual([]);
  rmSync(folder, { recursive: true });
});

it('reads which CPUs a process may use', () => {
  const status = 'Name:\tnode\nCpus_allowed:\tff\nCpus_allowed_list:\t0-3,8\nMems_allowed_list:\t0\n';
  expect(allowedCpus(status)).toBe('0-3,8');
  expect(allowedCpus('Name:\tnode\n')).toBeNull();
});

describe('lists of CPUs', () => {
  it('are read and written as the kernel does', () => {
    expect(parseCpuList('0-3,8')).toEqual([0, 1, 2, 3, 8]);
    expect(cpuList([8, 1, 0, 3, 2])).toBe('0-3,8');
    for (const text of ['', 'all', '3-1', '0-', '0,,1']) expect(parseCpuList(text), text).toBeNull();
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(300), { minLength: 1 }), (cpus) => {
        expect(parseCpuList(cpuList(cpus))).toEqual([...cpus].sort((a, b) => a - b));
      }),
    );
  });

  it('name core and socket of what may be used', () => {
    const cpus = usableCpus();
    expect(cpus.length).toBe(availableParallelism());
    expect(usableCpus('/nowhere', '0-1')).toEqual([
      { cpu: 0, core: 0, socket: 0 },
      { cpu: 1, core: 1, socket: 0 },
    ]);
    expect(usableCpus('/nowhere', null)).toEqual([]);
  });
});

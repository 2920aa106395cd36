import fc from 'fast-check';
import { existsSync, readdirSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { machineStateSchema } from '../../../src/core/run/machineState';
import { monotonicMs } from '../../../src/machine/clock';
import { openMachineState } from '../../../src/machine/machineState';
import { type MachineTree, makeMachineTree, sensor, writeCpus, writeIntel, writeLoad } from '../../support/machineTree';

let tree: MachineTree;
beforeEach(() => {
  tree = makeMachineTree();
});
afterEach(() => tree.delete());

const read = (allowed = '0-1000') => {
  const reader = openMachineState(tree.root, allowed);
  try {
    return machineStateSchema.parse(reader.read());
  } finally {
    reader.close();
  }
};
const cpu = (number: number, file: string) => `sys/devices/system/cpu/cpu${number}/${file}`;
const coreCount = (number: number) => cpu(number, 'thermal_throttle/core_throttle_count');
const packageCount = (number: number) => cpu(number, 'thermal_throttle/package_throttle_count');

describe('two sockets of Intel', () => {
  it('tell temperature, throttling, frequency, steal, guests and who waits', () => {
    writeIntel(tree);
    writeLoad(tree, { stealTicks: 250, guestTicks: 1200, runnable: 17 });
    // Siblings see the same event each: cores 1 and 2 of socket 0 (CPUs 1 and 9, 2 and 10), package 1 (CPUs 4 to 7, 12 to 15).
    for (const number of [1, 9, 2, 10]) tree.write(coreCount(number), 3);
    for (const number of [4, 5, 6, 7, 12, 13, 14, 15]) tree.write(packageCount(number), 5);
    expect(read()).toMatchObject({
      packages: [
        { package: 0, celsius: 61, coreThrottles: 6, packageThrottles: 0 },
        { package: 1, celsius: 63, coreThrottles: 0, packageThrottles: 5 },
      ],
      frequency: { meanMhz: 2550, lowestMhz: 2400, highestMhz: 2700, cpus: 8 },
      ...{ stealSeconds: 2.5, guestSeconds: 12, runnable: 17 },
    });
  });

  it('are asked for the frequency of few CPUs, spread over the sockets, of those that the run may use', () => {
    writeIntel(tree, { cores: 24 });
    for (let i = 0; i < 96; i++) tree.write(cpu(i, 'cpufreq/scaling_cur_freq'), i % 48 < 24 ? 2_000_000 : 3_000_000);
    expect(read().frequency).toEqual({ meanMhz: 2500, lowestMhz: 2000, highestMhz: 3000, cpus: 8 });
    // Socket 1 alone, its siblings too: a core is asked once.
    expect(read('24-26,72-74').frequency).toEqual({ meanMhz: 3000, lowestMhz: 3000, highestMhz: 3000, cpus: 3 });
    expect(read('').frequency).toBeNull();
  });

  it('go by thermal zones where no sensor has a package, and by no zone of anything else', () => {
    writeIntel(tree);
    tree.remove('sys/class/hwmon');
    const zone = (number: number, type: string, millidegrees: number) => {
      tree.write(`sys/class/thermal/thermal_zone${number}/type`, type);
      tree.write(`sys/class/thermal/thermal_zone${number}/temp`, millidegrees);
    };
    zone(0, 'acpitz', 20_000);
    zone(2, 'x86_pkg_temp', 52_000);
    zone(10, 'x86_pkg_temp', 57_000);
    expect(read().packages.map(({ celsius }) => celsius)).toEqual([52, 57]);
  });

  it('are read anew each time, and a count that can no longer be read is unknown, not smaller', () => {
    writeIntel(tree);
    const reader = openMachineState(tree.root, '0-15');
    expect(reader.read().packages[1]).toEqual({ package: 1, celsius: 63, coreThrottles: 0, packageThrottles: 0 });
    tree.write('sys/class/hwmon/hwmon9/temp1_input', 88_500);
    tree.write(coreCount(4), 2);
    expect(reader.read().packages[1]).toEqual({ package: 1, celsius: 88.5, coreThrottles: 2, packageThrottles: 0 });
    tree.write(coreCount(5), '');
    tree.write('sys/class/hwmon/hwmon9/temp1_input', 'N/A');
    expect(reader.read().packages[1]).toMatchObject({ celsius: null, coreThrottles: null });
    reader.close();
  });

  it('leave no file open', () => {
    writeIntel(tree);
    const open = () => (existsSync('/proc/self/fd') ? readdirSync('/proc/self/fd').length : 0);
    const before = open();
    const reader = openMachineState(tree.root, '0-15');
    if (before > 0) expect(open()).toBeGreaterThan(before + 8);
    reader.close();
    expect(open()).toBe(before);
  });
});

describe('sockets of AMD', () => {
  const nodes = (...millidegrees: number[]) =>
    millidegrees.forEach((value, i) => {
      sensor(tree, `sys/class/hwmon/hwmon${i}`, 'k10temp', { 1: ['Tctl', value], 3: ['Tccd1', 90_000] });
    });

  it('have the hottest of their nodes, and no throttle counts', () => {
    writeCpus(tree, 2, 4);
    writeLoad(tree);
    nodes(50_000, 54_250, 60_000, 58_000);
    expect(read()).toMatchObject({
      packages: [
        { package: 0, celsius: 54.25, coreThrottles: null, packageThrottles: null },
        { package: 1, celsius: 60, coreThrottles: null, packageThrottles: null },
      ],
      frequency: null,
    });
  });

  it('have no temperature where nodes cannot be told apart', () => {
    writeCpus(tree, 2, 4);
    nodes(50_000, 54_250, 60_000);
    expect(read().packages).toEqual([]);
  });
});

it('a virtual machine tells steal and who waits, and null for all else', () => {
  writeCpus(tree, 1, 2, 1);
  writeLoad(tree, { stealTicks: 7 });
  expect(read()).toEqual({
    ...{ packages: [], frequency: null, stealSeconds: 0.07, guestSeconds: 0, runnable: 1 },
    ...{ asleepMs: null, wallOffsetMs: expect.any(Number) as unknown },
  });
});

it('a machine without /proc and /sys tells nothing, and ends nothing', () => {
  const clocks = { asleepMs: null, wallOffsetMs: expect.any(Number) as unknown };
  const nothing = { stealSeconds: null, guestSeconds: null, runnable: null, ...clocks };
  expect(read()).toEqual({ packages: [], frequency: null, ...nothing });
});

it('tells how long the machine slept, by the clock that goes on meanwhile', () => {
  const awakeSeconds = monotonicMs() / 1000;
  tree.write('proc/uptime', `${(awakeSeconds + 3600).toFixed(2)} 9999.99`);
  const { asleepMs, wallOffsetMs } = read();
  expect(asleepMs! / 3_600_000).toBeCloseTo(1, 2);
  expect(Math.abs(wallOffsetMs! + monotonicMs() - Date.now())).toBeLessThan(1000);
  tree.write('proc/uptime', 'for ever');
  expect(read().asleepMs).toBeNull();
});

it('whatever the files hold, a state fits the log', () => {
  writeIntel(tree, { sockets: 1, cores: 2 });
  const text = fc.oneof(fc.string({ maxLength: 30 }), fc.constantFrom('-5', '1e9', '99999999999999999999', '12 '));
  const files = [
    ...['proc/stat', 'proc/loadavg', 'proc/uptime', 'sys/class/hwmon/hwmon10/temp1_input'],
    ...[coreCount(0), packageCount(0), cpu(0, 'cpufreq/scaling_cur_freq')],
  ];
  fc.assert(
    fc.property(fc.array(text, { minLength: files.length, maxLength: files.length }), (texts) => {
      files.forEach((file, i) => tree.write(file, texts[i]!));
      expect(() => read()).not.toThrow();
    }),
  );
});

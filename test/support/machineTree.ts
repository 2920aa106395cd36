import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** What the kernel says of a machine in /sys and /proc, made up in a temporary folder. */
export type MachineTree = {
  root: string;
  write(path: string, text: string | number): void;
  /** Takes a file away, as when a CPU goes offline. */
  remove(path: string): void;
  delete(): void;
};

export function makeMachineTree(): MachineTree {
  const root = mkdtempSync(join(tmpdir(), 'greenbatch-machine-'));
  return {
    root,
    write(path, text) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), `${text}\n`);
    },
    remove: (path) => rmSync(join(root, path), { recursive: true }),
    delete: () => rmSync(root, { recursive: true }),
  };
}

const cpus = 'sys/devices/system/cpu';

/** CPUs as Linux numbers them: all cores of all sockets first, then their siblings. */
export function writeCpus(tree: MachineTree, sockets: number, cores: number, threads = 2): void {
  const count = sockets * cores * threads;
  tree.write(`${cpus}/online`, `0-${count - 1}`);
  for (let cpu = 0; cpu < count; cpu++) {
    tree.write(`${cpus}/cpu${cpu}/topology/physical_package_id`, Math.floor((cpu % (sockets * cores)) / cores));
    tree.write(`${cpus}/cpu${cpu}/topology/core_id`, cpu % cores);
  }
}

/** `cpu user nice system idle iowait irq softirq steal guest guest_nice` in ticks, and what else a reader may trip over. */
export function writeLoad(tree: MachineTree, { stealTicks = 0, guestTicks = 0, runnable = 1 } = {}): void {
  tree.write(
    'proc/stat',
    `cpu  9000 10 800 70000 5 0 3 ${stealTicks} ${guestTicks} 0\ncpu0 1 2 3 4 5 6 7 8 9 0\nintr 1`,
  );
  tree.write('proc/loadavg', `0.20 0.18 0.12 ${runnable}/80 11206`);
}

/** Two sockets of Intel: sensors, frequencies and throttle counts of all CPUs. */
export function writeIntel(tree: MachineTree, { sockets = 2, cores = 4, threads = 2 } = {}): void {
  writeCpus(tree, sockets, cores, threads);
  writeLoad(tree);
  const count = sockets * cores * threads;
  for (let cpu = 0; cpu < count; cpu++) {
    tree.write(`${cpus}/cpu${cpu}/cpufreq/scaling_cur_freq`, 2_400_000 + 100_000 * (cpu % cores));
    tree.write(`${cpus}/cpu${cpu}/thermal_throttle/core_throttle_count`, 0);
    tree.write(`${cpus}/cpu${cpu}/thermal_throttle/package_throttle_count`, 0);
  }
  // Behind an NVMe disk and out of order, as the kernel numbers what it finds.
  sensor(tree, 'sys/class/hwmon/hwmon0', 'nvme', { 1: ['Composite', 33_850] });
  for (let socket = 0; socket < sockets; socket++) {
    sensor(tree, `sys/class/hwmon/hwmon${10 - socket}`, 'coretemp', {
      1: [`Package id ${socket}`, 61_000 + 2000 * socket],
      2: ['Core 0', 99_000],
    });
  }
}

export function sensor(
  tree: MachineTree,
  folder: string,
  name: string,
  temps: Record<number, [label: string, millidegrees: number]>,
): void {
  tree.write(`${folder}/name`, name);
  for (const [i, [label, millidegrees]] of Object.entries(temps)) {
    tree.write(`${folder}/temp${i}_label`, label);
    tree.write(`${folder}/temp${i}_input`, millidegrees);
  }
}

/**
 * Registers of one CPU as the module msr shows them: eight bytes each, at the offset that is the register's number. An ordinary
 * file ends after the last one, where the module tells EIO of a register that there is not.
 */
export function writeRegisters(tree: MachineTree, cpu: number, values: Record<number, bigint>): void {
  tree.write(`dev/cpu/${cpu}/msr`, '');
  const fd = openSync(join(tree.root, `dev/cpu/${cpu}/msr`), 'r+');
  for (const [register, value] of Object.entries(values)) {
    const bytes = Buffer.alloc(8);
    bytes.writeBigUInt64LE(value);
    writeSync(fd, bytes, 0, 8, Number(register));
  }
  closeSync(fd);
}

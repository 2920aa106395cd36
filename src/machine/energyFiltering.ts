import { closeSync, constants, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Filtering } from '../core/energy/source';
import { errorCode, readSmallFile } from './smallFile';
import { type CpuInfo, usableCpus } from './topology';

/** Registers of Intel's processors, by their number (Software Developer's Manual, volume 4, table 2-2), and the bits that count here. */
const registers = {
  /** IA32_FEATURE_CONTROL: bit 0 that it is locked, without which nothing in it is in force; bit 18: SGX. */
  features: 0x3a,
  /** IA32_ARCH_CAPABILITIES: bit 11 ENERGY_FILTERING_CTL, that there is the bit below. */
  capabilities: 0x10a,
  /** IA32_MISC_PACKAGE_CTLS: bit 0 ENERGY_FILTERING_ENABLE; once set, it stays so until the next reset. */
  packageControls: 0xbc,
} as const;

/**
 * Whether the processor filters its energy counters: by its registers, where they can be read (the module msr, and
 * CAP_SYS_RAWIO), else by what /proc/cpuinfo proves. With the bit clear SGX alone makes the microcode filter. Never throws.
 *
 * Linux clears the flag `sgx` where the BIOS left SGX off, and in other cases besides (feat_ctl.c), so that it proves one
 * thing and its absence nothing.
 *
 * @param root of the tree, for tests
 */
export function energyFiltering({ vendor, flags }: Pick<CpuInfo, 'vendor' | 'flags'>, root = '/'): Filtering {
  if (vendor === 'other' && flags.size === 0)
    return { state: 'unknown', by: null, because: 'it is not known whose processor this is' };
  if (vendor !== 'intel') return { state: 'off', by: 'cpu', because: 'it is a feature of Intel’s processors' };
  if (flags.has('hypervisor'))
    return { state: 'unknown', by: null, because: 'a virtual machine does not see the processor’s own registers' };
  const known = byRegisters(root);
  if (known.state !== 'unknown') return known;
  if (flags.has('sgx')) return { state: 'on', by: 'cpu', because: 'SGX is enabled, says /proc/cpuinfo' };
  return known;
}

function byRegisters(root: string): Filtering {
  const sockets = [...oneCpuOfEachSocket(root)].map(([socket, cpu]) => ({ socket, ...filteringOf(root, cpu) }));
  const where = sockets.length > 1 ? (socket: number) => ` on socket ${socket}` : () => '';
  for (const { socket, isOn, why } of sockets)
    if (isOn === true) return { state: 'on', by: 'msr', because: `${why}${where(socket)}` };
  const open = sockets.find(({ isOn }) => isOn === null);
  if (open) return { state: 'unknown', by: null, because: open.why };
  return { state: 'off', by: 'msr', because: [...new Set(sockets.map(({ why }) => why))].join('; ') };
}

/** `isOn` null: not known. */
function filteringOf(root: string, cpu: number): { isOn: boolean | null; why: string } {
  const device = join(root, `dev/cpu/${cpu}/msr`);
  let fd: number | null = null;
  try {
    // A pipe in its place is not waited for.
    fd = openSync(device, constants.O_RDONLY | constants.O_NONBLOCK);
    const features = bits(fd, registers.features);
    const isSgxOn = features !== null && isSet(features, 0) && isSet(features, 18);
    if (isSgxOn) return { isOn: true, why: 'SGX is enabled, says register 0x3a' };
    const capabilities = bits(fd, registers.capabilities);
    const hasBit = capabilities !== null && isSet(capabilities, 11);
    const controls = hasBit ? bits(fd, registers.packageControls) : null;
    if (controls !== null && isSet(controls, 0)) return { isOn: true, why: 'bit 0 of register 0xbc is set' };
    if (hasBit && controls === null) return { isOn: null, why: 'register 0xbc should be there and cannot be read' };
    const why = hasBit ? 'bit 0 of register 0xbc is clear' : 'the processor has no bit for it';
    return { isOn: false, why: `${why}, and SGX is off, says register 0x3a` };
  } catch (error) {
    return { isOn: null, why: unreadable(error) };
  } finally {
    if (fd !== null) closeSync(fd);
  }
}

const isSet = (value: bigint, bit: number) => ((value >> BigInt(bit)) & 1n) === 1n;

/** A register of 64 bits; null where the processor has none of that number, which the driver tells as EIO. @throws what else reading gives */
function bits(fd: number, register: number): bigint | null {
  const value = Buffer.alloc(8);
  try {
    if (readSync(fd, value, 0, 8, register) !== 8) throw Object.assign(new Error('short'), { code: 'SHORT' });
  } catch (error) {
    if (errorCode(error) === 'EIO') return null;
    throw error;
  }
  return value.readBigUInt64LE();
}

function unreadable(error: unknown): string {
  const code = errorCode(error);
  if (code === 'EACCES' || code === 'EPERM') return 'only root may read the registers that say it';
  if (code === 'ENOENT') return 'the registers that say it can be read by root alone, with the module msr';
  return `the registers that say it cannot be read (${code})`;
}

function oneCpuOfEachSocket(root: string): Map<number, number> {
  const folder = join(root, 'sys/devices/system/cpu');
  const online = readSmallFile(join(folder, 'online')).text;
  const cpus = new Map<number, number>();
  for (const { cpu, socket } of usableCpus(folder, online)) if (!cpus.has(socket)) cpus.set(socket, cpu);
  return cpus.size > 0 ? cpus : new Map([[0, 0]]);
}

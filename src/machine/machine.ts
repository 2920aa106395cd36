import { closeSync, openSync, readSync } from 'node:fs';
import { release } from 'node:os';
import type { Machine } from '../core/energy/diagnosis';
import { inContainer } from './container';
import { endAtLogout } from './logout';
import { networkOf } from './networkNamespace';
import { onlineSockets, parseCpuInfo, readCpuInfo } from './topology';

type Filtering = Machine['filtering'];

export function inspectMachine(): Machine {
  const { vendor, family, modelNumber: model, flags } = readCpuInfo() ?? parseCpuInfo('');
  const container = inContainer();
  const kind = flags.has('hypervisor') ? 'vm' : container ? 'container' : 'metal';
  return {
    ...{ kind, container, vendor, family, model, kernel: release() },
    ...{ sockets: onlineSockets(), filtering: filteringOf(vendor, flags) },
    ...{ network: networkOf(), endAtLogout: endAtLogout() },
  };
}

/**
 * The bit ENERGY_FILTERING_ENABLE needs root; without it SGX is the only sign
 * (Intel, "Running Average Power Limit Energy Reporting").
 */
function filteringOf(vendor: Machine['vendor'], flags: ReadonlySet<string>): Filtering {
  if (vendor !== 'intel') return { state: 'off', because: 'filtering is a feature of Intel CPUs' };
  const bit = filteringBit();
  if (bit !== null) return { state: bit ? 'on' : 'off', because: `MSR 0xBC, bit 0 is ${bit ? 1 : 0}` };
  if (flags.has('sgx')) return { state: 'on', because: 'SGX is enabled, which filters the energy counters' };
  return {
    state: 'unknown',
    because: 'SGX is not enabled, but the bit that says so can only be read by root: sudo rdmsr -f 0:0 0xbc',
  };
}

/** Bit 0 of MSR_MISC_PACKAGE_CTLS (0xBC), or null where it cannot be read (no root, no msr driver, VM). */
function filteringBit(device = '/dev/cpu/0/msr'): boolean | null {
  let fd: number | null = null;
  try {
    fd = openSync(device, 'r');
    const value = Buffer.alloc(8);
    return readSync(fd, value, 0, 8, 0xbc) === 8 ? (value[0]! & 1) === 1 : null;
  } catch {
    return null;
  } finally {
    if (fd !== null) closeSync(fd);
  }
}

import { release } from 'node:os';
import type { Machine } from '../core/energy/diagnosis';
import { inContainer } from './container';
import { energyFiltering } from './energyFiltering';
import { endAtLogout } from './logout';
import { networkOf } from './networkNamespace';
import { onlineSockets, parseCpuInfo, readCpuInfo } from './topology';

export function inspectMachine(): Machine {
  const cpu = readCpuInfo() ?? parseCpuInfo('');
  const { vendor, family, modelNumber: model, flags } = cpu;
  const container = inContainer();
  const kind = flags.has('hypervisor') ? 'vm' : container ? 'container' : 'metal';
  return {
    ...{ kind, container, vendor, family, model, kernel: release() },
    ...{ sockets: onlineSockets(), filtering: energyFiltering(cpu) },
    ...{ network: networkOf(), endAtLogout: endAtLogout() },
  };
}

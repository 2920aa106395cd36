import { isOlder, type MachineOfCounters, raplDriver } from '../raplDriver';
import { advise, fixWith, type Remedy, virtualMachine } from '../remedy';
import { counterGroup, permissionFix } from './permissionFix';
import { isDeniedCode, type PowercapTree } from './powercap';

/** Where counters are missing or do not move. */
export function driverRemedy(machine: MachineOfCounters): Remedy {
  const { module } = raplDriver(machine);
  return {
    advice: 'Look at what the driver says (sudo dmesg | grep -i rapl), and load it again',
    fix: `sudo modprobe -r ${module} && sudo modprobe ${module}`,
  };
}

/**
 * What a runtime masks stays masked when it is mounted at its own place, for it masks after it has mounted (OCI runtimes;
 * scaphandre #373): so the counters are mounted elsewhere.
 */
const mounts = [
  'Docker, Podman:',
  '  -v /sys/devices/virtual/powercap:/powercap:ro -e GREENBATCH_POWERCAP_ROOT=/powercap',
  'Kubernetes: a hostPath volume of /sys/devices/virtual/powercap at /powercap, and the same variable',
];

/** Where there is no zone that was asked for. */
export function absenceRemedy(tree: PowercapTree, machine: MachineOfCounters): Remedy {
  if (!tree.isKernels) {
    return advise(
      'Check measure.powercapRoot and GREENBATCH_POWERCAP_ROOT: the folder must hold zones such as intel-rapl:0',
    );
  }
  if (isDeniedCode(tree.code))
    return advise('Some hardened systems close /sys to all but root: have its administrator open it');
  if (machine.kind === 'vm') return virtualMachine;
  // The driver is there, where there are zones of whatever kind.
  if (tree.zones.length > 0) return driverRemedy(machine);
  const { module, since } = raplDriver(machine);
  if (machine.container) {
    return advise(
      [
        `Load the driver on the host, if it has none either: sudo modprobe ${module}`,
        'Then show the counters',
        ...mounts,
      ].join('\n'),
    );
  }
  if (machine.vendor === 'other')
    return advise('Energy counters of this kind are those of Intel CPUs since Sandy Bridge and of AMD CPUs since Zen');
  const isTooOld = since !== null && isOlder(machine.kernel, since);
  const age = isTooOld
    ? `: Linux ${since} is the first with it for this CPU, unless your distribution added it; this is ${machine.kernel}`
    : '';
  return {
    advice: `Load the driver${age}. It may be in a package of its own, as linux-modules-extra-$(uname -r) of Ubuntu's cloud kernels`,
    fix: `sudo modprobe ${module}`,
  };
}

/** Where only root may read them: in a container no command helps, since group and rule belong to its host. */
export function permissionRemedy(
  tree: PowercapTree,
  { container }: MachineOfCounters,
  lockedFiles: readonly string[],
): Remedy {
  // An experiment names the tree: a link in it may lead anywhere, and sudo would open that to everyone.
  if (!tree.isKernels) return advise('Have whoever made these files let you read them: they are not the kernel’s');
  if (!container) return fixWith(permissionFix(lockedFiles));
  return advise(
    [
      'Be root in the container (not one of a user namespace), or open the counters on its host, where the doctor prints the commands, and take their group in:',
      `  --group-add "$(getent group ${counterGroup} | cut -d: -f3)"`,
    ].join('\n'),
  );
}

/** Where the runtime of a container hides them. */
export const maskedRemedy: Remedy = advise(
  [
    'Start the container with the host’s counters where nothing masks them',
    ...mounts,
    'Or without masks:',
    '  docker run --security-opt systempaths=unconfined …',
    '  podman run --security-opt unmask=/sys/devices/virtual/powercap …',
  ].join('\n'),
);

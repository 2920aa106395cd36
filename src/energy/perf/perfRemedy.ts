import { capabilities } from '../../machine/capabilities';
import { perfParanoid } from '../../machine/perfParanoid';
import { eventDriver, isOlder, type MachineOfCounters } from '../raplDriver';
import { advise, noRemedy, type Remedy, virtualMachine } from '../remedy';
import { aliveWithinMs } from '../watch';
import { isKernelsPmu, type Pmu } from './pmu';

/** What decides whether the kernel lets this process count the whole machine. */
export type PerfRights = { paranoid: number | null } & ReturnType<typeof capabilities>;

const perfRights = (): PerfRights => ({ paranoid: perfParanoid(), ...capabilities() });

/** Why there are no events at all. */
export function absence({ folder, code }: Pmu): string {
  if (code === 'ENOENT' || code === 'ENOTDIR') return `the kernel has no energy events: ${folder} does not exist`;
  if (code === 'INCOMPLETE') return `${folder} names no event, or no CPU to read it on`;
  if (code === 'NO_TOPOLOGY')
    return `the sockets of the CPUs in ${folder}/cpumask are not known, so that two could be taken for one`;
  return `${folder} cannot be read (${code})`;
}

export function absenceRemedy({ folder }: Pmu, machine: MachineOfCounters): Remedy {
  if (!isKernelsPmu(folder))
    return advise('Check GREENBATCH_PERF_ROOT: the folder must be of a PMU with energy events');
  if (machine.kind === 'vm') return virtualMachine;
  const { module, since } = eventDriver(machine);
  const age =
    since !== null && isOlder(machine.kernel, since)
      ? `: Linux ${since} is the first with it for this CPU, unless your distribution added it; this is ${machine.kernel}`
      : '';
  if (machine.container) return advise(`Load the driver of the events on the host: sudo modprobe ${module}${age}`);
  if (machine.vendor === 'other') return noRemedy;
  return {
    advice: [
      `Load the driver of the events${age}`,
      'If it is not found, it is in a package of its own, as linux-modules-extra-$(uname -r) of Ubuntu',
      'If it says “No such device”, this kernel does not know this CPU, and a newer one may',
    ].join('\n'),
    fix: `sudo modprobe ${module}`,
  };
}

/** One sentence for errno's name, or for what perfEvent.ts says. */
export function explainProblem(code: string, rights = perfRights()): string {
  switch (code) {
    case 'EACCES':
      return `permission denied: ${whyDenied(rights)}`;
    // The kernel itself answers EACCES.
    case 'EPERM':
    case 'ENOSYS':
      return 'the system call perf_event_open is blocked, as by the seccomp profile of a container or a sandbox';
    case 'NO_KOFFI':
      return 'the optional package koffi, by which the kernel is asked, is not there for this platform';
    case 'NO_SYSTEM':
      return 'it is read on Linux with an x86-64 CPU alone';
    case 'DEAD':
      return `dead: the counter stood still for ${aliveWithinMs / 1000} s`;
    default:
      return `it cannot be opened (${code})`;
  }
}

/** Levels above 2 are of Debian and Ubuntu, whose check there is of CAP_SYS_ADMIN. */
function whyDenied({ paranoid, perfmon, sysAdmin }: PerfRights): string {
  if (paranoid === null || paranoid <= 0) return `perf_event_paranoid allows it, but a security module does not`;
  const level = `perf_event_paranoid is ${paranoid}`;
  if (sysAdmin || (perfmon && paranoid <= 2))
    return `${level}, and this process has its capabilities in a user namespace alone (a rootless container)`;
  return paranoid > 2
    ? `${level}, and above 2 (Debian, Ubuntu) root may read it: CAP_PERFMON does not suffice on every kernel`
    : `${level}, and above 0 root and CAP_PERFMON alone may read it`;
}

/** Opens the events of all CPUs to every user, for good; what that betrays is that of CVE-2020-8694. */
export const paranoidFix = [
  "echo 'kernel.perf_event_paranoid = 0' | sudo tee /etc/sysctl.d/70-greenbatch-perf.conf",
  'sudo sysctl kernel.perf_event_paranoid=0',
].join('\n');

const letContainer = [
  'Start the container with the right to count. Docker, Podman:',
  '  --cap-add PERFMON',
  'Kubernetes: securityContext.capabilities.add: [PERFMON], and a seccomp profile that allows perf_event_open',
];

/** What helps a part that cannot be opened. */
export function problemRemedy(code: string, { container }: MachineOfCounters, rights = perfRights()): Remedy {
  const level = rights.paranoid ?? 0;
  switch (code) {
    case 'EACCES':
      if (level <= 0) return noRemedy;
      if (!container)
        return {
          advice: 'Lets every user count the whole machine, which betrays what other programs do (CVE-2020-8694)',
          fix: paranoidFix,
        };
      // The setting is the host's; a capability of the container goes before it, but not above 2.
      return advise(
        [
          ...(level > 2 || rights.perfmon ? [] : letContainer),
          `On the host${level > 2 || rights.perfmon ? '' : ', instead'}:`,
          ...paranoidFix.split('\n').map((line) => `  ${line}`),
        ].join('\n'),
      );
    case 'EPERM':
    case 'ENOSYS':
      return container
        ? advise(letContainer.join('\n'))
        : advise('Allow perf_event_open in the sandbox that this runs in');
    case 'NO_KOFFI':
      return advise('Install Greenbatch anew, with its optional packages (npm: without --omit=optional)');
    default:
      return noRemedy;
  }
}

import type { Machine } from '../core/energy/diagnosis';

/** What of a machine says which driver it needs. */
export type Cpu = Pick<Machine, 'vendor' | 'family' | 'model' | 'kernel'>;

/** What of a machine decides how its counters are brought to show. */
export type MachineOfCounters = Cpu & Pick<Machine, 'kind' | 'container' | 'sockets'>;

/** A kernel module, and the first Linux whose module knows this CPU; null: all in use. */
export type RaplDriver = { module: string; since: string | null };

/**
 * Xeons since Granite Rapids have their counters behind TPMI (registers in memory), which the MSR driver cannot see. By family
 * and model, as arch/x86/include/asm/intel-family.h and drivers/platform/x86/intel/tpmi_power_domains.c of Linux 6.16 list
 * them: Granite Rapids X and D, Sierra Forest, Grand Ridge, Clearwater Forest, Diamond Rapids.
 */
const tpmiCpus = ['6/173', '6/174', '6/175', '6/182', '6/221', '19/1'];
const isTpmi = ({ vendor, family, model }: Cpu) => vendor === 'intel' && tpmiCpus.includes(`${family}/${model}`);

/** Zen 1 and 2, Zen 3 and 4, Zen 5 (drivers/powercap/intel_rapl_common.c); a distribution may have it in an older kernel. */
const amdFamilies: Record<number, string> = { 0x17: '5.11', 0x19: '5.14', 0x1a: '6.12' };

/** What shows energy counters as powercap zones. */
export function raplDriver(cpu: Cpu): RaplDriver {
  if (isTpmi(cpu)) return { module: 'intel_rapl_tpmi', since: '6.5' };
  return { module: 'intel_rapl_msr', since: cpu.vendor === 'amd' ? (amdFamilies[cpu.family ?? 0] ?? null) : null };
}

/**
 * What shows them as the PMU `power` of perf: of TPMI the same module, of all others one of its own, which had another name
 * before Linux 5.8 took AMD's in (arch/x86/events/rapl.c).
 */
export function eventDriver(cpu: Cpu): RaplDriver {
  if (isTpmi(cpu)) return { module: 'intel_rapl_tpmi', since: '6.10' };
  if (cpu.vendor === 'amd') return { module: 'rapl', since: '5.8' };
  return { module: isOlder(cpu.kernel, '5.8') ? 'intel_rapl_perf' : 'rapl', since: null };
}

/** Whether a kernel's release, as `6.8.0-45-generic`, is older than a version, as `6.10`; a release that says none is not. */
export function isOlder(kernel: string, version: string): boolean {
  const [release, wanted] = [kernel, version].map((text) => /^(\d+)\.(\d+)/.exec(text)?.slice(1).map(Number));
  if (!release || !wanted) return false;
  return release[0] === wanted[0] ? release[1]! < wanted[1]! : release[0]! < wanted[0]!;
}

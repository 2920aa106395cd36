import type { Machine } from '../../core/energy/diagnosis';
import { inspectMachine } from '../../machine/machine';
import { type Asked, type EnergySource, SourceError } from '../source';
import { openEventCounter } from './eventCounter';
import { checkPerf, type PerfCheck } from './perfCheck';
import { examinePerf } from './perfExamination';
import { checkPerfProgram } from './perfProgramCheck';
import { discoverPmu, type Pmu, pmuFolder } from './pmu';
import { openProgramReader } from './programReader';

/** By the way that the experiment asks for: through the system call, or by the program `perf`. */
async function checkWay(pmu: Pmu, { measure, env }: Asked, machine: Machine): Promise<PerfCheck> {
  return measure.perf === 'program'
    ? checkPerfProgram(pmu, measure.domains, machine, env)
    : checkPerf(pmu, measure.domains, machine);
}

/**
 * RAPL by the perf subsystem of the Linux kernel, through which the paper measured: the registers that powercap shows, by a
 * driver of its own that adds up their wraps. Takes up to 1.2 s.
 */
export const perf: EnergySource = {
  kind: 'perf',
  measured: true,
  covers: 'cpu',
  async describe({ measure, env }) {
    const check = await checkWay(discoverPmu(pmuFolder(env)), { measure, env }, inspectMachine());
    if (!check.usable) {
      const { advice, fix } = check.remedy;
      const sentences = [`perf cannot be used: ${check.reason}`, ...(advice === null ? [] : [advice])];
      throw new SourceError(check.code ?? 'source-absent', `${sentences.join('. ')}.`, fix);
    }
    return { parts: check.parts, reason: check.reason };
  },
  open: openEventCounter,
  slow: { has: ({ printed }) => printed !== undefined, open: openProgramReader },
  diagnose: ({ measure, env }, machine) => examinePerf(pmuFolder(env), measure.domains, machine),
};

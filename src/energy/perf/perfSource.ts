import type { Machine } from '../../core/energy/diagnosis';
import { inspectMachine } from '../../machine/machine';
import { refusal } from '../remedy';
import { type Asked, type EnergySource, SourceError } from '../source';
import { openEventCounter } from './eventCounter';
import { checkPerf, type PerfCheck } from './perfCheck';
import { examinePerf } from './perfExamination';
import { perfProgram } from './perfProcess';
import { checkPerfProgram } from './perfProgramCheck';
import { defaultPmuFolder, discoverPmu, pmuFolder } from './pmu';
import { openProgramReader } from './programReader';

/** By the way that the experiment asks for: through the system call, or by the program `perf`. */
async function checkWay({ measure, env }: Asked, machine: Machine): Promise<PerfCheck> {
  const pmu = discoverPmu(pmuFolder(env));
  const allowed = measure.allowMissing ?? [];
  return measure.perf === 'program'
    ? checkPerfProgram(pmu, measure.domains, machine, { allowed, env })
    : checkPerf(pmu, measure.domains, machine, allowed);
}

/**
 * RAPL by the perf subsystem of the Linux kernel, through which the paper measured: the registers that powercap shows, by a
 * driver of its own that adds up their wraps. Takes up to 2 s.
 */
export const perf: EnergySource = {
  kind: 'perf',
  measured: true,
  covers: 'cpu',
  async describe(asked) {
    const machine = inspectMachine();
    const check = await checkWay(asked, machine);
    if (!check.usable) {
      const { code, reason, remedy } = check;
      throw new SourceError(code ?? 'source-absent', refusal('perf', reason, remedy), remedy.fix);
    }
    const { parts, reason, missing } = check;
    // A PMU that was made up says nothing of this machine's counters.
    const isKernels = pmuFolder(asked.env) === defaultPmuFolder;
    return {
      ...{ parts, reason },
      ...(missing.length > 0 && { missing }),
      ...(isKernels && { filtering: machine.filtering }),
    };
  },
  open: openEventCounter,
  slow: { has: ({ printed }) => printed !== undefined, open: openProgramReader },
  diagnose: ({ measure, env }, machine) => examinePerf(pmuFolder(env), measure.domains, machine, perfProgram(env)),
};

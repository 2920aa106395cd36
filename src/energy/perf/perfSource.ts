import { inspectMachine } from '../../machine/machine';
import { refusal } from '../remedy';
import { type EnergySource, SourceError } from '../source';
import { openEventCounter } from './eventCounter';
import { checkPerf } from './perfCheck';
import { examinePerf } from './perfExamination';
import { discoverPmu, pmuFolder } from './pmu';

/**
 * RAPL by the perf subsystem of the Linux kernel, through which the paper measured: the registers that powercap shows, by a
 * driver of its own that adds up their wraps. Takes up to 1.2 s.
 */
export const perf: EnergySource = {
  kind: 'perf',
  measured: true,
  covers: 'cpu',
  async describe({ measure, env }) {
    const allowed = measure.allowMissing ?? [];
    const check = await checkPerf(discoverPmu(pmuFolder(env)), measure.domains, inspectMachine(), allowed);
    if (!check.usable) {
      const { code, reason, remedy } = check;
      throw new SourceError(code ?? 'source-absent', refusal('perf', reason, remedy), remedy.fix);
    }
    const { parts, reason, missing } = check;
    return { parts, reason, ...(missing.length > 0 && { missing }) };
  },
  open: openEventCounter,
  diagnose: ({ measure, env }, machine) =>
    examinePerf(pmuFolder(env), measure.domains, machine, env.GREENBATCH_PERF || undefined),
};

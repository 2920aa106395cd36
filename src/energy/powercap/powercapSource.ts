import { inspectMachine } from '../../machine/machine';
import { refusal } from '../remedy';
import { type EnergySource, SourceError } from '../source';
import { openCounter } from './counterFile';
import { discoverPowercap, powercapRoot } from './powercap';
import { checkPowercap } from './powercapCheck';
import { furtherLimits, limitWindowSeconds, powerLimits, sustainedWatts } from './powerLimits';
import { examinePowercap } from './powercapExamination';

/** RAPL by the powercap tree of the Linux kernel: packages and memory of all sockets. Takes up to 1.2 s. */
export const powercap: EnergySource = {
  kind: 'powercap',
  measured: true,
  covers: 'cpu',
  async describe({ measure, env }) {
    const machine = inspectMachine();
    const root = powercapRoot(measure, env);
    const tree = discoverPowercap(root);
    const check = await checkPowercap(tree, measure.domains, machine, measure.allowMissing ?? []);
    if (!check.usable) {
      const { code, reason, remedy } = check;
      throw new SourceError(code ?? 'source-absent', refusal('powercap', reason, remedy), remedy.fix);
    }
    return {
      parts: check.domains,
      reason: check.reason,
      ...(check.missing.length > 0 && { missing: check.missing }),
      ...(tree.isKernels && { filtering: machine.filtering }),
    };
  },
  open: openCounter,
  settings({ measure, env }) {
    const root = powercapRoot(measure, env);
    return {
      raplLimitsMicrowatts: powerLimits(root),
      raplFurtherLimitsMicrowatts: furtherLimits(root),
      raplLimitWindowSeconds: limitWindowSeconds(root),
    };
  },
  limitWindowSeconds: ({ measure, env }) => limitWindowSeconds(powercapRoot(measure, env)),
  sustainedWatts: ({ measure, env }) => sustainedWatts(powercapRoot(measure, env)),
  diagnose: ({ measure, env }, machine) =>
    examinePowercap(discoverPowercap(powercapRoot(measure, env)), measure.domains, machine),
};

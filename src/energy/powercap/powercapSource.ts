import { inspectMachine } from '../../machine/machine';
import { type EnergySource, SourceError } from '../source';
import { openCounter } from './counterFile';
import { defaultPowercapRoot, discoverPowercap, powercapRoot } from './powercap';
import { checkPowercap } from './powercapCheck';
import { powerLimits } from './powerLimits';
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
    const allowed = measure.allowMissing ?? [];
    const check = await checkPowercap(tree, measure.domains, machine, allowed);
    if (!check.usable) {
      const { advice, fix } = check.remedy;
      const sentences = [`powercap cannot be used: ${check.reason}`, ...(advice === null ? [] : [advice])];
      throw new SourceError(check.code ?? 'source-absent', `${sentences.join('. ')}.`, fix);
    }
    const filtered =
      machine.filtering.state === 'on' && root === defaultPowercapRoot ? machine.filtering.because : null;
    const notes = [check.reason, filtered].filter((note) => note !== null);
    return {
      parts: check.domains,
      reason: notes.length > 0 ? notes.join('; ') : null,
      ...(check.missing.length > 0 && { missing: check.missing }),
    };
  },
  open: openCounter,
  settings: ({ measure, env }) => ({ raplLimitsMicrowatts: powerLimits(powercapRoot(measure, env)) }),
  diagnose: ({ measure, env }, machine) => examinePowercap(powercapRoot(measure, env), measure.domains, machine),
};

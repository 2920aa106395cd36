import { exitCodes } from '../../core/failure/exitCodes';
import { diagnosisText } from '../../core/energy/diagnosisText';
import { diagnose } from '../../energy/doctor';
import { defineCommand, jsonOption } from '../options/defineCommand';
import { print, printData } from '../text/output';

const help = `greenbatch doctor [--json] [--powercap-root DIR]

Says for every energy counter whether it can be read, why not, and what to do; and what of
this machine may spoil or end a run. Changes nothing.

  --json               the same as JSON: sources, domains, machine, hazards, notes
  --powercap-root DIR  tree to examine (default: GREENBATCH_POWERCAP_ROOT, else /sys/class/powercap)

Exit code: 0 energy can be measured, 3 only estimated.
`;

/** `greenbatch doctor`: 0 where a measured source can be used, 3 where only the estimate can. */
export const doctorCommand = defineCommand({
  help,
  options: { ...jsonOption, 'powercap-root': { type: 'string' } },
  positionals: false,
  async run({ json, 'powercap-root': given }) {
    const diagnosis = await diagnose(given === undefined ? {} : { powercapRoot: given });
    if (json) printData(`${JSON.stringify(diagnosis, null, 2)}\n`);
    else print(`${diagnosisText(diagnosis, process.stdout.columns)}\n`);
    return diagnosis.sources.some((source) => source.measured && source.usable) ? exitCodes.ok : exitCodes.source;
  },
});

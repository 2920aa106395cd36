import { parseArgs } from 'node:util';
import { exitCodes } from '../../core/failure/exitCodes';
import { diagnosisText } from '../../core/energy/diagnosisText';
import { diagnose } from '../../energy/doctor';
import { CliError } from '../options/cliError';
import { print, printData } from '../text/output';

export const doctorUsage = `greenbatch doctor [--json] [--powercap-root DIR]

Says for every energy counter whether it can be read, why not, and what to do. Changes nothing.

  --json               the same as JSON: sources, domains, machine, notes
  --powercap-root DIR  tree to examine (default: GREENBATCH_POWERCAP_ROOT, else /sys/class/powercap)

Exit code: 0 energy can be measured, 3 only estimated.`;

/** `greenbatch doctor`: 0 where a measured source can be used, 3 where only the estimate can. */
export async function doctorCommand(argv: string[]): Promise<number> {
  const options = parseDoctorArguments(argv);
  if (options.help) {
    print(`${doctorUsage}\n`);
    return 0;
  }
  const given = options['powercap-root'];
  const diagnosis = await diagnose(given === undefined ? {} : { powercapRoot: given });
  if (options.json) printData(`${JSON.stringify(diagnosis, null, 2)}\n`);
  else print(`${diagnosisText(diagnosis)}\n`);
  return diagnosis.sources.some((source) => source.measured && source.usable) ? exitCodes.ok : exitCodes.source;
}

function parseDoctorArguments(argv: string[]) {
  try {
    return parseArgs({
      args: argv,
      options: {
        json: { type: 'boolean', default: false },
        'powercap-root': { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new CliError(`${(error as Error).message}\n\n${doctorUsage}`);
  }
}

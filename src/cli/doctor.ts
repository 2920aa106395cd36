import { parseArgs } from 'node:util';
import { type Diagnosis, type DomainDiagnosis, diagnose, type SourceDiagnosis } from '../energy/doctor';
import { powercapRoot } from '../energy/openSource';
import { CliError } from './cliError';

export const doctorUsage = `greenbatch doctor [--json] [--powercap-root DIR]

Says for every energy counter whether it can be read, why not, and what to do. Changes nothing.

  --json               the same as JSON: sources, domains, machine, notes
  --powercap-root DIR  tree to examine (default: GREENBATCH_POWERCAP_ROOT, else /sys/class/powercap)

Exit code: 0 energy can be measured, 3 only estimated.`;

/** `greenbatch doctor`: 0 where a measured source can be used, 3 where only the estimate can. */
export async function doctorCommand(argv: string[]): Promise<number> {
  const options = parseDoctorArguments(argv);
  if (options.help) {
    console.log(doctorUsage);
    return 0;
  }
  const given = options['powercap-root'];
  const root = powercapRoot(given === undefined ? {} : { powercapRoot: given }, process.env);
  const diagnosis = await diagnose(root);
  console.log(options.json ? JSON.stringify(diagnosis, null, 2) : doctorText(diagnosis));
  return diagnosis.sources.some((source) => source.measured && source.usable) ? 0 : 3;
}

/** The diagnosis for a person, plain text. */
export function doctorText({ root, sources, domains, notes }: Diagnosis): string {
  const fixes = [...new Set(sources.filter((s) => !s.usable && s.fix !== null).map((s) => s.fix!))];
  return [
    'Energy sources',
    ...sources.map(sourceLine),
    '',
    `Counters below ${root}`,
    ...(domains.length > 0 ? domains.map(domainLine) : ['  none']),
    ...(fixes.length > 0
      ? ['', 'To measure', ...fixes.flatMap((fix) => fix.split('\n').map((line) => `  ${line}`))]
      : []),
    ...(notes.length > 0 ? ['', ...notes] : []),
  ].join('\n');
}

function sourceLine({ kind, usable, measured, reason }: SourceDiagnosis): string {
  const state = !usable ? 'cannot be used' : measured ? 'measured' : 'ESTIMATED, without counters';
  return `  ${kind.padEnd(10)} ${state}${reason === null ? '' : `: ${reason}`}`;
}

function domainLine({ id, readable, added, reason, path }: DomainDiagnosis): string {
  const state = added ? 'added' : readable ? 'not added' : 'unreadable';
  return `  ${id.padEnd(18)} ${state.padEnd(11)} ${reason ?? ''}${reason === null ? '' : ' · '}${path}`;
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

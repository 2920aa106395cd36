import { writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { exportFormats, exportText } from '../../runs/export/exportText';
import { CliError } from '../options/cliError';
import { defineCommand, WrongUsage } from '../options/defineCommand';
import { footprintHelp, footprintOptions, footprintTermsOf } from '../options/footprintOptions';
import { oneOf } from '../options/optionValues';
import { runFolderOf } from '../options/runArgument';
import { printData } from '../text/output';

const help = `usage: greenbatch export RUN [RUN…] --format csv|markdown|json|html [--trials] [-o FILE]
                         [--grid I] [--price "N CUR"] [--pue N]

  --format csv        one row for each configuration (RFC 4180), units in the header
           markdown   table, verdict, and what the numbers cover
           json       the same as "greenbatch show RUN --json"
           html       the panel as one file: charts, tables, sliders; opens in any browser, offline;
                      of several runs all of them, each compared with the first
  --trials            csv: one row for each repeat
  -o, --output FILE   write to a file (an existing one is replaced) instead of standard output
${footprintHelp}
`;

export const exportCommand = defineCommand({
  help,
  options: {
    format: { type: 'string' },
    trials: { type: 'boolean', default: false },
    output: { type: 'string', short: 'o' },
    ...footprintOptions,
  },
  positionals: true,
  run(values, positionals) {
    const { trials, output } = values;
    if (positionals.length === 0 || values.format === undefined) throw new WrongUsage('name one run and a format');
    const format = oneOf('--format', values.format, exportFormats);
    if (trials && format !== 'csv') throw new CliError('--trials goes with --format csv alone');
    if (positionals.length > 1 && format !== 'html') throw new CliError('several runs go with --format html alone');
    const footprint = footprintTermsOf(values);
    if (footprint && format === 'csv') throw new CliError('--grid and --price go with html, markdown and json');
    const [found, ...others] = positionals.map((run) => runFolderOf(run, 'export'));
    const text = exportText(found!, format, { pageFolder: dirname(process.argv[1]!), trials, others, footprint });
    return write(text, output);
  },
});

function write(text: string, output: string | undefined): number {
  if (output === undefined) printData(text);
  else writeTo(output, text);
  return 0;
}

function writeTo(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    throw new CliError(`${file} cannot be written: ${(error as Error).message}`);
  }
}

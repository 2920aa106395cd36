import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeText } from '../../machine/regularFile';
import { exportFormat, exportNames } from '../../runs/export/exportFormats';
import { CliError } from '../options/cliError';
import { defineCommand, WrongUsage } from '../options/defineCommand';
import { footprintHelp, footprintOptions, footprintTermsOf } from '../options/footprintOptions';
import { oneOf } from '../options/optionValues';
import { writeOutput } from '../options/outputFile';
import { runFolderOf } from '../options/runArgument';
import { print, printData } from '../text/output';

const width = Math.max(...exportNames.map((name) => name.length));
const formatLines = exportNames.flatMap((name, i) =>
  exportFormat(name).help.map((line, j) =>
    `  ${(i + j === 0 ? '--format' : '').padEnd(8)} ${(j === 0 ? name : '').padEnd(width)} ${line}`.trimEnd(),
  ),
);
/** Formats by a property, as words of a sentence: "csv, parquet". */
const namesWith = (has: (format: ReturnType<typeof exportFormat>) => boolean) =>
  exportNames.filter((name) => has(exportFormat(name))).join(', ');
const withTrials = namesWith(({ hasTrials }) => hasTrials === true);
const withCarbon = namesWith(({ hasFootprint }) => hasFootprint === true);
const ofSeveral = namesWith(({ takesSeveral }) => takesSeveral === true);

const help = `usage: greenbatch export RUN [RUN…] --format ${exportNames.join('|')} [--trials] [-o FILE]
                         [--grid I] [--price "N CUR"] [--pue N]

${formatLines.join('\n')}
  --trials           ${withTrials}: one row for each repeat
  -o, --output FILE  write to a file (an existing one is replaced) instead of standard output; of several files the folder

Carbon and cost beside the result, of ${withCarbon}:
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
    const name = oneOf('--format', values.format, exportNames);
    const format = exportFormat(name);
    if (trials && !format.hasTrials) throw new CliError(`--trials goes with --format ${withTrials} alone`);
    if (positionals.length > 1 && !format.takesSeveral)
      throw new CliError(`several runs go with --format ${ofSeveral} alone`);
    if (!format.isText && output === undefined)
      throw new CliError(
        'isFolder' in format
          ? `--format ${name} makes several files: name their folder with -o DIR`
          : `--format ${name} is no text for a terminal: name a file with -o FILE`,
      );
    const footprint = footprintTermsOf(values);
    if (footprint !== null && !format.hasFootprint)
      throw new CliError(`--grid and --price go with --format ${withCarbon} alone`);
    const [runFolder, ...others] = positionals.map((run) => runFolderOf(run, 'export'));
    const pageFolder = dirname(process.argv[1]!);
    const made = format.make({ runFolder: runFolder!, others, trials, pageFolder, footprint });
    if (Array.isArray(made)) writeFiles(output!, made);
    else if (output !== undefined) writeOutput(output, made);
    else if (typeof made === 'string') printData(made);
    return 0;
  },
});

/** Files of the same names are replaced; others in the folder stay. */
function writeFiles(folder: string, files: readonly { name: string; text: string }[]): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new CliError(`${folder} cannot be made: ${(error as Error).message}`);
  }
  for (const { name, text } of files) {
    const file = join(folder, name);
    // A folder may be one that others write into too.
    writeOutput(file, text, writeText);
    print(`${file}\n`);
  }
}

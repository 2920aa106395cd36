import { dirname } from 'node:path';
import { reportFile } from '../../runs/export/reportFile';
import { defineCommand, WrongUsage } from '../options/defineCommand';
import { footprintHelp, footprintOptions, footprintTermsOf } from '../options/footprintOptions';
import { writeOutput } from '../options/outputFile';
import { runFolderOf } from '../options/runArgument';
import { print, printData } from '../text/output';

const help = `usage: greenbatch report RUN [RUN…] [-o FILE] [--with-places] [--grid I] [--price "N CUR"] [--pue N]

One HTML file that needs nothing else: verdict, charts, tables and figures of each run, how it was measured, and how to
cite it. Of several runs all of them, each compared with the first. It opens in any browser, offline, and prints.

  -o, --output FILE  write to a file (an existing one is replaced) instead of standard output
  --with-places      name the machine and its folders as the logs have them; else files are named from the workspace on,
                     or by their names alone, and the machine not at all

Carbon and cost beside the results:
${footprintHelp}
`;

export const reportCommand = defineCommand({
  help,
  options: {
    output: { type: 'string', short: 'o' },
    'with-places': { type: 'boolean', default: false },
    ...footprintOptions,
  },
  positionals: true,
  run(values, positionals) {
    const { output, 'with-places': keepsPlaces } = values;
    if (positionals.length === 0) throw new WrongUsage('name one run or more');
    const runs = positionals.map((run) => runFolderOf(run, 'report'));
    const html = reportFile(runs, dirname(process.argv[1]!), { keepsPlaces, footprint: footprintTermsOf(values) });
    if (output === undefined) {
      printData(html);
      return 0;
    }
    writeOutput(output, html);
    print(`${output}\n`);
    return 0;
  },
});

import { loadRun } from '../../runs/store/runFolder';
import { printResult, runFailureText } from '../text/printResult';
import { defineCommand, jsonOption } from '../options/defineCommand';
import { footprintHelp, footprintOptions, footprintTermsOf, hourNow } from '../options/footprintOptions';
import { runFolderOf } from '../options/runArgument';
import { styleFor } from '../text/style';
import { print, printData } from '../text/output';

const help = `usage: greenbatch show RUN [--json] [--grid I] [--price "N CUR"] [--pue N]

The table and the verdict of a run, finished or not. --json: everything, as docs/show-json.md describes it.

${footprintHelp}
`;

export const showCommand = defineCommand({
  help,
  options: { ...jsonOption, ...footprintOptions },
  positionals: true,
  run({ json, ...given }, [run]) {
    const footprint = footprintTermsOf(given);
    const folder = runFolderOf(run, 'show');
    const loaded = loadRun(folder);
    if (!json) print(runFailureText(loaded, styleFor(process.stdout)));
    printResult(loaded, { json, footprint, nowHour: hourNow(footprint) });
    if (!json) printData(`${folder}\n`);
    return 0;
  },
});

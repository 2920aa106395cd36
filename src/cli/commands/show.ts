import { loadRun } from '../../runs/store/runFolder';
import { printResult, runFailureText } from '../text/printResult';
import { defineCommand, jsonOption } from '../options/defineCommand';
import { runFolderOf } from '../options/runArgument';
import { styleFor } from '../text/style';
import { print, printData } from '../text/output';

const help = `usage: greenbatch show RUN [--json]

The table and the verdict of a run, finished or not. --json: everything, as docs/show-json.md describes it.
`;

export const showCommand = defineCommand({
  help,
  options: jsonOption,
  positionals: true,
  run({ json }, [run]) {
    const folder = runFolderOf(run, 'show');
    const loaded = loadRun(folder);
    if (!json) print(runFailureText(loaded, styleFor(process.stdout)));
    printResult(loaded, { json });
    if (!json) printData(`${folder}\n`);
    return 0;
  },
});

import { foldersOfPair } from '../../runs/store/foldersOfPair';
import { loadRun } from '../../runs/store/runFolder';
import { watchToTheEnd } from '../text/progressView';
import { defineCommand, jsonOption } from '../options/defineCommand';
import { runFolderOf } from '../options/runArgument';

const help = `usage: greenbatch attach RUN [--json]

Watches a run that goes on in the background, from where it is, until it ends. Ctrl-C stops the run
(finished repeats are kept); to only look away, close the terminal. Of two that are interleaved it watches both.
`;

export const attachCommand = defineCommand({
  help,
  options: jsonOption,
  positionals: true,
  run({ json }, [named]) {
    const folder = runFolderOf(named, 'attach');
    return watchToTheEnd(foldersOfPair(folder, loadRun(folder).run), { json });
  },
});

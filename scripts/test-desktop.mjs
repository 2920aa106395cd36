// The suite of test/vscode in a desktop VS Code, which is downloaded: for machines with a network and a display.
import { prepare, run } from './prepare.mjs';

prepare();
run(process.execPath, ['node_modules/tsx/dist/cli.mjs', 'test/vscode/desktop.mts']);

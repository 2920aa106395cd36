// npm run vscode: the extension with the example workspace in a real VS Code. Where `code` is on the PATH it opens a window
// of it; else a VS Code server from npm is started, for a browser on this machine. Ctrl-C ends the server.
import { prepare } from './prepare.mjs';

prepare();
const { tsImport } = await import('tsx/esm/api');
const { openExample } = await tsImport('./vscode.mts', import.meta.url);
await openExample();

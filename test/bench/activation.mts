import { spawnSync } from 'node:child_process';

/**
 * What a window pays that only opens a workspace with our files: loading the extension's bundle and `activate()`, each
 * time in a process of its own, with a `vscode` module that registers and does nothing. The suite in a real VS Code
 * (`test/vscode`) prints what activation takes there.
 */
const limitMs = 20;
const rounds = 21;

const program = `
const Module = require('node:module');
const anything = new Proxy(function () {}, {
  get: (_, key) => (key === Symbol.toPrimitive ? () => '' : key === 'then' ? undefined : anything),
  apply: () => anything,
  construct: () => anything,
});
// The bundler copies the module's own names.
const names = ['commands', 'window', 'workspace', 'languages', 'lm', 'tasks', 'env', 'l10n', 'Uri', 'EventEmitter', 'Disposable', 'CodeActionKind', 'ViewColumn'];
const editor = Object.fromEntries(names.map((name) => [name, anything]));
const load = Module._load;
Module._load = (name, ...rest) => (name === 'vscode' ? editor : load(name, ...rest));
const begun = performance.now();
const { activate } = require(process.argv[1]);
const context = { subscriptions: [], extensionUri: anything, workspaceState: anything, globalStorageUri: anything };
activate(context);
process.stdout.write(String(performance.now() - begun));
process.exit(0);
`;
const milliseconds = Array.from({ length: rounds }, () => {
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', program, `${process.cwd()}/dist/extension.js`], {
    encoding: 'utf8',
  });
  if (stdout === '') throw new Error(stderr);
  return Number(stdout);
}).sort((a, b) => a - b);
const median = milliseconds[rounds >> 1]!;
console.log(
  `loading and activating: median ${median.toFixed(1)} ms of ${rounds} processes (${milliseconds[0]!.toFixed(1)} to ${milliseconds.at(-1)!.toFixed(1)}); limit ${limitMs} ms`,
);
if (median > limitMs) process.exitCode = 1;

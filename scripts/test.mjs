// README's test command: sets itself up, then what `npm run check` does, unit and CLI tests, the panel's page in Chromium, and the
// extension in a VS Code server, from inside and as a person sees it. Arguments go to vitest.
import { spawn } from 'node:child_process';
import { prepare, runBeside } from './prepare.mjs';
import { runTests } from './testing.mjs';

prepare();
const checks = [
  ['node_modules/eslint/bin/eslint.js', '.'],
  ['node_modules/typescript/bin/tsc', '--noEmit'],
  ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'webview'],
  ['node_modules/prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.'],
  ['node_modules/knip/bin/knip.js'],
  ['node_modules/dependency-cruiser/bin/dependency-cruise.mjs', 'src', 'webview'],
];
// What is fetched waits for the network most of the time, and takes no check's place.
await Promise.all([runBeside([['node_modules/tsx/dist/cli.mjs', 'scripts/fetch.mts']]), runBeside(checks)]);
// In CI `npm run test:system` comes next: what it needs is fetched beside the first tests, of which none measures.
if (process.env.GREENBATCH_STRICT_SKIPS)
  spawn(process.execPath, ['node_modules/tsx/dist/cli.mjs', 'scripts/labs.mts'], { stdio: 'inherit' });
process.exitCode = runTests(['unit', 'slow', 'commands', 'cli', 'webview', 'vscode', 'views', 'e2e']) ? 0 : 1;

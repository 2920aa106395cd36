#!/usr/bin/env node
// Takes the flags of the `code` command that @vscode/test-electron passes, and runs the tests in a VS Code server's remote
// extension host instead of a desktop window.
import { spawnSync } from 'node:child_process';

const args = ['node_modules/tsx/dist/cli.mjs', 'test/vscode/serverWorkbench.mts', ...process.argv.slice(2)];
const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
process.exit(status ?? 1);

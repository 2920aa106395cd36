import * as vscode from 'vscode';
import type { Program } from './program';

/** The program as a process of a terminal, which a person sees work. */
export function terminalExecution(
  { node, script, env }: Program,
  args: readonly string[],
  cwd: string,
): vscode.ProcessExecution {
  // The terminal has the environment already; only what the program needs besides is added.
  const added = ['ELECTRON_RUN_AS_NODE', 'ORT_DISABLE_TELEMETRY', 'GREENBATCH_CACHE', 'GREENBATCH_POWERCAP_ROOT'];
  const own = Object.fromEntries(added.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
  return new vscode.ProcessExecution(node, [script, ...args], { cwd, env: own });
}

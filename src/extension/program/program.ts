import { spawn } from 'node:child_process';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { ExpectedError } from '../../core/failure/expectedError';
import { childEnvironment } from './childEnvironment';
import { setting } from '../window/config';
import { log } from '../window/log';

/** Where the command-line program lies and what runs it. */
export type Program = { node: string; script: string; env: NodeJS.ProcessEnv };

export type Finished = { code: number | null; stdout: string; stderr: string };

/** Running programs is for trusted workspaces: an experiment file names models and folders that are then read and run. */
export class NotTrusted extends ExpectedError {
  override readonly name = 'NotTrusted';

  constructor() {
    super(
      'not-trusted',
      vscode.l10n.t('This workspace is not trusted, so nothing is measured in it. Results can be read.'),
    );
  }
}

/** @throws NotTrusted */
export function programOf(extension: vscode.Uri): Program {
  if (!vscode.workspace.isTrusted) throw new NotTrusted();
  return {
    node: setting('nodePath') || process.execPath,
    script: join(extension.fsPath, 'dist', 'cli.js'),
    env: childEnvironment(process.env, {
      cacheFolder: setting('cacheFolder'),
      powercapRoot: setting('powercapRoot'),
    }),
  };
}

/**
 * Runs the command-line program to its end; what it says on the way goes to the log. A run itself outlives this: the
 * program starts it detached and returns.
 *
 * @throws NotTrusted
 */
export function runProgram(
  program: Program,
  args: readonly string[],
  { cwd, signal }: { cwd?: string | undefined; signal?: AbortSignal | undefined } = {},
): Promise<Finished> {
  if (!vscode.workspace.isTrusted) throw new NotTrusted();
  log().info(`greenbatch ${args.join(' ')}`);
  return new Promise((done) => {
    const child = spawn(program.node, [program.script, ...args], {
      cwd,
      env: program.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      ...(signal && { signal }),
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      for (const line of text.split('\n')) if (line.trim()) log().info(line);
    });
    child.once('error', (error) => done({ code: null, stdout, stderr: `${program.node}: ${error.message}` }));
    child.once('close', (code) => {
      if (code !== 0) log().warn(`greenbatch ${args[0]}: exit code ${code}`);
      done({ code, stdout, stderr });
    });
  });
}

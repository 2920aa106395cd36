import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
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
  const child = start(program, args, { cwd, signal, stdin: 'ignore' });
  return new Promise((done) => {
    let stdout = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    whenEnded(child, program, (code, stderr) => {
      if (code !== 0) log().warn(`greenbatch ${args[0]}: exit code ${code}`);
      done({ code, stdout, stderr });
    });
  });
}

/** `code` null: it was ended by a signal, or, where there is none either, could not be started. */
type Ended = (code: number | null, stderr: string, signal: NodeJS.Signals | null) => void;

/** A program that stays and answers lines with lines. */
export type Resident = {
  say(line: string): void;
  onLine(listener: (line: string) => void): void;
  onEnd(listener: Ended): void;
  /** Ends it at once: it writes nothing, and may be busy with what nobody waits for any more. */
  end(): void;
};

/** @throws NotTrusted */
export function startResident(program: Program, args: readonly string[], cwd: string): Resident {
  const child = start(program, args, { cwd, stdin: 'pipe' });
  // One that has died tells so by its end; what was being written to it is lost either way.
  child.stdin?.on('error', () => undefined);
  const lines = createInterface({ input: child.stdout.setEncoding('utf8'), crlfDelay: Infinity });
  return {
    say: (line) => void child.stdin?.write(`${line}\n`),
    onLine: (listener) => void lines.on('line', listener),
    onEnd: (listener) => whenEnded(child, program, listener),
    end: () => void child.kill('SIGKILL'),
  };
}

type Child = ChildProcessByStdio<Writable | null, Readable, Readable>;
type StartOptions = { cwd?: string | undefined; signal?: AbortSignal | undefined; stdin: 'ignore' | 'pipe' };

function start(program: Program, args: readonly string[], { cwd, signal, stdin }: StartOptions): Child {
  if (!vscode.workspace.isTrusted) throw new NotTrusted();
  log().info(`greenbatch ${args.join(' ')}`);
  return spawn(program.node, [program.script, ...args], {
    cwd,
    env: program.env,
    stdio: [stdin, 'pipe', 'pipe'],
    windowsHide: true,
    ...(signal && { signal }),
  }) as Child;
}

/** Of a program that goes on for hours only the end is worth telling. */
const keptOfErrors = 64 * 1024;

/** Calls once; until then what it says on standard error goes to the log. */
function whenEnded(child: Child, { node }: Program, ended: Ended): void {
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = (stderr + text).slice(-keptOfErrors);
    for (const line of text.split('\n')) if (line.trim()) log().info(line);
  });
  let isTold = false;
  const tell: Ended = (...how) => {
    if (!isTold) ended(...how);
    isTold = true;
  };
  child.once('error', (error) => tell(null, `${node}: ${error.message}`, null));
  child.once('close', (code, signal) => tell(code, stderr, signal));
}

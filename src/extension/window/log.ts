import * as vscode from 'vscode';
import { plain } from '../../core/words/plain';

let channel: vscode.LogOutputChannel | undefined;

/** Stack traces and what programs print are long. */
const longestEntry = 20_000;

/** The log of the extension and of the programs that it starts; made when the first line is written. */
export function log() {
  channel ??= vscode.window.createOutputChannel('Greenbatch', { log: true });
  const made = channel;
  return {
    info: (text: string) => made.info(plain(text, longestEntry)),
    warn: (text: string) => made.warn(plain(text, longestEntry)),
    error: (problem: unknown) =>
      made.error(plain((problem instanceof Error && problem.stack) || messageOf(problem), longestEntry)),
    show: () => made.show(),
  };
}

export function disposeLog(): void {
  channel?.dispose();
  channel = undefined;
}

/** The message of whatever was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

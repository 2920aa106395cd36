import * as vscode from 'vscode';

let channel: vscode.LogOutputChannel | undefined;

/** The log of the extension and of the programs that it starts; made when the first line is written. */
export function log(): vscode.LogOutputChannel {
  channel ??= vscode.window.createOutputChannel('Greenbatch', { log: true });
  return channel;
}

export function disposeLog(): void {
  channel?.dispose();
  channel = undefined;
}

/** The message of whatever was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

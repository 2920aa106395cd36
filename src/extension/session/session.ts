import type * as vscode from 'vscode';
import { createDocuments, type Documents } from '../window/documents';
import { messageOf, log } from '../window/log';
import { tellEnd } from '../runs/notify';
import { createPanels, type Panels } from '../panel/panel';
import { type Runs, createRuns } from '../runs/runs';
import { createStatusBar } from '../runs/statusBar';

/** What lives from the first use of the extension on. */
export type Session = {
  context: vscode.ExtensionContext;
  runs: Runs;
  panels: Panels;
  documents: Documents;
  /** Commands that would open this machine's counters, as the last check found; null where none would. */
  fix: string | null;
};

/** Reads what is on the disk, goes on following what still runs, and tells how it ends. */
export function startSession(context: vscode.ExtensionContext): Session {
  const runs = createRuns(context.workspaceState);
  const panels = createPanels(context.extensionUri, runs);
  const documents = createDocuments();
  const ended = runs.onDidEnd((live) => {
    tellEnd(live, panels.isVisible(live.folder)).then(undefined, (error) => log().error(messageOf(error)));
  });
  context.subscriptions.push(panels, documents, ended, createStatusBar(runs), runs);
  return { context, runs, panels, documents, fix: null };
}

import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { isTableName } from '../../core/configFiles/pipeline';
import {
  type FromPipelinePage,
  readFromPipelinePage,
  type ToPipelinePage,
} from '../../core/panel/protocol/pipelineMessages';
import { saveChart } from '../panel/exportRun';
import type { Resident } from '../program/program';
import { commands, internalCommands } from '../window/contributions';
import { log } from '../window/log';
import { showStatus } from '../window/show';
import { createResidentSolver } from './residentSolver';

/** What views take from outside. */
export type PipelineDeps = {
  /** Starts the solver of a file. @throws NotTrusted */
  startSolver(file: vscode.Uri): Resident;
  /** Tells a person what went wrong in what a page asked for. */
  told<T>(body: () => Promise<T>): Promise<T | undefined>;
};

/** A file is often written twice in a row, and a run that ends changes several. */
const quietMs = 300;

/** Connects a page with its pipeline file and the solver of it; `detach` undoes it. */
export function drivePipeline(
  webview: vscode.Webview,
  file: vscode.Uri,
  { startSolver, told }: PipelineDeps,
): { refresh(): void; detach(): void } {
  const name = basename(file.fsPath);
  /** What a page that has just been made is to know: the file as it is, or why that cannot be had. */
  let base: ToPipelinePage = { type: 'busy' };
  /** Before a page is there, and while it is hidden, nothing is sent: it asks with `ready`. */
  let isReady = false;
  const post = (message: ToPipelinePage) => {
    if (isReady) void webview.postMessage(message);
  };
  const solver = createResidentSolver(() => startSolver(file), {
    view(page, view) {
      if (page === null) base = { type: 'view', id: null, view };
      post({ type: 'view', id: page, view });
    },
    busy: () => post({ type: 'busy' }),
    problem(text, isDead) {
      const message: ToPipelinePage = { type: 'problem', text, isDead };
      // Of one question alone it says nothing of the file.
      if (isDead || base.type !== 'view') base = message;
      post(message);
    },
    restarted(why) {
      log().warn(`the solver of ${name} has died and is started again: ${why}`);
      post({ type: 'restarted', text: vscode.l10n.t('The solver had ended ({0}) and was started again.', why) });
    },
  });

  const received = (message: FromPipelinePage): unknown => {
    switch (message.type) {
      case 'ready':
        isReady = true;
        solver.forgetPage();
        post({ type: 'settings', strings: vscode.l10n.bundle ?? {}, file: file.toString() });
        return post(base);
      case 'ask':
        return solver.ask(message.id, message.asked);
      case 'restart':
        return readAnew(true);
      case 'profile':
        return vscode.commands.executeCommand(internalCommands.profileStage, file, message.stage);
      case 'openFile':
        return told(() => showAt(file, message.line ?? 0));
      case 'openLog':
        return vscode.commands.executeCommand(commands.openLog);
      case 'copy':
        return told(async () => {
          await vscode.env.clipboard.writeText(message.text);
          showStatus(vscode.l10n.t('Copied'), 2000);
        });
      case 'saveChart':
        return told(() => saveChart(message));
    }
  };
  const readAnew = (byPerson: boolean) => {
    base = { type: 'busy' };
    solver.restart(byPerson);
  };
  let timer: NodeJS.Timeout | undefined;
  const refresh = () => {
    clearTimeout(timer);
    timer = setTimeout(() => readAnew(false), quietMs);
  };

  let strangers = 0;
  const isIt = (uri: vscode.Uri) => uri.toString() === file.toString();
  const changed = (uri: vscode.Uri) => isIt(uri) && refresh();
  // The name itself may hold what a pattern takes for more than one name.
  const folder = vscode.Uri.file(dirname(file.fsPath));
  const watch = (pattern: string) =>
    vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, pattern));
  const watcher = watch('*.pipeline.{yaml,yml}');
  // Its tables and its trace; what lies deeper is watched anyway only where it lies in an open folder.
  const tables = watch(vscode.workspace.getWorkspaceFolder(file) ? '**/*.csv' : '*.csv');
  const subscriptions = [
    webview.onDidReceiveMessage((value: unknown) => {
      const message = readFromPipelinePage(value);
      if (message !== null) received(message);
      else if (strangers++ === 0) log().warn(`the view of ${name} sent a message that is none of ours`);
    }),
    watcher,
    watcher.onDidChange(changed),
    watcher.onDidCreate(changed),
    watcher.onDidDelete(changed),
    tables,
    tables.onDidChange(refresh),
    tables.onDidCreate(refresh),
    tables.onDidDelete(refresh),
    // Where there are no watches, at least what is saved here is seen.
    vscode.workspace.onDidSaveTextDocument(({ uri }) => (isTableName(uri.path) ? refresh() : changed(uri))),
    vscode.workspace.onDidGrantWorkspaceTrust(refresh),
  ];
  return {
    refresh,
    detach() {
      clearTimeout(timer);
      solver.end();
      for (const subscription of subscriptions) subscription.dispose();
    },
  };
}

/** Shows the file where it is open already, else in the first column: the view that was clicked in stays to be seen. */
async function showAt(file: vscode.Uri, line: number): Promise<void> {
  const isIt = ({ input }: vscode.Tab) =>
    input instanceof vscode.TabInputText && input.uri.toString() === file.toString();
  const column = vscode.window.tabGroups.all.find((group) => group.tabs.some(isIt))?.viewColumn;
  const at = new vscode.Range(line, 0, line, 0);
  const viewColumn = column ?? vscode.ViewColumn.One;
  await vscode.window.showTextDocument(file, { viewColumn, preview: false, selection: at });
}

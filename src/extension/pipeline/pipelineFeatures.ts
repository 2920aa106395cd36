import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { isPipelineName } from '../../core/configFiles/pipeline';
import type { Session } from '../session/session';
import { affects, setting } from '../window/config';
import { commands, internalCommands, pipelinePanelType } from '../window/contributions';
import { showLenses } from '../window/show';

export type PipelineFeatureDeps = {
  session(): Promise<Session>;
  /** Tells a person what went wrong in a command. */
  told<T>(body: () => Promise<T>): Promise<T | undefined>;
};

const selector: vscode.DocumentSelector = { scheme: 'file', pattern: '**/*.{yaml,yml}' };

/** Views of pipelines, and lenses on their files. Registers only; the parts are loaded with the first file that they concern. */
export function registerPipelineFeatures(context: vscode.ExtensionContext, deps: PipelineFeatureDeps): void {
  const { session, told } = deps;
  const extension = context.extensionUri;
  const lensesChanged = new vscode.EventEmitter<void>();
  const add = (...disposables: vscode.Disposable[]) => context.subscriptions.push(...disposables);
  const register = (id: string, body: (...args: unknown[]) => Promise<unknown>) =>
    add(vscode.commands.registerCommand(id, (...args: unknown[]) => told(() => body(...args))));

  let started: Promise<import('./pipelineViews').PipelineViews> | undefined;
  const views = () => (started ??= start());
  async function start() {
    const [{ createPipelineViews }, { programOf, startResident }, { runs }] = await Promise.all([
      import('./pipelineViews'),
      import('../program/program'),
      session(),
    ]);
    const made = createPipelineViews(extension, {
      startSolver: ({ fsPath }) => startResident(programOf(extension), ['pipeline', 'serve', fsPath], dirname(fsPath)),
      told,
    });
    add(
      made,
      runs.onDidEnd(() => made.runsChanged()),
    );
    return made;
  }

  register(commands.openPipeline, async (where) => {
    const file = pipelineFile(where);
    // Before anything is shown: a view without its solver has nothing to show.
    (await import('../program/program')).programOf(extension);
    (await views()).show(file);
  });
  register(internalCommands.solvePipeline, async (where) => {
    const { solveInTerminal } = await import('./pipelineTerminal');
    await solveInTerminal(extension, pipelineFile(where));
  });
  add(
    lensesChanged,
    vscode.window.registerWebviewPanelSerializer(pipelinePanelType, {
      async deserializeWebviewPanel(panel, state: unknown) {
        (await views()).restore(panel, state);
      },
    }),
    showLenses(selector, {
      onDidChangeCodeLenses: lensesChanged.event,
      async provideCodeLenses(document) {
        if (!setting('codeLens.enabled', document.uri) || !isPipelineName(document.fileName)) return [];
        return (await import('./pipelineLens')).pipelineLenses(document);
      },
    }),
    vscode.workspace.onDidChangeConfiguration((event) => affects(event, 'codeLens.enabled') && lensesChanged.fire()),
  );
}

/** @throws Error where it is none */
function pipelineFile(where: unknown): vscode.Uri {
  const uri = where instanceof vscode.Uri ? where : vscode.window.activeTextEditor?.document.uri;
  if (uri?.scheme === 'file' && isPipelineName(uri.fsPath)) return uri;
  throw new Error(vscode.l10n.t('Open a pipeline (*.pipeline.yaml) first.'));
}

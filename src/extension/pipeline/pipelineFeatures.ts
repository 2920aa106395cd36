import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { isPipelineName, isTableName } from '../../core/configFiles/pipeline';
import type { Session } from '../session/session';
import { affects, setting } from '../window/config';
import { commands, internalCommands, pipelinePanelType } from '../window/contributions';
import { showActions, showLenses } from '../window/show';
import type { StageProfiles } from './stageProfiles';
import { watchPipelineProblems } from './watchPipelineProblems';

export type PipelineFeatureDeps = {
  session(): Promise<Session>;
  /** Tells a person what went wrong in a command. */
  told<T>(body: () => Promise<T>): Promise<T | undefined>;
};

const selector: vscode.DocumentSelector = { scheme: 'file', pattern: '**/*.{yaml,yml}' };
/** A key that every run config of IPA has: most files are told apart by it before any code of ours is loaded. */
const mayBeIpa = (document: vscode.TextDocument) => document.getText().includes('profiling_series');

/**
 * Views of pipelines; lenses, light bulbs and problems of their files. Registers only: the parts are loaded with the first file that they
 * concern.
 */
export function registerPipelineFeatures(
  context: vscode.ExtensionContext,
  { session, told }: PipelineFeatureDeps,
): void {
  const extension = context.extensionUri;
  const lensesChanged = new vscode.EventEmitter<void>();
  const add = (...disposables: vscode.Disposable[]) => context.subscriptions.push(...disposables);
  const register = (id: string, body: (...args: unknown[]) => Promise<unknown>) =>
    add(vscode.commands.registerCommand(id, (...args: unknown[]) => told(() => body(...args))));
  let profiled: Promise<StageProfiles> | undefined;
  const profiles = () => (profiled ??= import('./stageProfiles').then((m) => m.createStageProfiles()));
  const problems = watchPipelineProblems(profiles);
  const lookAgain = () => {
    lensesChanged.fire();
    problems.lookAgain();
  };

  let started: Promise<import('./pipelineViews').PipelineViews> | undefined;
  const views = () => (started ??= start());
  async function start() {
    const [{ createPipelineViews }, { programOf, startResident }] = await Promise.all([
      import('./pipelineViews'),
      import('../program/program'),
    ]);
    const made = createPipelineViews(extension, {
      startSolver: ({ fsPath }) => startResident(programOf(extension), ['pipeline', 'serve', fsPath], dirname(fsPath)),
      told,
    });
    add(made);
    void followRuns();
    return made;
  }
  /** Which stages are profiled depends on the runs that are there. */
  let followed: Promise<void> | undefined;
  const followRuns = () =>
    (followed ??= session().then(({ runs }) => {
      const changed = async () => {
        if (profiled) (await profiled).forget();
        lookAgain();
      };
      add(
        runs.onDidEnd(async () => {
          await changed();
          (await started)?.runsChanged();
        }),
        runs.onDidChange((folder) => folder ?? changed()),
      );
    }));

  register(commands.openPipeline, async (where) => {
    const file = pipelineFile(where);
    // Before anything is shown: a view without its solver has nothing to show.
    (await import('../program/program')).programOf(extension);
    (await views()).show(file);
  });
  register(internalCommands.profileStage, async (where, stage) => {
    const { profileStage } = await import('./profileStage');
    return profileStage(await session(), pipelineFile(where), String(stage));
  });
  register(internalCommands.solvePipeline, async (where) => {
    const { solveInTerminal } = await import('./pipelineTerminal');
    await solveInTerminal(extension, pipelineFile(where));
  });
  register(internalCommands.importPipeline, async (where) => {
    const { importPipeline } = await import('./importPipeline');
    if (where instanceof vscode.Uri) await importPipeline(extension, where);
  });
  add(
    lensesChanged,
    problems,
    vscode.window.registerWebviewPanelSerializer(pipelinePanelType, {
      async deserializeWebviewPanel(panel, state: unknown) {
        (await views()).restore(panel, state);
      },
    }),
    showLenses(selector, {
      onDidChangeCodeLenses: lensesChanged.event,
      async provideCodeLenses(document) {
        if (!setting('codeLens.enabled', document.uri)) return [];
        if (isPipelineName(document.fileName)) {
          void followRuns();
          return (await import('./pipelineLens')).pipelineLenses(document);
        }
        return mayBeIpa(document) ? (await import('./pipelineLens')).ipaLenses(document) : [];
      },
      async resolveCodeLens(lens) {
        const { ProfiledLens, profiledCommand } = await import('./pipelineLens');
        if (lens instanceof ProfiledLens) lens.command = profiledCommand(lens, await profiles());
        return lens;
      },
    }),
    showActions(
      selector,
      {
        async provideCodeActions(document, range) {
          const isPipeline = isPipelineName(document.fileName);
          if (!setting('suggestions.enabled', document.uri) || !(isPipeline || mayBeIpa(document))) return [];
          const { ipaActions, pipelineActions } = await import('./pipelineActions');
          return isPipeline ? pipelineActions(document, range) : ipaActions(document, range);
        },
      },
      { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
    ),
    vscode.workspace.onDidGrantWorkspaceTrust(lookAgain),
    // A table or a trace of one that is open, perhaps.
    vscode.workspace.onDidSaveTextDocument(({ fileName }) => isTableName(fileName) && lookAgain()),
    vscode.workspace.onDidChangeConfiguration((event) => affects(event, 'codeLens.enabled') && lensesChanged.fire()),
  );
}

/** @throws Error where it is none */
function pipelineFile(where: unknown): vscode.Uri {
  const uri = where instanceof vscode.Uri ? where : vscode.window.activeTextEditor?.document.uri;
  if (uri?.scheme === 'file' && isPipelineName(uri.fsPath)) return uri;
  throw new Error(vscode.l10n.t('Open a pipeline (*.pipeline.yaml) first.'));
}

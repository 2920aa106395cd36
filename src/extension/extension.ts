import { failureOf } from '../core/failure/expectedError';
import * as vscode from 'vscode';
import { registerConfigFeatures } from './configs/configFeatures';
import { registerLanguageFeatures } from './language/languageFeatures';
import { registerPipelineFeatures } from './pipeline/pipelineFeatures';
import { commands, contextKeys, panelType, taskType, tools, views } from './window/contributions';
import { disposeLog, log, messageOf } from './window/log';
import type { createRunsView, RunItem } from './commands/runsView';
import type { Session } from './session/session';
import { showMessage, showTree } from './window/show';

/** What tests and other extensions may ask for. */
export type ExtensionApi = {
  /** Folders of the runs that go on now and are followed. */
  running(): Promise<string[]>;
  /** Folders of all runs, newest first. */
  listed(): Promise<string[]>;
  /** Trials that were seen of a run that is followed. */
  trials(folder: string): Promise<number>;
  /** What activation itself took, milliseconds. */
  activateMs: number;
};

/**
 * Only registers. What does the work is loaded when it is first used: activation costs milliseconds, and a window in
 * which nobody measures anything pays nothing.
 */
export function activate(context: vscode.ExtensionContext): ExtensionApi {
  const begun = performance.now();
  let started: Promise<Session> | undefined;
  const session = () => (started ??= import('./session/session').then((m) => m.startSession(context)));
  const add = (...disposables: vscode.Disposable[]) => context.subscriptions.push(...disposables);

  const register = (id: string, body: (...args: unknown[]) => Promise<unknown>) =>
    add(vscode.commands.registerCommand(id, (...args: unknown[]) => told(() => body(...args))));
  for (const [key, id] of Object.entries(commands)) {
    if (key === 'showOlderRuns' || key === 'openPipeline') continue;
    register(id, async (...args) => {
      const { bodies } = await import('./commands/commands');
      return bodies[key as keyof typeof bodies](await session(), ...args);
    });
  }

  add(lazyRunsView(session, register));
  add(
    vscode.window.registerWebviewPanelSerializer(panelType, {
      async deserializeWebviewPanel(panel, state: unknown) {
        const { runs, panels } = await session();
        const id = typeof state === 'object' && state !== null && 'runId' in state ? state.runId : null;
        const folder = typeof id === 'string' ? runs.find(id) : null;
        if (folder === null) panel.dispose();
        else panels.restore(panel, folder);
      },
    }),
    vscode.tasks.registerTaskProvider(taskType, lazyTasks(context)),
    vscode.lm.registerTool(
      tools.profile,
      lazyTool(async () => (await import('./commands/tools')).profileTool(session)),
    ),
    vscode.lm.registerTool(
      tools.results,
      lazyTool(async () => (await import('./commands/tools')).resultsTool(session)),
    ),
    vscode.lm.registerTool(
      tools.compare,
      lazyTool(async () => (await import('./commands/tools')).compareTool(session)),
    ),
    { dispose: disposeLog },
  );
  add(markActiveModel());
  registerPipelineFeatures(context, { session, told });
  registerLanguageFeatures(context);
  registerConfigFeatures(context, { runs: async () => (await session()).runs, told });
  // Runs that went on while the window was closed are found again, once the window has drawn.
  const timer = setTimeout(() => void told(session), 200);
  add({ dispose: () => clearTimeout(timer) });
  return {
    running: async () => (await session()).runs.running().map((live) => live.folder),
    listed: async () => (await session()).runs.folders(),
    trials: async (folder) => {
      const live = (await session()).runs.running().find((l) => l.folder === folder);
      return live?.run()?.trials.length ?? 0;
    },
    activateMs: performance.now() - begun,
  };
}

/** What goes wrong in a command is told, once, with the way to the log. */
async function told<T>(body: () => Promise<T>): Promise<T | undefined> {
  try {
    return await body();
  } catch (error) {
    const trust = failureOf(error).code === 'not-trusted';
    if (!trust) log().error(error instanceof Error ? error : String(error));
    const action = trust ? vscode.l10n.t('Manage Workspace Trust') : vscode.l10n.t('Open Log');
    const id = trust ? 'workbench.trust.manage' : commands.openLog;
    // Not awaited: whoever called the command does not wait for the message to be read.
    void showMessage('error', messageOf(error), { actions: [action] }).then((chosen) =>
      chosen ? vscode.commands.executeCommand(id) : undefined,
    );
    return undefined;
  }
}

/** The tree of runs; its code is loaded when the tree is first opened. */
function lazyRunsView(
  session: () => Promise<Session>,
  register: (id: string, body: () => Promise<unknown>) => void,
): vscode.Disposable {
  const changed = new vscode.EventEmitter<RunItem | undefined>();
  let loaded: Promise<ReturnType<typeof createRunsView>> | undefined;
  const view = () =>
    (loaded ??= import('./commands/runsView').then((m) => m.createRunsView(session, (item) => changed.fire(item))));
  register(commands.showOlderRuns, async () => (await view()).showOlder());
  const provider: vscode.TreeDataProvider<RunItem> = {
    onDidChangeTreeData: changed.event,
    getChildren: async (item) => (await view()).children(item),
    getTreeItem: async (item) => (await view()).treeItem(item),
    resolveTreeItem: async (treeItem, item) => (await view()).resolve(treeItem, item),
  };
  return vscode.Disposable.from(changed, showTree(views.runs, provider));
}

function lazyTasks(context: vscode.ExtensionContext): vscode.TaskProvider {
  const program = async () => (await import('./program/program')).programOf(context.extensionUri);
  const provider = async () => (await import('./commands/tasks')).createTaskProvider(program);
  return {
    provideTasks: async (token) => (await provider()).provideTasks(token),
    resolveTask: async (task, token) => (await provider()).resolveTask(task, token),
  };
}

function lazyTool<T>(load: () => Promise<vscode.LanguageModelTool<T>>): vscode.LanguageModelTool<T> {
  return {
    prepareInvocation: async (options, token) => (await load()).prepareInvocation?.(options, token),
    invoke: async (options, token) => (await load()).invoke(options, token),
  };
}

/** Tells menus whether the file in front is a model's, which for YAML only its content says. */
function markActiveModel(): vscode.Disposable {
  const mark = async (editor: vscode.TextEditor | undefined) => {
    const document = editor?.document;
    const isYaml = document?.uri.scheme === 'file' && document.languageId === 'yaml';
    const { recogniseConfig } = isYaml
      ? await import('../core/configFiles/recognise')
      : { recogniseConfig: () => null };
    const kind = document && recogniseConfig(document.fileName, document.getText())?.kind;
    await vscode.commands.executeCommand(
      'setContext',
      contextKeys.activeFile,
      kind === 'yolov7-cfg' ? 'model' : undefined,
    );
  };
  const timer = setTimeout(() => void mark(vscode.window.activeTextEditor), 0);
  const subscription = vscode.window.onDidChangeActiveTextEditor(mark);
  return {
    dispose() {
      clearTimeout(timer);
      subscription.dispose();
    },
  };
}

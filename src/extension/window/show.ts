import * as vscode from 'vscode';
import { plain, plainLine } from '../../core/words/plain';

/**
 * The one way from a text to the editor's own surfaces: messages, lists, inputs, trees, lenses, hints, the status bar. Names of runs, models
 * and files come from anybody's folder, and these surfaces make `[text](command:…)` clickable and draw `$(icon)`. Lint forbids the
 * editor's functions everywhere else.
 */

/** Labels are one line; longer ones would push away what stands beside them. */
const longestLabel = 300;
/** What a notification shows of a message. */
const longestMessage = 1000;

/** A text on one line in which nothing is drawn as an icon. */
export const label = (text: string, longest = longestLabel): string => withoutIcons(plainLine(text, longest));
const withoutIcons = (text: string) => text.replaceAll('$(', '$ (');

/** Texts of our own icons: `icon` is written in the code, never read from a file. */
export type WithIcon = { icon?: string };
const iconed = (icon: string | undefined, text: string) =>
  icon === undefined ? label(text) : `$(${icon}) ${label(text)}`;

/** A command as lenses show it. */
export type LensCommand = vscode.Command & WithIcon;

type MessageOptions = {
  /** What the buttons say. */
  actions?: readonly string[];
  /** Asks in a window of its own, with more text. */
  modal?: { detail?: string };
};

/** @returns the action that was chosen */
export async function showMessage(
  level: 'info' | 'warning' | 'error',
  message: string,
  { actions = [], modal }: MessageOptions = {},
): Promise<string | undefined> {
  const { window } = vscode;
  const show = {
    info: window.showInformationMessage,
    warning: window.showWarningMessage,
    error: window.showErrorMessage,
  }[level];
  const text = plain(message, longestMessage);
  if (modal === undefined) return show(text, ...actions);
  const { detail } = modal;
  return show(text, { modal: true, ...(detail !== undefined && { detail: plain(detail) }) }, ...actions);
}

/** For some seconds in the status bar. */
export function showStatus(message: string, milliseconds = 5000): void {
  vscode.window.setStatusBarMessage(label(message), milliseconds);
}

type PickOptions = { title?: string; placeHolder?: string; matchOnDetail?: boolean };

/** A list to choose from; @returns the very item. */
export async function pick<T extends vscode.QuickPickItem & WithIcon>(
  items: readonly T[],
  { title, placeHolder, matchOnDetail = false }: PickOptions,
): Promise<T | undefined> {
  const shown = items.map(({ label: text, icon, kind, description, detail }, index) => ({
    label: iconed(icon, text),
    index,
    ...(kind !== undefined && { kind }),
    ...(description !== undefined && { description: label(description) }),
    ...(detail !== undefined && { detail: withoutIcons(plainLine(detail)) }),
  }));
  const chosen = await vscode.window.showQuickPick(shown, {
    matchOnDetail,
    ...(title !== undefined && { title: label(title) }),
    ...(placeHolder !== undefined && { placeHolder: plainLine(placeHolder) }),
  });
  return chosen && items[chosen.index];
}

/** A line to type; `value` is what stands there and comes back as it is typed. */
export async function ask(options: {
  title: string;
  prompt: string;
  value: string;
  validateInput(typed: string): string | undefined;
}): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title: label(options.title),
    prompt: plainLine(options.prompt),
    value: options.value,
    validateInput: (typed) => {
      const problem = options.validateInput(typed);
      return problem === undefined ? undefined : plainLine(problem);
    },
  });
}

/** Says in a notification (which can be dismissed, where `cancel` listens) or in the status bar that something goes on. */
export async function whileShown<T>(title: string, body: () => Thenable<T>, cancel?: () => void): Promise<T> {
  return vscode.window.withProgress(
    {
      location: cancel ? vscode.ProgressLocation.Notification : vscode.ProgressLocation.Window,
      title: label(title),
      cancellable: cancel !== undefined,
    },
    (_, token) => {
      if (cancel) token.onCancellationRequested(cancel);
      return body();
    },
  );
}

export type StatusItem = {
  show(text: string, shown: WithIcon & { tooltip: string; command: vscode.Command }): void;
  hide(): void;
  dispose(): void;
};

/** @param name what the menu of the status bar calls it */
export function statusItem(id: string, name: string): StatusItem {
  const item = vscode.window.createStatusBarItem(id, vscode.StatusBarAlignment.Left, 10);
  item.name = label(name);
  return {
    show(text, { icon, tooltip, command }) {
      item.text = iconed(icon, text);
      item.tooltip = plain(tooltip);
      item.command = command;
      item.show();
    },
    hide: () => item.hide(),
    dispose: () => item.dispose(),
  };
}

/** A tree whose items have texts only: no Markdown. */
export function showTree<T>(viewId: string, tree: vscode.TreeDataProvider<T>): vscode.Disposable {
  const shown = (item: vscode.TreeItem): vscode.TreeItem => {
    const { label: text, description, tooltip, accessibilityInformation } = item;
    if (typeof text === 'string') item.label = label(text);
    else if (text) item.label = { label: label(text.label) };
    if (typeof description === 'string') item.description = label(description);
    if (tooltip) item.tooltip = plain(typeof tooltip === 'string' ? tooltip : tooltip.value);
    if (accessibilityInformation)
      item.accessibilityInformation = { ...accessibilityInformation, label: label(accessibilityInformation.label) };
    return item;
  };
  return vscode.window.registerTreeDataProvider<T>(viewId, {
    ...tree,
    getTreeItem: async (element) => shown(await tree.getTreeItem(element)),
    async resolveTreeItem(item, element, token) {
      const resolved = await tree.resolveTreeItem?.(item, element, token);
      return resolved && shown(resolved);
    },
  });
}

export function showLenses(selector: vscode.DocumentSelector, lenses: vscode.CodeLensProvider): vscode.Disposable {
  const shown = (lens: vscode.CodeLens): vscode.CodeLens => {
    if (lens.command) {
      const { icon, title, tooltip, ...command }: LensCommand = lens.command;
      lens.command = {
        ...command,
        title: iconed(icon, title),
        ...(tooltip !== undefined && { tooltip: plain(tooltip) }),
      };
    }
    return lens;
  };
  return vscode.languages.registerCodeLensProvider(selector, {
    ...lenses,
    provideCodeLenses: async (document, token) => (await lenses.provideCodeLenses(document, token))?.map(shown),
    async resolveCodeLens(lens, token) {
      const resolved = await lenses.resolveCodeLens?.(lens, token);
      return resolved && shown(resolved);
    },
  });
}

export function showActions(
  selector: vscode.DocumentSelector,
  actions: vscode.CodeActionProvider<vscode.CodeAction>,
  metadata: vscode.CodeActionProviderMetadata,
): vscode.Disposable {
  const shown = (action: vscode.CodeAction | vscode.Command) => {
    action.title = plainLine(action.title, longestLabel);
    if (!('kind' in action)) return action;
    if (action.disabled) action.disabled = { reason: plainLine(action.disabled.reason) };
    if (action.command) action.command = { ...action.command, title: plainLine(action.command.title, longestLabel) };
    return action;
  };
  return vscode.languages.registerCodeActionsProvider(
    selector,
    {
      provideCodeActions: async (document, range, context, token) =>
        (await actions.provideCodeActions(document, range, context, token))?.map(shown),
    },
    metadata,
  );
}

/** What is shown at a word while the pointer rests on it: paragraphs, in which every character stands for itself. */
export function showHovers(
  selector: vscode.DocumentSelector,
  hoverAt: (
    document: vscode.TextDocument,
    at: vscode.Position,
  ) => Promise<{ range: vscode.Range; paragraphs: string[] } | null>,
): vscode.Disposable {
  return vscode.languages.registerHoverProvider(selector, {
    async provideHover(document, at) {
      const hover = await hoverAt(document, at);
      return hover && new vscode.Hover(hover.paragraphs.map(markdownOf), hover.range);
    },
  });
}

/** What may be written at a place. */
export function showCompletions(
  selector: vscode.DocumentSelector,
  itemsAt: (document: vscode.TextDocument, at: vscode.Position) => Promise<vscode.CompletionItem[]>,
  triggers: readonly string[],
): vscode.Disposable {
  const shown = (item: vscode.CompletionItem) => {
    if (typeof item.label === 'string') item.label = plainLine(item.label, longestLabel);
    if (item.detail !== undefined) item.detail = plainLine(item.detail);
    if (typeof item.documentation === 'string') item.documentation = plain(item.documentation);
    return item;
  };
  return vscode.languages.registerCompletionItemProvider(
    selector,
    { provideCompletionItems: async (document, at) => (await itemsAt(document, at)).map(shown) },
    ...triggers,
  );
}

/** The hints, warnings and errors of files. */
export function diagnosticsOf(name: string) {
  const collection = vscode.languages.createDiagnosticCollection(name);
  return {
    set(uri: vscode.Uri, diagnostics: readonly vscode.Diagnostic[]) {
      for (const diagnostic of diagnostics) diagnostic.message = plain(diagnostic.message);
      collection.set(uri, diagnostics);
    },
    delete: (uri: vscode.Uri) => collection.delete(uri),
    dispose: () => collection.dispose(),
  };
}

/** The read-only texts of a scheme of ours, however long. */
export function showDocuments(scheme: string, documents: vscode.TextDocumentContentProvider): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(scheme, {
    ...documents,
    async provideTextDocumentContent(uri, token) {
      const text = await documents.provideTextDocumentContent(uri, token);
      return text && plain(text, 1e6);
    },
  });
}

/** What the tool of a language model is going to do, and the question whether it may. */
export function invocation(
  doing: string,
  question?: { title: string; message: string },
): vscode.PreparedToolInvocation {
  return {
    invocationMessage: markdownOf(doing),
    ...(question && {
      confirmationMessages: { title: label(question.title), message: markdownOf(question.message) },
    }),
  };
}

/** Chat reads its texts as Markdown, plain strings too: here every character stands for itself, and no address becomes a link. */
function markdownOf(text: string): vscode.MarkdownString {
  const value = plainLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replace(/[\\`*_{}[\]()#+\-!~|>$]/g, '\\$&')
    .replace(/:(?=\/\/)|@/g, (c) => `&#${c.charCodeAt(0)};`)
    .replace(/(www)\./gi, '$1&#46;');
  return new vscode.MarkdownString(value);
}

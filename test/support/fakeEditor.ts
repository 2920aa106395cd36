import { posix } from 'node:path';
import manifest from '../../package.json';

/** As much of the `vscode` module as lenses, hints, light bulbs, exports and questions touch, for tests without an editor. */

export class Position {
  constructor(
    readonly line: number,
    readonly character: number,
  ) {}
}
export class Range {
  readonly start: Position;
  readonly end: Position;
  constructor(a: Position | number, b: Position | number, c?: number, d?: number) {
    this.start = typeof a === 'number' ? new Position(a, b as number) : a;
    this.end = typeof b === 'number' ? new Position(c!, d!) : b;
  }
  intersection(other: Range): Range | undefined {
    const isBefore = (a: Position, b: Position) => a.line < b.line || (a.line === b.line && a.character < b.character);
    const start = isBefore(this.start, other.start) ? other.start : this.start;
    const end = isBefore(this.end, other.end) ? this.end : other.end;
    return isBefore(end, start) ? undefined : new Range(start, end);
  }
}
export class CodeLens {
  constructor(
    readonly range: Range,
    public command?: unknown,
  ) {}
}
export const DiagnosticSeverity = { Error: 0, Warning: 1, Information: 2, Hint: 3 };
export class Diagnostic {
  source = '';
  code = '';
  constructor(
    readonly range: Range,
    readonly message: string,
    readonly severity: number,
  ) {}
}
export const CompletionItemKind = { Property: 9, Value: 11 };
export class CompletionItem {
  insertText?: SnippetString;
  constructor(
    readonly label: string,
    readonly kind: number,
  ) {}
}
export class SnippetString {
  value = '';
  appendText(text: string): this {
    this.value += text;
    return this;
  }
  appendTabstop(): this {
    this.value += '$1';
    return this;
  }
}
export const CodeActionKind = { QuickFix: 'quickfix' };
export class CodeAction {
  constructor(
    readonly title: string,
    readonly kind: string,
  ) {}
}
export class WorkspaceEdit {
  readonly replaced: { range: Range; newText: string }[] = [];
  replace(_uri: unknown, range: Range, newText: string): void {
    this.replaced.push({ range, newText });
  }
}
export const l10n = {
  t: (message: string, ...values: unknown[]) =>
    message.replace(/\{(\d+)\}/g, (_, i: string) => String(values[Number(i)])),
};
export const ViewColumn = { One: 1 };
export const commands = { executeCommand: async () => undefined };
export const env = { language: 'en' };
export class EventEmitter {
  readonly event = () => ({ dispose() {} });
  fire(): void {}
  dispose(): void {}
}
export class TreeItem {
  constructor(public label: string) {}
}
export class ThemeIcon {
  constructor(readonly id: string) {}
}
export class ThemeColor extends ThemeIcon {}
export class MarkdownString {
  isTrusted?: boolean;
  constructor(readonly value: string) {}
}
export class ProcessExecution {
  constructor(
    readonly process: string,
    readonly args: string[],
    readonly options: unknown,
  ) {}
}
export class Task {
  constructor(
    readonly definition: unknown,
    readonly scope: unknown,
    readonly name: string,
    readonly source: string,
    readonly execution: ProcessExecution,
  ) {}
}
export const TaskScope = { Workspace: 2 };
type TaskListener = (end: { execution: unknown; exitCode: number }) => void;
/** Tasks end at once. */
export const tasks = {
  ran: [] as Task[],
  exitCode: 0,
  listener: undefined as TaskListener | undefined,
  onDidEndTaskProcess(listener: TaskListener) {
    tasks.listener = listener;
    return { dispose: () => (tasks.listener = undefined) };
  },
  async executeTask(task: Task) {
    tasks.ran.push(task);
    const execution = { task };
    tasks.listener?.({ execution, exitCode: tasks.exitCode });
    return execution;
  },
};
export const StatusBarAlignment = { Left: 1, Right: 2 };
export const ProgressLocation = { Window: 10, Notification: 15 };

/** A document whose text edits can be applied to. */
export function documentOf(path: string, text: string) {
  const document = {
    uri: { fsPath: path, scheme: 'file', toString: () => `file://${path}` },
    version: 1,
    text,
    isDirty: false,
    /** How often it was saved. */
    saved: 0,
    async save() {
      document.saved++;
      return true;
    },
    fileName: path,
    getText: () => document.text,
    get lineCount() {
      return document.text.split('\n').length;
    },
    positionAt(offset: number) {
      const before = document.text.slice(0, offset).split('\n');
      return new Position(before.length - 1, before.at(-1)!.length);
    },
    offsetAt({ line, character }: Position) {
      const above = document.text.split('\n').slice(0, line);
      return above.reduce((sum, l) => sum + l.length + 1, 0) + character;
    },
  };
  return document;
}
export type FakeDocument = ReturnType<typeof documentOf>;

/** What was asked, said and open; a test sets the answer and the documents. */
export const editor = {
  documents: [] as FakeDocument[],
  answer: undefined as string | undefined,
  asked: [] as string[],
  /** What a question in a window of its own said besides. */
  details: [] as string[],
  said: [] as string[],
  /** Files that were written, by path; every save dialog is answered with the name it proposes. */
  written: new Map<string, string>(),
  /** What a list or an input offered, in the order of the questions. */
  questions: [] as Question[],
  /** The beginning of what is chosen in each next list, or what is typed; `''` takes what stands there. Then questions are dismissed. */
  replies: [] as string[],
  /** What each next dialog to open a file gives. */
  toOpen: [] as string[],
  /** What was registered last to fill a part of the editor: trees, lenses, light bulbs, texts. */
  provider: undefined as unknown,
  /** Documents that were asked for by their address. */
  opened: [] as { path: string }[],
  /** Items of the status bar. */
  statusItems: [] as { text: string; tooltip?: string }[],
};
const register = (_where: unknown, provider: unknown) => {
  editor.provider = provider;
  return { dispose() {} };
};
export const languages = {
  registerCodeLensProvider: register,
  registerCodeActionsProvider: register,
  registerHoverProvider: register,
  registerCompletionItemProvider: register,
  createDiagnosticCollection: () => ({
    set: (_uri: unknown, diagnostics: Diagnostic[]) => void (editor.provider = diagnostics),
    delete() {},
    dispose() {},
  }),
};
type Question = { title: string; placeHolder?: string | undefined; offered: string[] };

type Item = { label: string; description?: string; detail?: string };
const bare = (label: string) => label.replace(/^\$\([\w-]+\) /, '');

export const window = {
  async showWarningMessage(message: string, options?: { detail?: string } | string) {
    editor.asked.push(message);
    if (typeof options === 'object' && options.detail !== undefined) editor.details.push(options.detail);
    return editor.answer;
  },
  async showInformationMessage(message: string) {
    editor.said.push(message);
  },
  async showErrorMessage(message: string) {
    editor.said.push(message);
  },
  async showQuickPick(items: Item[], { title = '', placeHolder }: { title?: string; placeHolder?: string } = {}) {
    const offered = items.map(({ label, description = '', detail = '' }) =>
      [bare(label), description, detail].filter(Boolean).join(' | '),
    );
    editor.questions.push({ title, placeHolder, offered });
    const reply = editor.replies.shift();
    return reply === undefined ? undefined : items.find(({ label }) => bare(label).startsWith(reply));
  },
  async showInputBox({ title = '', value = '' }: { title?: string; value?: string }) {
    editor.questions.push({ title, offered: [value] });
    const reply = editor.replies.shift();
    return reply === '' ? value : reply;
  },
  showTextDocument: async () => undefined,
  tabGroups: { all: [] },
  createOutputChannel: () => ({ info() {}, warn() {}, error() {}, dispose() {} }),
  async showOpenDialog() {
    const path = editor.toOpen.shift();
    return path === undefined ? undefined : [uriOf(path)];
  },
  showSaveDialog: async ({ defaultUri }: { defaultUri: Uri }) => defaultUri,
  setStatusBarMessage: (message: string) => void editor.said.push(message),
  registerTreeDataProvider: register,
  createStatusBarItem() {
    const item = { text: '', show() {}, hide() {}, dispose() {} };
    editor.statusItems.push(item);
    return item;
  },
  async withProgress({ title }: { title: string }, body: (progress: unknown, token: unknown) => Promise<unknown>) {
    editor.said.push(title);
    return body(undefined, { onCancellationRequested() {} });
  },
};
type Uri = { path: string; fsPath: string; scheme: string; toString(): string };
const uriOf = (path: string, scheme = 'file'): Uri => ({
  path,
  fsPath: path,
  scheme,
  toString: () => `${scheme}://${path}`,
});
export const Uri = {
  parse(text: string) {
    const [, scheme, path] = /^(\w+):\/\/[^/]*(\/.*)$/.exec(text) ?? [];
    if (scheme === undefined || path === undefined) throw new Error(`no scheme: ${text}`);
    return uriOf(path, scheme);
  },
  from: ({ path }: { path: string }) => uriOf(path),
  file: (path: string) => uriOf(path),
  joinPath: ({ path }: Uri, ...parts: string[]) => uriOf(posix.join(path, ...parts)),
};
export const workspace = {
  isTrusted: true,
  textDocuments: [] as FakeDocument[],
  workspaceFolders: [{ uri: uriOf('/workspace') }],
  fs: {
    async writeFile({ path }: Uri, bytes: Uint8Array) {
      editor.written.set(path, Buffer.from(bytes).toString('utf8'));
    },
  },
  /** Settings as they are by default. */
  getConfiguration: (section: string) => ({
    get: (key: string) =>
      (manifest.contributes.configuration.properties as Record<string, { default: unknown }>)[`${section}.${key}`]
        ?.default,
  }),
  registerTextDocumentContentProvider: register,
  getWorkspaceFolder: ({ path }: Uri) => workspace.workspaceFolders.find(({ uri }) => path.startsWith(`${uri.path}/`)),
  asRelativePath: (path: string | Uri) => posix.basename(typeof path === 'string' ? path : path.path),
  async openTextDocument(uri: { fsPath: string } | string) {
    if (typeof uri === 'object') editor.opened.push(uri as Uri);
    const path = typeof uri === 'string' ? uri : uri.fsPath;
    return editor.documents.find((d) => d.uri.fsPath === path);
  },
  async applyEdit(edit: WorkspaceEdit) {
    const [document] = editor.documents;
    for (const { range, newText } of [...edit.replaced].reverse()) {
      const [from, to] = [document!.offsetAt(range.start), document!.offsetAt(range.end)];
      document!.text = document!.text.slice(0, from) + newText + document!.text.slice(to);
    }
    document!.version++;
    return true;
  },
};

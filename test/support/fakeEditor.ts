/** As much of the `vscode` module as lenses, hints, light bulbs and exports touch, for tests without an editor. */

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
}
export class CodeLens {
  constructor(
    readonly range: Range,
    public command?: unknown,
  ) {}
}
export const DiagnosticSeverity = { Hint: 3 };
export class Diagnostic {
  source = '';
  code = '';
  constructor(
    readonly range: Range,
    readonly message: string,
    readonly severity: number,
  ) {}
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
export const env = { language: 'en' };

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
    getText: () => document.text,
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
  said: [] as string[],
  /** Files that were written, by path; every save dialog is answered with the name it proposes. */
  written: new Map<string, string>(),
};

export const window = {
  async showWarningMessage(message: string, ..._rest: unknown[]) {
    editor.asked.push(message);
    return editor.answer;
  },
  async showInformationMessage(message: string) {
    editor.said.push(message);
  },
  async showErrorMessage(message: string) {
    editor.said.push(message);
  },
  showSaveDialog: async ({ defaultUri }: { defaultUri: Uri }) => defaultUri,
  setStatusBarMessage: (message: string) => void editor.said.push(message),
};
type Uri = { path: string; fsPath: string };
const uriOf = (path: string): Uri => ({ path, fsPath: path });
export const Uri = {
  file: uriOf,
  joinPath: ({ path }: Uri, ...parts: string[]) => uriOf([path, ...parts].join('/')),
};
export const workspace = {
  workspaceFolders: [{ uri: uriOf('/workspace') }],
  fs: {
    async writeFile({ path }: Uri, bytes: Uint8Array) {
      editor.written.set(path, Buffer.from(bytes).toString('utf8'));
    },
  },
  openTextDocument: async (uri: { fsPath: string }) => editor.documents.find((d) => d.uri.fsPath === uri.fsPath),
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

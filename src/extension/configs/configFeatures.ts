import * as vscode from 'vscode';
import { affects, setting } from '../window/config';
import { internalCommands, section } from '../window/contributions';
import type { FileResults } from './fileResults';
import type { Runs } from '../runs/runs';
import { quietDocuments } from '../window/quietDocuments';
import { diagnosticsOf, showActions, showLenses } from '../window/show';

/** Where the runs come from. Asked for when the first file of ours is looked at, not before. */
export type ConfigFeatureDeps = {
  runs(): Promise<Pick<Runs, 'folders' | 'onDidChange' | 'onDidEnd'>>;
  /** Tells a person what went wrong in a command. */
  told<T>(body: () => Promise<T>): Promise<T | undefined>;
};

const selector: vscode.DocumentSelector = [
  '**/*.{yaml,yml}',
  '**/*.pbtxt',
  '**/{model-settings,settings}.json',
  '**/config.properties',
].map((pattern) => ({ scheme: 'file', pattern }));
/**
 * Lenses, light bulbs and hints on model and serving configs. Registers only; the parts are loaded with the first file
 * that they may concern.
 */
export function registerConfigFeatures(context: vscode.ExtensionContext, deps: ConfigFeatureDeps): void {
  const lensesChanged = new vscode.EventEmitter<void>();
  const hints = diagnosticsOf(section);
  /** Whether the lenses of a file, as they were provided last, offer more blocks. */
  const offered = new Map<string, boolean>();
  const add = (...disposables: vscode.Disposable[]) => context.subscriptions.push(...disposables);

  let started: Promise<FileResults> | undefined;
  const results = () => (started ??= start());
  async function start(): Promise<FileResults> {
    const [{ createFileResults }, runs] = await Promise.all([import('./fileResults'), deps.runs()]);
    const made = createFileResults(runs.folders);
    const refresh = () => {
      made.forget();
      lensesChanged.fire();
      watched.lookAgain();
    };
    // A run that goes on changes nothing here: only one that has been complete is a result.
    add(
      runs.onDidEnd(refresh),
      // An experiment is stale when the model it names is, which is another file.
      vscode.workspace.onDidSaveTextDocument((document) => isOurs(document) && refresh()),
      runs.onDidChange((folder) => folder ?? refresh()),
    );
    return made;
  }

  const isOurs = (document: vscode.TextDocument) => vscode.languages.match(selector, document) > 0;
  async function showHints(document: vscode.TextDocument): Promise<void> {
    const wanted = !document.isClosed && setting('suggestions.enabled', document.uri);
    if (!wanted) return hints.delete(document.uri);
    const { hintsOf } = await import('./diagnostics');
    const { version } = document;
    // A damaged log is told where runs are listed; here it only means that nothing is known.
    const found = await hintsOf(document, await results()).catch(() => []);
    if (!document.isClosed && document.version === version) hints.set(document.uri, found);
  }

  const watched = quietDocuments(isOurs, { look: showHints, closed: (uri) => hints.delete(uri) });
  add(
    lensesChanged,
    hints,
    watched,
    showLenses(selector, {
      onDidChangeCodeLenses: lensesChanged.event,
      async provideCodeLenses(document) {
        if (!setting('codeLens.enabled', document.uri)) return [];
        const more = (await started)?.moreBlocks(document) ?? null;
        offered.set(document.uri.toString(), more !== null);
        return (await import('./codeLens')).lensesOf(document, more);
      },
      async resolveCodeLens(lens) {
        const { ResultLens, resultCommand } = await import('./codeLens');
        if (!(lens instanceof ResultLens)) return lens;
        const { document } = lens;
        const known = await results();
        lens.command = await resultCommand(lens, known);
        // That more blocks are offered shows only now: then there is one lens more.
        const isMissing = known.moreBlocks(document) !== null && offered.get(document.uri.toString()) === false;
        if (isMissing) lensesChanged.fire();
        return lens;
      },
    }),
    showActions(
      selector,
      {
        async provideCodeActions(document, range, actionContext) {
          if (!setting('suggestions.enabled', document.uri)) return [];
          return (await import('./codeActions')).actionsOf(document, range, actionContext, await results());
        },
      },
      { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
    ),
    vscode.commands.registerCommand(
      internalCommands.apply,
      (uri: unknown, use: unknown, doubt: unknown, policy: unknown) =>
        deps.told(async () => {
          const { applyConfiguration, readCurrent, readDoubt, readPolicy } = await import('./applyConfiguration');
          const current = readCurrent(use);
          if (!(uri instanceof vscode.Uri) || current === null) return false;
          return applyConfiguration(uri, current, readDoubt(doubt), readPolicy(policy));
        }),
    ),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (affects(event, 'codeLens.enabled')) lensesChanged.fire();
      if (affects(event, 'suggestions.enabled')) watched.lookAgain();
    }),
  );
}

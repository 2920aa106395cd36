import * as vscode from 'vscode';
import { isExperimentName } from '../../core/configFiles/experiment';
import { section } from '../window/contributions';
import { quietDocuments } from '../window/quietDocuments';
import { diagnosticsOf, showActions, showCompletions, showHovers } from '../window/show';
import { isDoneByYamlExtension } from './yamlExtension';

const selector: vscode.DocumentSelector = [{ scheme: 'file', pattern: '**/*.energy.{yaml,yml}' }];

/**
 * Help while an experiment is written: what is wrong with it, with quick fixes; hovers; completions. All in the words of the program's own
 * validator. Where another extension says by the schema what we would say, we are silent, so that nothing stands there twice.
 */
export function registerLanguageFeatures(context: vscode.ExtensionContext): void {
  const problems = diagnosticsOf(`${section}-experiment`);
  const isOurs = ({ uri, fileName }: vscode.TextDocument) => uri.scheme === 'file' && isExperimentName(fileName);
  async function look(document: vscode.TextDocument): Promise<void> {
    const { experimentProblems } = await import('./experimentProblems');
    if (document.isClosed) return;
    const isSaidBefore = isDoneByYamlExtension('validate', document.uri);
    problems.set(document.uri, experimentProblems(document, { beyondSchemaAlone: isSaidBefore }));
  }
  const watched = quietDocuments(isOurs, { look, closed: (uri) => problems.delete(uri) });
  context.subscriptions.push(
    problems,
    watched,
    // One that is installed, started or set otherwise says more, or less.
    vscode.extensions.onDidChange(watched.lookAgain),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration('yaml')) watched.lookAgain();
    }),
    showActions(
      selector,
      {
        async provideCodeActions(document, range) {
          return (await import('./experimentProblems')).quickFixes(document, range);
        },
      },
      { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] },
    ),
    showHovers(selector, async (document, at) => {
      if (isDoneByYamlExtension('hover', document.uri)) return null;
      return (await import('./experimentHelp')).hoverIn(document, at);
    }),
    showCompletions(
      selector,
      async (document, at) => {
        if (isDoneByYamlExtension('completion', document.uri)) return [];
        return (await import('./experimentHelp')).completionsIn(document, at);
      },
      [' ', '\n', '[', '{', ','],
    ),
  );
}

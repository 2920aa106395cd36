import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { programOf } from '../program/program';
import { pick, showMessage, type WithIcon } from '../window/show';
import { inTerminal } from './pipelineTerminal';

/**
 * `Import as pipeline`: asks what a run config of IPA does not name, has the pipeline made in a terminal, which tells what was assumed, and
 * opens it.
 *
 * @returns the file; undefined when a question was dismissed, or the terminal says why there is none
 * @throws NotTrusted
 */
export async function importPipeline(extension: vscode.Uri, config: vscode.Uri): Promise<vscode.Uri | undefined> {
  // Before any question: nobody should answer three of them to be refused.
  programOf(extension);
  const folder = dirname(config.fsPath);
  const profiles = await askProfiles(vscode.Uri.file(folder));
  const accuracies = profiles && (await askAccuracies(folder));
  const file = accuracies && (await askFile(config));
  if (!profiles || !file) return undefined;
  const open = vscode.workspace.textDocuments.find((d) => d.uri.toString() === config.toString());
  if (open?.isDirty) await open.save();
  const named = profiles.flatMap(({ fsPath }) => ['--profiles', fsPath]);
  const args = ['pipeline', 'import', config.fsPath, '--accuracies', accuracies.fsPath, ...named, '-o', file.fsPath];
  if ((await inTerminal(extension, vscode.l10n.t('import as pipeline'), args, folder)) !== 0) return undefined;
  await vscode.window.showTextDocument(file, { preview: false });
  return file;
}

type Kind = vscode.QuickPickItem & WithIcon & { isFolder: boolean };

async function askProfiles(defaultUri: vscode.Uri): Promise<vscode.Uri[] | undefined> {
  const kinds: Kind[] = [
    {
      icon: 'folder',
      label: vscode.l10n.t('A folder of profiling series'),
      description: vscode.l10n.t('with key_config_mapper.csv, in it or in its folders'),
      isFolder: true,
    },
    { icon: 'table', label: vscode.l10n.t('Profile tables'), description: '*.csv', isFolder: false },
  ];
  const title = vscode.l10n.t('Import as pipeline (1/3): profiles');
  const kind = await pick(kinds, { title, placeHolder: vscode.l10n.t('Where are the profiles of its models?') });
  return (
    kind &&
    vscode.window.showOpenDialog({
      ...{ title, defaultUri, canSelectFiles: !kind.isFolder, canSelectFolders: kind.isFolder, canSelectMany: true },
      ...(!kind.isFolder && { filters: { CSV: ['csv'] } }),
    })
  );
}

/** IPA keeps them in the folder above that of its run configs. */
async function askAccuracies(folder: string): Promise<vscode.Uri | undefined> {
  const usual = [folder, dirname(folder)]
    .map((place) => join(place, 'accuracies.yaml'))
    .find((file) => existsSync(file));
  const chosen = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Import as pipeline (2/3): accuracies.yaml'),
    defaultUri: vscode.Uri.file(usual ?? folder),
    filters: { YAML: ['yaml', 'yml'] },
  });
  return chosen?.[0];
}

async function askFile(config: vscode.Uri): Promise<vscode.Uri | undefined> {
  const defaultUri = vscode.Uri.file(config.fsPath.replace(/(\.config)?\.ya?ml$/i, '.pipeline.yaml'));
  const title = vscode.l10n.t('Import as pipeline (3/3): where to');
  const chosen = await vscode.window.showSaveDialog({ title, defaultUri, filters: { YAML: ['yaml'] } });
  if (!chosen || /\.pipeline\.ya?ml$/i.test(chosen.fsPath)) return chosen;
  // By its name the editor and the program know it. The dialog has asked of another name whether it is to be replaced.
  const named = vscode.Uri.file(`${chosen.fsPath.replace(/\.ya?ml$/i, '')}.pipeline.yaml`);
  if (!existsSync(named.fsPath)) return named;
  const replace = vscode.l10n.t('Replace');
  const question = vscode.l10n.t('{0} is there. Replace it?', named.fsPath);
  return (await showMessage('warning', question, { actions: [replace], modal: {} })) === replace ? named : undefined;
}

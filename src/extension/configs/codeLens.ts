import * as vscode from 'vscode';
import { currentText, mayBeInUse } from '../../core/configuration/inUse';
import type { ConfigPlace } from '../../core/configFiles/configFile';
import { recogniseConfig } from '../../core/configFiles/recognise';
import { resultLine } from '../../core/configFiles/resultHint';
import { commands } from '../window/contributions';
import { measureMoreText } from '../runs/measureMoreText';
import type { FileResults, MoreBlocks } from './fileResults';
import type { LensCommand } from '../window/show';

/** A lens that shows the last result; its text is found when it comes into view. */
export class ResultLens extends vscode.CodeLens {
  constructor(
    range: vscode.Range,
    readonly document: vscode.TextDocument,
    /** What stands there as long as there is no result. */
    readonly without: LensCommand,
  ) {
    super(range);
  }
}

/**
 * `Profile Energy` at the first place of a file, the last result at each. Nothing is read from the disk here.
 *
 * @param more what is known to be offered beside the result, where that is no verdict
 */
export function lensesOf(document: vscode.TextDocument, more: MoreBlocks | null = null): vscode.CodeLens[] {
  const config = recogniseConfig(document.uri.fsPath, document.getText());
  if (!config) return [];
  if (config.onGpu !== undefined) {
    const note = { title: vscode.l10n.t('runs on a GPU: not measured here'), tooltip: config.onGpu, command: '' };
    return [new vscode.CodeLens(rangeOf(config.places[0]!), note)];
  }
  const profile: LensCommand = {
    icon: 'play',
    title: vscode.l10n.t('Profile Energy'),
    tooltip: vscode.l10n.t(
      'Measure which batch size, and which split of the cores, does the work with the least energy',
    ),
    command: commands.profile,
    arguments: [document.uri],
  };
  const none: vscode.Command = { title: vscode.l10n.t('not measured yet'), command: '' };
  return config.places.flatMap((place, i) => [
    ...(i === 0 ? [new vscode.CodeLens(rangeOf(place), profile)] : []),
    new ResultLens(rangeOf(place), document, i === 0 ? none : profile),
    ...(i === 0 && more ? [new vscode.CodeLens(rangeOf(place), moreCommand(more))] : []),
  ]);
}

function moreCommand({ folder, blocks }: MoreBlocks): LensCommand {
  return {
    icon: 'add',
    title: measureMoreText(blocks),
    tooltip: vscode.l10n.t('Goes on with the last run; it ends sooner where there is a verdict'),
    command: commands.addBlocks,
    arguments: [folder, blocks],
  };
}

/** The last result as a command that opens it. */
export async function resultCommand(
  { document, without }: Pick<ResultLens, 'document' | 'without'>,
  results: FileResults,
): Promise<vscode.Command> {
  const result = await results.of(document);
  const last = result?.last ?? null;
  if (!result || last === null) return without;
  const open = { command: commands.openResults, arguments: [last.folder] };
  if (!result.found) {
    const when = new Date(last.createdAt).toLocaleString(vscode.env.language, {
      dateStyle: 'medium',
      timeStyle: 'short',
    });
    return {
      ...open,
      title: vscode.l10n.t('last result is stale: changed since {0}', when),
      tooltip: vscode.l10n.t(
        'What this file says, or the model it names, has changed since it was measured. Profile it again.',
      ),
    };
  }
  const { analysis, served } = result.found;
  const { sentence, qualification } = analysis.verdict;
  const { kind, today } = result.config;
  // Of an experiment its own warnings say so.
  const isMeasured =
    kind === 'experiment' ||
    Object.keys(today).length === 0 ||
    analysis.configurations.some((c) => mayBeInUse(c, today));
  const unmeasured = isMeasured
    ? []
    : [
        vscode.l10n.t(
          'What this file says runs today ({0}) was not measured, so no saving is stated.',
          currentText(today),
        ),
      ];
  return {
    ...open,
    title: resultLine(analysis),
    tooltip: [
      sentence,
      ...(served === null ? [] : [served]),
      ...unmeasured,
      ...qualification.map(({ message }) => message),
    ].join('\n'),
  };
}

export function rangeOf({ line, column, length }: ConfigPlace): vscode.Range {
  return new vscode.Range(line - 1, column - 1, line - 1, column - 1 + length);
}

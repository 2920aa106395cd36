import { basename } from 'node:path';
import * as vscode from 'vscode';
import { recogniseIpaRunConfig } from '../../core/configFiles/ipaRunConfig';
import { counted } from '../../core/statistics/wording';
import { rangeOf } from '../configs/codeLens';
import { commands, internalCommands } from '../window/contributions';
import type { LensCommand } from '../window/show';
import { isMissing, missingText, type StageState, stagesOf } from './pipelineStages';
import type { StageProfiles } from './stageProfiles';

/** Over a stage whose profile is there; what it comes to is read when the lens comes into view. */
export class ProfiledLens extends vscode.CodeLens {
  constructor(
    range: vscode.Range,
    readonly document: vscode.TextDocument,
    readonly state: StageState,
  ) {
    super(range);
  }
}

/** Over the file what concerns it as a whole, over each stage where its profile stands. */
export function pipelineLenses(document: vscode.TextDocument): vscode.CodeLens[] {
  const top = new vscode.Range(0, 0, 0, 0);
  const open: LensCommand = {
    icon: 'graph-scatter',
    title: vscode.l10n.t('Open pipeline view'),
    tooltip: vscode.l10n.t('Which variant, batch size and replicas each stage takes, solved anew as you weigh'),
    command: commands.openPipeline,
    arguments: [document.uri],
  };
  const solve: LensCommand = {
    icon: 'terminal',
    title: vscode.l10n.t('Solve'),
    tooltip: vscode.l10n.t('Solves the file in the terminal'),
    command: internalCommands.solvePipeline,
    arguments: [document.uri],
  };
  const stages = stagesOf(document.uri.fsPath, document.getText()) ?? [];
  return [
    ...[open, solve].map((command) => new vscode.CodeLens(top, command)),
    ...stages.map((state) => {
      const range = new vscode.Range(state.line, 0, state.line, 0);
      if (isMissing(state))
        return new vscode.CodeLens(range, profileStage(document.uri, state.stage.name, missingText(state)));
      return state.isLookedFor ? new ProfiledLens(range, document, state) : new vscode.CodeLens(range, notLookedFor());
    }),
  ];
}

function profileStage(file: vscode.Uri, stage: string, tooltip: string): LensCommand {
  const title = vscode.l10n.t('Profile this stage');
  return { icon: 'play', title, tooltip, command: internalCommands.profileStage, arguments: [file, stage] };
}

const notLookedFor = (): LensCommand => ({
  title: vscode.l10n.t('not looked for'),
  tooltip: vscode.l10n.t('The workspace is not trusted: nothing that its files name is looked for or read.'),
  command: 'workbench.trust.manage',
});

/** What a stage is profiled by, as a command that opens its run; or, where the profile says nothing, to profile it, or to see why. */
export function profiledCommand(
  { document, state }: Pick<ProfiledLens, 'document' | 'state'>,
  profiles: StageProfiles,
): vscode.Command {
  const found = profiles.of(document);
  if ('problem' in found)
    // Solved in the terminal, which tells the whole of it.
    return {
      title: vscode.l10n.t('cannot be read'),
      tooltip: found.problem,
      ...{ command: internalCommands.solvePipeline, arguments: [document.uri] },
    };
  const view = found.stages.find(({ name }) => name === state.stage.name);
  if (view?.missing?.kind === 'wrong')
    return {
      title: vscode.l10n.t('has a mistake'),
      tooltip: view.missing.message,
      command: 'workbench.actions.view.problems',
    };
  if (!view || view.missing !== null) return profileStage(document.uri, state.stage.name, view?.missing?.message ?? '');
  const options = view.variants.reduce((sum, { batches }) => sum + batches.length, 0);
  const [run, ...others] = state.runs;
  const isTable = state.stage.profiles.some(({ table }) => table !== undefined);
  const given = isTable ? vscode.l10n.t('imported') : vscode.l10n.t('in the file');
  const measured =
    others.length === 0 ? vscode.l10n.t('run {0}', basename(run ?? '')) : vscode.l10n.t('{0} runs', state.runs.length);
  const from = run === undefined ? given : measured;
  return {
    title: vscode.l10n.t('profiled: {0}, {1}', from, counted(options, 'option')),
    tooltip: view.sources.join('\n'),
    ...(run === undefined ? { command: '' } : { command: commands.openResults, arguments: [run] }),
  };
}

/** Over a run config of IPA. */
export function ipaLenses(document: vscode.TextDocument): vscode.CodeLens[] {
  const place = recogniseIpaRunConfig(document.fileName, document.getText());
  if (place === null) return [];
  const lens: LensCommand = {
    icon: 'arrow-right',
    title: vscode.l10n.t('Import as pipeline'),
    tooltip: vscode.l10n.t('Makes a pipeline (*.pipeline.yaml) of this run config, its profiles and accuracies'),
    command: internalCommands.importPipeline,
    arguments: [document.uri],
  };
  return [new vscode.CodeLens(rangeOf(place), lens)];
}

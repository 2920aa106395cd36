import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { isExperimentName } from '../../core/configFiles/experiment';
import type { Current } from '../../core/configuration/inUse';
import { recogniseConfig } from '../../core/configFiles/recognise';
import { servedTerms } from '../../core/configFiles/servedTerms';
import { configurationsOf } from '../../core/run/plan';
import { builtinModels } from '../../core/spec/builtinModels';
import { parseSpec } from '../../core/spec/specText';
import { physicalCores } from '../../machine/topology';
import { servedModelFile } from '../../runs/index/sourceFiles';
import { setting } from '../window/config';
import { experimentFile, type Model } from './experimentFile';
import { failureOfCommand } from '../program/failure';
import { readAnswers } from './newExperiment';
import { paperExperimentFile } from './reproducePaper';
import { tellFailure } from '../runs/notify';
import { programOf, runProgram } from '../program/program';
import type { Session } from '../session/session';
import { pick, showMessage, whileShown, type WithIcon } from '../window/show';

/** What is profiled: an experiment file, a file of a model, or a model that is built in. */
type Target = { experiment: vscode.Uri } | { paper: true } | Model;

/**
 * `Profile Energy`: from whatever it was called on to a run that goes on by itself.
 *
 * @param given answers that need not be asked; for other extensions and tests
 * @returns the run's folder; undefined when it was dismissed or could not be started (which was told)
 */
export async function profile(session: Session, where: unknown, given?: unknown): Promise<string | undefined> {
  // Before any question: nobody should answer four of them to be refused.
  programOf(session.context.extensionUri);
  const serving = await servingConfigOf(where);
  const target = serving ? (serving.target ?? (await askTarget())) : ((await targetOf(where)) ?? (await askTarget()));
  if (!target) return undefined;
  if ('paper' in target) return reproducePaper(session);
  const file =
    'experiment' in target
      ? target.experiment
      : await experimentFile(
          session,
          target,
          readAnswers(given),
          serving && { ...serving, name: basename(serving.uri.fsPath) },
        );
  return file && startRun(session, file, serving?.uri);
}

/** `Reproduce the paper`: writes one of its experiments, and runs it. @returns as `profile` */
export async function reproducePaper(session: Session): Promise<string | undefined> {
  programOf(session.context.extensionUri);
  const file = await paperExperimentFile();
  return file && startRun(session, file);
}

/**
 * Starts the run of an experiment; the run outlives this window.
 *
 * @param servingConfig the serving config that it is done for: its lenses then show the result
 */
export async function startRun(
  session: Session,
  experiment: vscode.Uri,
  servingConfig?: vscode.Uri,
): Promise<string | undefined> {
  const open = vscode.workspace.textDocuments.find((d) => d.uri.toString() === experiment.toString());
  if (open?.isDirty) await open.save();
  const madeFor = servingConfig ? ['--for', servingConfig.fsPath] : [];
  const folder = await begin(session, ['run', experiment.fsPath, ...madeFor, '--detach'], dirname(experiment.fsPath));
  if (folder !== undefined && servingConfig) await tellServed(experiment, servingConfig);
  return folder;
}

/** Says where the service level has from what the experiment does not say; nothing where there is none. */
async function tellServed(experiment: vscode.Uri, servingConfig: vscode.Uri): Promise<void> {
  const textOf = async (uri: vscode.Uri) => (await vscode.workspace.openTextDocument(uri)).getText();
  const parsed = parseSpec(await textOf(experiment));
  const policy = recogniseConfig(servingConfig.fsPath, await textOf(servingConfig))?.policy;
  if (!parsed.ok || !parsed.spec.sla || !policy) return;
  const cores = physicalCores();
  const configurations = configurationsOf(parsed.spec, { cores });
  const { sentence } = servedTerms(
    parsed.spec.sla,
    { name: basename(servingConfig.fsPath), policy },
    { configurations, cores },
  );
  void showMessage('info', sentence);
}

/** Goes on with a run that was stopped. */
export function resumeRun(session: Session, folder: string): Promise<string | undefined> {
  return begin(session, ['run', '--resume', folder, '--detach'], folder);
}

/** Goes on with a run that has ended, for so many blocks more. */
export function addBlocks(session: Session, folder: string, blocks: number): Promise<string | undefined> {
  return begin(session, ['run', '--add-blocks', String(blocks), folder, '--detach'], folder);
}

async function begin(session: Session, args: string[], cwd: string): Promise<string | undefined> {
  const program = programOf(session.context.extensionUri);
  const { code, stdout, stderr } = await whileShown(vscode.l10n.t('Greenbatch: starting the measurement'), () =>
    runProgram(program, args, { cwd }),
  );
  const folder = stdout.trim().split('\n').at(-1);
  if (code !== 0 || !folder) {
    // Not awaited: the message may stand there for long.
    void tellFailure(failureOfCommand(code, stderr));
    return undefined;
  }
  session.runs.started(folder);
  if (setting('panel.openOnRun')) session.panels.show(folder);
  return folder;
}

type ServingConfig = { uri: vscode.Uri; today: Partial<Current>; target: Target | null };

/** A serving config (Triton, MLServer, TorchServe) that it was called on, and the model file it names, if that is here. */
async function servingConfigOf(where: unknown): Promise<ServingConfig | undefined> {
  const uri = where instanceof vscode.Uri ? where : where === undefined ? activeFile() : undefined;
  if (uri?.scheme !== 'file' || !/\.(pbtxt|json|properties|ya?ml)$/i.test(uri.fsPath)) return undefined;
  const config = recogniseConfig(uri.fsPath, (await vscode.workspace.openTextDocument(uri)).getText());
  if (!config || config.kind === 'experiment' || config.kind === 'yolov7-cfg') return undefined;
  if (config.onGpu !== undefined) throw new Error(config.onGpu);
  const model = servedModelFile(config, uri.fsPath);
  const { today } = config;
  return { uri, today, target: model === null ? null : { model: vscode.Uri.file(model) } };
}

async function targetOf(where: unknown): Promise<Target | undefined> {
  if (typeof where === 'string' && builtinModels.includes(where)) return { builtin: where };
  const given = where instanceof vscode.Uri ? where : typeof where === 'string' ? vscode.Uri.file(where) : undefined;
  const uri = given ?? activeFile();
  if (uri?.scheme !== 'file') return undefined;
  if (isExperimentName(uri.fsPath)) return { experiment: uri };
  if (/\.(onnx|pt)$/i.test(uri.fsPath)) return { model: uri };
  if (/\.ya?ml$/i.test(uri.fsPath)) {
    const text = (await vscode.workspace.openTextDocument(uri)).getText();
    if (recogniseConfig(uri.fsPath, text)?.kind === 'yolov7-cfg') return { model: uri };
  }
  if (given) {
    const name = basename(given.fsPath);
    throw new Error(
      vscode.l10n.t('{0} is neither an experiment (*.energy.yaml) nor a model (.onnx, .pt, YOLOv7 cfg).', name),
    );
  }
  return undefined;
}

function activeFile(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  if (input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom) return input.uri;
  return vscode.window.activeTextEditor?.document.uri;
}

async function askTarget(): Promise<Target | undefined> {
  const found = await vscode.workspace.findFiles('**/*.{energy.yaml,energy.yml,onnx,pt}', '**/node_modules/**', 100);
  const files = found.map((uri) => {
    const isExperiment = isExperimentName(uri.fsPath);
    const target: Target = isExperiment ? { experiment: uri } : { model: uri };
    return { icon: isExperiment ? 'beaker' : 'package', label: vscode.workspace.asRelativePath(uri), target };
  });
  const builtin = builtinModels.map((name) => ({
    icon: 'circuit-board',
    label: name,
    description: vscode.l10n.t('built in, with random weights'),
    target: { builtin: name } as Target,
  }));
  const separator = (label: string) => ({ label, kind: vscode.QuickPickItemKind.Separator, target: undefined });
  const chosen = await pick<vscode.QuickPickItem & WithIcon & { target: Target | undefined }>(
    [
      ...(files.length > 0 ? [separator(vscode.l10n.t('in this workspace')), ...files] : []),
      separator(vscode.l10n.t('architectures')),
      ...builtin,
      separator(vscode.l10n.t('published experiments')),
      {
        icon: 'book',
        label: vscode.l10n.t('Reproduce the paper…'),
        description: vscode.l10n.t('Towards Sustainable AI with IPA: its two experiments'),
        target: { paper: true },
      },
    ],
    { title: vscode.l10n.t('Profile Energy'), placeHolder: vscode.l10n.t('What is to be measured?') },
  );
  return chosen?.target;
}

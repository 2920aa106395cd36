import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { parsePipeline } from '../../core/pipeline/file/pipelineText';
import { stageExperiment } from '../../core/pipeline/file/stageExperiment';
import type { SpecInput } from '../../core/spec/spec';
import { parseSpec } from '../../core/spec/specText';
import { writeSpec } from '../../core/spec/specWrite';
import { maxSpecBytes } from '../../core/spec/specYaml';
import { listed } from '../../core/statistics/wording';
import { describeSeconds } from '../../core/words/units';
import { readText, writeText } from '../../machine/regularFile';
import { physicalCores } from '../../machine/topology';
import { lengthOf } from '../profile/newExperiment';
import { profile } from '../profile/profile';
import { programOf } from '../program/program';
import type { Session } from '../session/session';
import { showMessage } from '../window/show';
import { experimentOfStage } from './stageExperimentFile';
import { createStageProfiles } from './stageProfiles';

/**
 * `Profile this stage`: measures it by the experiment that it names, else by one that is made of what it says, beside the pipeline file.
 *
 * @returns the run's folder; undefined when it was dismissed or could not be started (which was told)
 * @throws NotTrusted, Error with the reason where there is nothing to measure the stage by
 */
export async function profileStage(session: Session, file: vscode.Uri, name: string): Promise<string | undefined> {
  programOf(session.context.extensionUri);
  const document = await vscode.workspace.openTextDocument(file);
  const parsed = parsePipeline(document.getText());
  if (!parsed.ok)
    throw new Error(vscode.l10n.t('{0} is no valid pipeline: mend what it says first.', basename(file.fsPath)));
  const stage = parsed.file.stages.find((one) => one.name === name);
  if (!stage) throw new Error(vscode.l10n.t('{0} has no stage {1}.', basename(file.fsPath), name));
  const experiment = experimentOfStage(file.fsPath, stage);
  const isThere = existsSync(experiment);
  if (stage.experiment !== undefined) {
    if (!isThere)
      throw new Error(vscode.l10n.t('{0} is not there: the stage {1} names it as its experiment.', experiment, name));
    return profile(session, vscode.Uri.file(experiment));
  }
  const found = createStageProfiles().of(document);
  const profiled = 'stages' in found ? (found.stages.find((one) => one.name === name)?.variants ?? []) : [];
  const made = stageExperiment(stage, {
    batchingCap: parsed.file.batchingCap,
    profiled: profiled.map(({ variant }) => variant),
  });
  if (isThere) {
    if ('experiment' in made && !measuresAny(experiment, made.experiment.models))
      throw new Error(
        vscode.l10n.t(
          '{0} is there and measures nothing that the stage {1} lacks ({2}): add that to its models, or take the file away.',
          ...[basename(experiment), name, listed(made.experiment.models)],
        ),
      );
  } else {
    if ('refused' in made) throw new Error(made.refused);
    if (!(await mayTakeSoLong(made.experiment, basename(experiment)))) return undefined;
    writeText(experiment, writeSpec(made.experiment));
    await vscode.window.showTextDocument(vscode.Uri.file(experiment), { preview: false });
  }
  return profile(session, vscode.Uri.file(experiment));
}

/** Whether an experiment has one of the models; true where that cannot be told: then measuring tells what is wrong with the file. */
function measuresAny(experiment: string, models: readonly string[]): boolean {
  const spec = parseSpec(readText(experiment, maxSpecBytes));
  if (!spec.ok) return true;
  const plain = (model: string) => model.replace(/^\.\//, '');
  const there = new Set(spec.spec.models.map(plain));
  return models.some((model) => there.has(plain(model)));
}

/** All variants in every split of the cores may be hours: that is to be known before, not seen from the panel. */
async function mayTakeSoLong(experiment: SpecInput, fileName: string): Promise<boolean> {
  const { configurations, seconds } = lengthOf(experiment, { cores: physicalCores(), cpus: availableParallelism() });
  const go = vscode.l10n.t('Write and Measure');
  const message = vscode.l10n.t('Measure this stage by {0}?', fileName);
  const detail = vscode.l10n.t(
    'At least {0} for {1} configurations. The experiment is written beside the pipeline: change it there to measure less.',
    describeSeconds(seconds),
    configurations,
  );
  return (await showMessage('info', message, { actions: [go], modal: { detail } })) === go;
}

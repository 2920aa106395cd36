import { dirname, resolve } from 'node:path';
import { isMeasured } from '../../core/energy/parts';
import type { Noise } from '../../core/plan/plannedDetection';
import { imageWork } from '../../core/plan/imageWork';
import type { Run } from '../../core/run/fold';
import type { Spec } from '../../core/spec/spec';
import { additiveModel } from '../../core/statistics/additiveModel';
import { fewestBlocks } from '../../core/statistics/sequential';
import { asPercent } from '../../core/statistics/comparison';
import { mean } from '../../core/statistics/statistics';
import type { ConfigurationResult } from '../../core/values/result';
import { configurationResults } from '../../core/values/trialValue';
import { machineId } from '../../machine/machineId';
import { createRunIndex } from '../../runs/index/runIndex';
import { listRunFolders, loadRun } from '../../runs/store/runFolder';
import { isOfThisMachine } from './measuredSpeeds';

/** More tell hardly more, and each log takes a part of a second to be read. */
const mostRuns = 12;

/**
 * How far trials scatter about their block and configuration on this machine, by finished runs of a workspace whose trials are like
 * those of an experiment: as long, of the same work and models, measured where the newest is.
 *
 * @returns null where no run tells it
 */
export function measuredNoise(workspace: string, spec: Spec, baseFolder: string): Noise | null {
  const id = machineId();
  const work = imageWork(spec, (path) => resolve(baseFolder, path));
  const folders = createRunIndex()
    .complete(listRunFolders(workspace))
    .filter(({ models }) => models.some(({ model }) => spec.models.includes(model)))
    .map(({ folder }) => folder)
    .slice(0, mostRuns);
  const found: { runId: string; measured: boolean; percent: number }[] = [];
  for (const folder of folders) {
    try {
      const { run, samples } = loadRun(folder);
      if (run.source === null || !isOfThisMachine(run, id) || !isAlike(run, spec, work)) continue;
      const percent = noiseOf(configurationResults(run, samples));
      if (percent !== null) found.push({ runId: run.runId, measured: isMeasured(run.source), percent });
    } catch {
      continue; // A damaged log tells nothing.
    }
  }
  const used = found.filter(({ measured }) => measured === found[0]!.measured);
  if (used.length === 0) return null;
  const percents = used.map(({ percent }) => percent);
  return {
    percent: { low: Math.min(...percents), high: Math.max(...percents) },
    runs: used.map(({ runId }) => runId),
  };
}

function isAlike({ created, spec }: Run, { measure }: Spec, work: string): boolean {
  const { specFile } = created;
  const own = imageWork(spec, (path) => (specFile === null ? path : resolve(dirname(specFile), path)));
  return (
    !created.imported &&
    own === work &&
    spec.measure.windows === measure.windows &&
    spec.measure.windowSeconds === measure.windowSeconds
  );
}

/** Standard deviation of a trial in percent, of all configurations together; null of fewer than two, or of too few blocks. */
export function noiseOf(results: readonly ConfigurationResult[]): number | null {
  const model = additiveModel(
    new Map(
      results.map(({ id, trials }) => [id, new Map(trials.map((t) => [t.block, Math.log(t.joulesPerUnit)] as const))]),
    ),
  );
  const spreads = results.flatMap(({ id, trials }) => {
    const spread = trials.length < fewestBlocks ? null : model.spread(id);
    return spread === null ? [] : [spread];
  });
  return spreads.length < 2 ? null : asPercent(Math.sqrt(mean(spreads.map((spread) => spread ** 2))));
}

import { dirname, resolve } from 'node:path';
import { imageWork } from '../../core/plan/imageWork';
import type { MeasuredSpeed } from '../../core/plan/speed';
import type { Run } from '../../core/run/fold';
import { foldRun } from '../../core/run/fold';
import { modelPath } from '../../core/spec/builtinModels';
import { machineId } from '../../machine/machineId';
import { otherProcessor } from '../../machine/processor';
import { createRunIndex } from '../../runs/index/runIndex';
import { hashOfFile } from '../../runs/index/sourceFiles';
import { readEvents } from '../../runs/store/eventLog';
import { eventsFile } from '../../runs/store/folders';
import { listRunFolders } from '../../runs/store/runFolder';

/** More tell hardly more, and each log takes a part of a second to be read. */
const mostRuns = 12;

/**
 * What finished runs of a workspace measured of these models on this machine, the newest first. A damaged log tells nothing.
 *
 * @param baseFolder that paths of models start from
 */
export async function measuredSpeeds(
  workspace: string,
  models: readonly string[],
  baseFolder: string,
): Promise<MeasuredSpeed[]> {
  const id = machineId();
  const folders = createRunIndex()
    .complete(listRunFolders(workspace))
    .filter((run) => run.models.some(({ model }) => models.includes(model)))
    .map(({ folder }) => folder)
    .slice(0, mostRuns);
  const speeds: MeasuredSpeed[] = [];
  for (const folder of folders) {
    let run: Run;
    try {
      run = foldRun(readEvents(eventsFile(folder)).events);
    } catch {
      continue;
    }
    if (!isOfThisMachine(run, id)) continue;
    for (const speed of speedsOf(run))
      if (models.includes(speed.model) && (await isSameModel(run, speed.model, baseFolder))) speeds.push(speed);
  }
  return speeds;
}

/** By what the file holds, where the log says that and it is here; else by where it lies. */
async function isSameModel({ created }: Run, model: string, baseFolder: string): Promise<boolean> {
  if (!modelPath.test(model)) return true;
  const before = pathFrom(created, model);
  const sha256 = created.sourceFiles?.find(({ path }) => path === before)?.sha256;
  const now = resolve(baseFolder, model);
  const hash = sha256 === undefined ? null : await hashOfFile(now);
  return hash === null ? before === now : hash === sha256;
}

/** As the log of a run names it; a path of a run without an experiment's file starts nowhere. */
const pathFrom = ({ specFile }: Pick<Run['created'], 'specFile'>, path: string) =>
  specFile === null ? path : resolve(dirname(specFile), path);

export function isOfThisMachine({ sessions }: Run, id: string | null): boolean {
  return sessions.every(({ start: { environment } }) =>
    id !== null && typeof environment.machineId === 'string'
      ? environment.machineId === id
      : otherProcessor(environment) === null,
  );
}

/** @returns one for each configuration that has a finished trial */
export function speedsOf({ runId, created, spec, images, configurations, trials }: Run): MeasuredSpeed[] {
  // A log from elsewhere has neither its machine nor how long models were loaded.
  if (created.imported) return [];
  const work = imageWork(spec, (path) => pathFrom(created, path));
  return configurations.flatMap((configuration) => {
    const own = trials.filter((t) => t.configuration === configuration.id && t.state === 'finished');
    const msPerImage = own.flatMap(({ windows }) => {
      const done = windows.reduce((sum, window) => sum + window.work, 0);
      const ms = windows.reduce((sum, { start, end, phases }) => {
        // Of a whole process its images alone: starting and loading are counted by themselves.
        const before = (phases?.start?.ms ?? 0) + (phases?.model?.ms ?? 0);
        return sum + end.monotonicMs - start.monotonicMs - before;
      }, 0);
      return done > 0 ? [ms / done] : [];
    });
    if (msPerImage.length === 0) return [];
    const finished = own.flatMap((trial) => trial.finished ?? []);
    // None is told where the source of a whole process's joules tells no phases apart.
    const loads = finished.flatMap(({ loadMs }) => (loadMs > 0 ? [loadMs / 1000] : []));
    const { model, batchSize, instances, threads, spinning } = configuration;
    return [
      {
        ...{ model, batchSize, instances, threads, spinning, runId, work, msPerImage },
        imageSize: images && { height: images.height, width: images.width },
        loadSeconds: loads.length > 0 ? loads.reduce((sum, s) => sum + s, 0) / loads.length : null,
        peakRssBytes: finished.length > 0 ? Math.max(...finished.map((f) => f.peakRssBytes)) : null,
      },
    ];
  });
}

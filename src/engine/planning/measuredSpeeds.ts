import type { MeasuredSpeed } from '../../core/plan/speed';
import type { Run } from '../../core/run/fold';
import { foldRun } from '../../core/run/fold';
import { machineId } from '../../machine/machineId';
import { otherProcessor } from '../../machine/processor';
import { createRunIndex } from '../../runs/index/runIndex';
import { readEvents } from '../../runs/store/eventLog';
import { eventsFile } from '../../runs/store/folders';
import { listRunFolders } from '../../runs/store/runFolder';

/** More tell hardly more, and each log takes a part of a second to be read. */
const mostRuns = 12;

/** What finished runs of a workspace measured of these models on this machine, the newest first. A damaged log tells nothing. */
export function measuredSpeeds(workspace: string, models: readonly string[]): MeasuredSpeed[] {
  const id = machineId();
  const folders = createRunIndex()
    .complete(listRunFolders(workspace))
    .filter((run) => run.models.some(({ model }) => models.includes(model)))
    .map(({ folder }) => folder)
    .slice(0, mostRuns);
  return folders.flatMap((folder) => {
    try {
      const run = foldRun(readEvents(eventsFile(folder)).events);
      return isOfThisMachine(run, id) ? speedsOf(run) : [];
    } catch {
      return [];
    }
  });
}

function isOfThisMachine({ sessions }: Run, id: string | null): boolean {
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
  return configurations.flatMap((configuration) => {
    const own = trials.filter((t) => t.configuration === configuration.id && t.state === 'finished');
    const msPerImage = own.flatMap(({ windows }) => {
      const work = windows.reduce((sum, window) => sum + window.work, 0);
      const ms = windows.reduce((sum, { start, end, phases }) => {
        // Of a whole process its images alone: starting and loading are counted by themselves.
        const before = (phases?.start?.ms ?? 0) + (phases?.model?.ms ?? 0);
        return sum + end.monotonicMs - start.monotonicMs - before;
      }, 0);
      return work > 0 ? [ms / work] : [];
    });
    if (msPerImage.length === 0) return [];
    const finished = own.flatMap((trial) => trial.finished ?? []);
    // None is told where the source of a whole process's joules tells no phases apart.
    const loads = finished.flatMap(({ loadMs }) => (loadMs > 0 ? [loadMs / 1000] : []));
    const { model, batchSize, instances, threads, spinning } = configuration;
    return [
      {
        ...{ model, batchSize, instances, threads, spinning, runId, scope: spec.measure.scope, msPerImage },
        imageSize: images && { height: images.height, width: images.width },
        loadSeconds: loads.length > 0 ? loads.reduce((sum, s) => sum + s, 0) / loads.length : null,
        peakRssBytes: finished.length > 0 ? Math.max(...finished.map((f) => f.peakRssBytes)) : null,
      },
    ];
  });
}

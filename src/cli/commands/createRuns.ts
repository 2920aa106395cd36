import { basename, dirname, join, resolve } from 'node:path';
import { type ServedTerms, servedTerms } from '../../core/configFiles/servedTerms';
import { type Configuration, mostConfigurations } from '../../core/configuration/configuration';
import { runFormatVersion } from '../../core/run/events';
import { configurationsOf } from '../../core/run/plan';
import type { Spec } from '../../core/spec/spec';
import { physicalCores } from '../../machine/topology';
import { sourceFilesOf } from '../../runs/index/sourceFiles';
import { openEventLog } from '../../runs/store/eventLog';
import { eventsFile, nameFromFile, newRunId, workspaceOf } from '../../runs/store/folders';
import { createRunFolder, ownRunsFolder } from '../../runs/store/runFolder';
import { workloadNamed } from '../../workloads/workloadNamed';
import { CliError } from '../options/cliError';
import { servingPolicy } from '../options/servingConfig';
import { version } from './version';

/** An experiment as its file has it. */
export type Experiment = { file: string; spec: Spec; text: string };

type Planned = Experiment & { configurations: Configuration[]; served: (ServedTerms & { file: string }) | null };

/**
 * What is going to be measured: the experiment with what this machine, the environment and a serving config add to it, and its
 * configurations.
 */
export function planOf({ file, spec, text }: Experiment, servingConfig?: string): Planned {
  // A tree named in the environment is written down: a resumed run must find the same counters.
  const { GREENBATCH_POWERCAP_ROOT: fromEnvironment } = process.env;
  const powercapRoot =
    spec.measure.powercapRoot !== undefined
      ? resolve(dirname(resolve(file)), spec.measure.powercapRoot)
      : fromEnvironment
        ? resolve(fromEnvironment)
        : undefined;
  const measure = powercapRoot === undefined ? spec.measure : { ...spec.measure, powercapRoot };
  const configurations = configurationsOf(spec, { cores: physicalCores() });
  if (configurations.length > mostConfigurations) {
    throw new CliError(
      `${file} makes ${configurations.length} configurations with the splits of this machine's cores; at most ${mostConfigurations} are measured: list fewer, or instances and threads in place of split`,
    );
  }
  const policy = servingConfig === undefined ? null : servingPolicy(servingConfig);
  const planned = { file, text, configurations };
  if (policy === null || !spec.sla) return { ...planned, spec: { ...spec, measure }, served: null };
  const name = basename(servingConfig!);
  const served = servedTerms(spec.sla, { name, policy }, { configurations, cores: physicalCores() });
  return { ...planned, spec: { ...spec, measure, sla: served.sla }, served: { ...served, file: name } };
}

/**
 * Makes the folder and the log of a run for each experiment: of one, or of two that are interleaved. Two lie beside each other, in the
 * workspace of the first, wherever the second file is.
 *
 * @returns their folders
 */
export async function createRuns(
  experiments: readonly Planned[],
  { out, for: servingConfig }: { out?: string | undefined; for?: string | undefined },
): Promise<string[]> {
  const place = out === undefined ? ownRunsFolder(workspaceOf(dirname(resolve(experiments[0]!.file)))) : resolve(out);
  const isPair = experiments.length > 1;
  const runs = experiments.map((experiment, i) => {
    const specFile = resolve(experiment.file);
    const name = experiment.spec.name ?? nameFromFile(specFile);
    const side = i === 0 ? ('A' as const) : ('B' as const);
    // One name may stand for both: then the salts, which differ, tell them apart.
    const runId = newRunId(name, new Date(), 2 * Math.floor(Math.random() * 0x8000) + i);
    const folder = out === undefined ? join(place, runId) : isPair ? join(place, side) : place;
    return { ...experiment, specFile, name, runId, folder, side };
  });
  const sourceFiles = await Promise.all(runs.map(({ spec, specFile }) => sourceFilesOf(spec, specFile, servingConfig)));
  for (const { folder } of runs) createRunFolder(folder);
  runs.forEach(({ folder, spec, configurations, text, specFile, name, runId, side, served }, i) => {
    const { name: workload, unit, phases, serves } = workloadNamed(spec.workload);
    const other = isPair ? runs[1 - i]! : null;
    const log = openEventLog(eventsFile(folder));
    log.append({
      type: 'run.created',
      version: runFormatVersion,
      workload: { name: workload, unit, phases: [...phases(spec)], serves: serves?.(spec) ?? false },
      ...{ runId, name, specFile, specText: text, spec, configurations },
      program: `greenbatch ${version}`,
      ...(sourceFiles[i]!.length > 0 && { sourceFiles: sourceFiles[i]! }),
      ...(served && { servedBy: { file: served.file, taken: served.taken } }),
      ...(other && {
        interleaved: { side, other: { runId: other.runId, name: other.name, folder: basename(other.folder) } },
      }),
    });
    log.close();
  });
  return runs.map(({ folder }) => folder);
}

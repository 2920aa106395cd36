import { resolve } from 'node:path';
import { type Configuration, mostConfigurations } from '../../core/configuration/configuration';
import { ExpectedError } from '../../core/failure/expectedError';
import type { Foreseen, Missing } from '../../core/plan/foreseen';
import { imageWork } from '../../core/plan/imageWork';
import { describedMachine, type PlanMachine } from '../../core/plan/machine';
import type { MachineFile } from '../../core/plan/machineSchema';
import { type Plan, planOf } from '../../core/plan/plan';
import { configurationsOf } from '../../core/run/plan';
import type { Spec } from '../../core/spec/spec';
import { describeBytes } from '../../core/words/units';
import { type Cpu, usableCpus } from '../../machine/topology';
import { cacheFolder } from '../../runs/store/folders';
import { workloadNamed } from '../../workloads/workloadNamed';
import { placementOf } from '../session/placement';
import { assumedNoise } from '../../core/plan/plannedDetection';
import { measuredNoise } from './measuredNoise';
import { measuredSpeeds } from './measuredSpeeds';
import { thisMachine } from './thisMachine';

export type PlanRequest = {
  name: string;
  spec: Spec;
  /** Folder that the experiment's relative paths start from. */
  baseFolder: string;
  /** Where runs of before are looked for. */
  workspace: string;
  /** The machine to plan for; null: this one. */
  machine: MachineFile | null;
  /** A difference between two configurations that is to be told, percent; left out: none. */
  detectPercent?: number | undefined;
};

/**
 * What an experiment is going to take, found out without running anything. Takes seconds.
 *
 * @throws ExpectedError `experiment` where it makes more configurations than are measured
 */
export async function planExperiment(request: PlanRequest): Promise<Plan> {
  const { name, spec, baseFolder, workspace, machine: file, detectPercent } = request;
  const cache = cacheFolder();
  const machine = file ? describedMachine(file, spec.measure.domains) : await thisMachine(spec, cache);
  const configurations = configurationsOf(spec, { cores: machine.cores });
  if (configurations.length > mostConfigurations) {
    const message = `it makes ${configurations.length} configurations with the splits of ${machine.cores} cores; at most ${mostConfigurations} are measured: list fewer, or instances and threads in place of split`;
    throw new ExpectedError('experiment', message);
  }
  const workload = workloadNamed(spec.workload);
  const foreseen = (await workload.foresee?.(spec, { baseFolder, cacheFolder: cache })) ?? null;
  const cpus = file ? cpusOf(machine) : usableCpus();
  return planOf({
    ...{ name, unit: workload.unit, spec, configurations, machine, serves: workload.serves?.(spec) ?? false },
    foreseen: foreseen && { ...foreseen, missing: foreseen.missing.map((one) => onMachine(one, machine)) },
    work: imageWork(spec, (path) => resolve(baseFolder, path)),
    runs: file ? [] : await measuredSpeeds(workspace, spec.models, baseFolder),
    missing: [
      ...missingCores(spec, configurations, cpus),
      ...missingCounters(spec, machine),
      ...missingRoom(foreseen, machine, cache),
    ],
    notes: notesOf(spec, configurations, machine),
    detect:
      detectPercent === undefined
        ? null
        : { percent: detectPercent, noise: (file ? null : measuredNoise(workspace, spec, baseFolder)) ?? assumedNoise },
  });
}

/** What lies here says nothing of another machine: it is to be taken there, and blocks nothing. */
function onMachine(missing: Missing, { described }: PlanMachine): Missing {
  return described && missing.where !== null ? { ...missing, blocks: false } : missing;
}

/** A described machine has its cores shared out evenly among its sockets, and its threads among its cores. */
function cpusOf({ sockets, cores, threads }: PlanMachine): Cpu[] {
  return Array.from({ length: threads }, (_, cpu) => {
    const core = cpu % cores;
    return { cpu, core, socket: Math.floor((core * (sockets ?? 1)) / cores) };
  });
}

function missingCores({ measure }: Spec, configurations: readonly Configuration[], cpus: readonly Cpu[]): Missing[] {
  const problems = configurations.flatMap((c) => {
    const placed = placementOf(c, measure.pin, cpus);
    return 'problem' in placed ? [placed.problem] : [];
  });
  const how = 'list fewer instances or threads';
  return [...new Set(problems)].map((what) => ({ kind: 'cores', what, where: null, how, blocks: true }));
}

function missingCounters({ measure }: Spec, { counters, described }: PlanMachine): Missing[] {
  const { state, problem, fix } = counters;
  if (state !== 'missing' || problem === null) return [];
  const isEstimated = measure.source === 'auto';
  const help = described ? [] : ['greenbatch doctor says more', ...(fix === null ? [] : ['and how to open them'])];
  const how = [...(isEstimated ? ['joules would be ESTIMATED from CPU time'] : []), help.join(' ')].filter(Boolean);
  const what = `joules cannot be measured: ${problem}`;
  return [{ kind: 'counters', what, where: null, how: how.join('; ') || null, blocks: !isEstimated }];
}

function missingRoom(foreseen: Foreseen | null, { freeDiskBytes }: PlanMachine, cache: string): Missing[] {
  if (!foreseen || freeDiskBytes === null) return [];
  const { images, models } = foreseen;
  const needed =
    models.reduce((sum, { toBuildBytes }) => sum + toBuildBytes, 0) +
    (images ? images.bytesEach * images.inRotation : 0);
  if (needed <= freeDiskBytes) return [];
  const what = `room for built models and prepared images: ${describeBytes(needed)} at most, ${describeBytes(freeDiskBytes)} are free`;
  const how = 'free some, or name another folder with GREENBATCH_CACHE';
  return [{ kind: 'disk', what, where: cache, how, blocks: true }];
}

function notesOf({ measure }: Spec, configurations: readonly Configuration[], machine: PlanMachine): string[] {
  const most = Math.max(0, ...configurations.map(({ instances, threads }) => instances * threads));
  return [
    ...(most > machine.threads
      ? [`${most} threads are asked for, ${machine.threads} CPUs are there: threads will wait for one another`]
      : []),
    ...(measure.scope === 'inference'
      ? []
      : ['speeds other than those of runs of this scope are of inference alone: what else a pass does is not in them']),
    ...(machine.counters.state === 'unknown' ? [machine.counters.problem!] : []),
  ];
}

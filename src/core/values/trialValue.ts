import { fewestBlocks } from '../statistics/sequential';
import { paperF1 } from '../accuracy/paperF1';
import type { Configuration } from '../configuration/configuration';
import { windowStart } from '../energy/readings';
import type { Run, Trial } from '../run/fold';
import { type IdlePower, idleBaseline } from './idleBaseline';
import { trialState } from './machineStates';
import { pacedOf } from './pacedValue';
import type { ConfigurationResult, TrialPhase, TrialValue } from './result';
import type { SampleLookup } from './samples';
import { windowValue } from './windowValue';

/**
 * The value of a finished trial: its valid windows averaged, each weighing the same. null while it
 * has none. Latencies of all its valid windows are kept in order.
 */
export function trialValue(run: Run, trial: Trial, samples: SampleLookup, idle: IdlePower | null): TrialValue | null {
  if (trial.state !== 'finished') return null;
  const counted = trial.windows.flatMap((window) => {
    const value = windowValue(run, trial, window, samples);
    return value.valid && value.work > 0 ? [{ window, value }] : [];
  });
  if (counted.length === 0) return null;
  const windows = counted.map(({ value }) => value);
  const state = trialState(counted.map(({ window }) => window));
  const average = (of: (w: (typeof windows)[number]) => number) =>
    windows.reduce((sum, w) => sum + of(w), 0) / windows.length;
  const processes = windows[0]!.instanceBatchMs.length;
  return {
    trial: trial.trial,
    block: trial.block,
    joulesPerUnit: average((w) => w.joules / w.work),
    watts: average((w) => w.watts),
    utilisation: windows.some((w) => w.utilisation === null) ? null : average((w) => w.utilisation!),
    unitsPerSecond: average((w) => w.work / w.seconds),
    cpuSecondsPerUnit: windows.some((w) => w.cpuSeconds === null) ? null : average((w) => w.cpuSeconds! / w.work),
    idleWatts: idle?.watts ?? null,
    batchMs: windows.flatMap((w) => w.batchMs),
    windowJoulesPerUnit: windows.map((w) => w.joules / w.work),
    ...(windows.some((w) => w.edgeJoules > 0) && { edgeJoulesPerUnit: average((w) => w.edgeJoules / w.work) }),
    ...(idle !== null && idle.edgeWatts > 0 && { edgeIdleWatts: idle.edgeWatts }),
    ...(idle !== null && idle.standardWatts > 0 && { standardIdleWatts: idle.standardWatts }),
    // Of the windows that know it all, or of none: the same windows as the measured joules beside it.
    ...(windows.every((w) => w.partlyEstimatedJoules !== null) && {
      partlyEstimatedJoulesPerUnit: average((w) => w.partlyEstimatedJoules! / w.work),
    }),
    ...(processes > 1 &&
      windows.every((w) => w.instanceBatchMs.length === processes) && {
        instanceBatchMs: windows[0]!.instanceBatchMs.map((_, i) => average((w) => w.instanceBatchMs[i]!)),
      }),
    ...(windows.every((w) => w.pixelsPerUnit !== null) && { pixelsPerUnit: average((w) => w.pixelsPerUnit!) }),
    ...(windows[0]!.phases.length > 0 && { phases: averagePhases(windows.map((w) => w.phases)) }),
    ...(state !== null && { state }),
  };
}

function averagePhases(windows: TrialPhase[][]): TrialPhase[] {
  return windows[0]!.map(({ phase }, i) => {
    const average = (of: (p: TrialPhase) => number) =>
      windows.reduce((sum, phases) => sum + (phases[i] ? of(phases[i]) : 0), 0) / windows.length;
    return { phase, joulesPerUnit: average((p) => p.joulesPerUnit), msPerUnit: average((p) => p.msPerUnit) };
  });
}

/** Per configuration, in the order of the experiment file, the values of its counted repeats (reference trials are not). */
export function configurationResults(run: Run, samples: SampleLookup): ConfigurationResult[] {
  const idle = idleBaseline(run, samples);
  return run.configurations.map((configuration) => {
    const byBlock = new Map<number, { value: TrialValue; unsettled: boolean }>();
    for (const trial of run.trials) {
      if (trial.configuration !== configuration.id || trial.reference) continue;
      // One whose power had not settled is measured once more, and the later one counts, settled or not.
      const known = byBlock.get(trial.block);
      if (known?.unsettled === false) continue;
      const value = trialValue(run, trial, samples, idle.of(trial));
      if (value) byBlock.set(trial.block, { value, unsettled: isUnsettled(trial) });
    }
    const skipped = run.skipped.get(configuration.id);
    const trials = [...byBlock.values()].map(({ value }) => value).sort((a, b) => a.block - b.block);
    const isLeftOut = trials.length < fewestBlocks && !skipped && isLeftOutBySearch(run, configuration.id);
    return {
      ...configuration,
      skipped: skipped
        ? {
            reason: skipped.reason,
            // A log of before has neither.
            code: skipped.code ?? skipped.reason,
            message: skipped.message,
            fix: skipped.fix ?? null,
          }
        : null,
      ...(isLeftOut && { isLeftOut }),
      trials,
      ...pacedOf(run, configuration.id, samples),
      ...accuracyOf(run, configuration),
      failure: lastFailure(run, configuration.id),
    };
  });
}

/** Whether the newest block that a search decided about does without it, though it was not given up. */
function isLeftOutBySearch({ searched, settled }: Run, id: string): boolean {
  const newest = searched.get(Math.max(...searched.keys()));
  return newest !== undefined && !settled.has(id) && !newest.configurations.includes(id);
}

/** Whether the machine's power changed while a finished trial's windows lasted (`powerChange`). */
export const isUnsettled = ({ finished }: Trial): boolean => finished?.powerChangePercent !== undefined;

/** Repeats that count although the power changed in their windows, twice: how the machine is. */
export function powerChangedTrials({ trials }: Run): number {
  const counted = trials.filter((t) => t.state === 'finished' && !t.reference);
  const keyOf = ({ configuration, block }: Trial) => `${block} ${configuration}`;
  const settled = new Set(counted.filter((t) => !isUnsettled(t)).map(keyOf));
  return new Set(counted.map(keyOf).filter((key) => !settled.has(key))).size;
}

/** COCO's AP@[.5:.95] of a configuration that was evaluated itself, else of its model; null where it was not measured, or nothing annotated was there to be found. */
function accuracyOf(
  run: Run,
  { id, model }: Configuration,
): Pick<ConfigurationResult, 'accuracy' | 'accuracySampling' | 'paperF1'> {
  const imported = run.importedAccuracies.get(id)?.stats;
  if (imported)
    return { accuracy: imported[0]! < 0 ? null : imported[0]!, paperF1: paperF1(imported[0]!, imported[8]!) };
  const found = run.accuracies.get(model);
  if (found?.type !== 'accuracy.measured' || found.accuracy.coco.stats[0]! < 0) return { accuracy: null };
  const { accuracy, sampling } = found;
  return { accuracy: accuracy.coco.stats[0]!, ...(sampling && { accuracySampling: sampling }) };
}

/** Why the last failed repeat of a configuration failed; null where none did. */
function lastFailure(run: Run, configuration: string): string | null {
  return (
    run.trials.findLast((t) => t.configuration === configuration && !t.reference && t.failure)?.failure?.message ?? null
  );
}

/** CPU time of other processes in the windows, in percent of the machine's; null without a finished trial. */
export function otherLoadPercent(run: Run): number | null {
  let others = 0;
  let total = 0;
  const windows = run.trials.filter((t) => t.state === 'finished').flatMap((t) => t.windows);
  for (const { start, end, cpuSeconds, engineCpuSeconds = 0 } of windows) {
    const from = windowStart(start);
    others += end.busySeconds - from.busySeconds - cpuSeconds - engineCpuSeconds;
    total += end.totalSeconds - from.totalSeconds;
  }
  return total > 0 ? Math.max(0, (100 * others) / total) : null;
}

/** Change of the reference configuration's joules per unit of work from the first to the last of its trials, in percent; null with fewer than two. */
export function driftPercent(run: Run, samples: SampleLookup): number | null {
  const values = run.trials
    .filter((t) => t.reference)
    .map((t) => trialValue(run, t, samples, null)?.joulesPerUnit)
    .filter((v) => v !== undefined);
  const [first, last] = [values[0], values.at(-1)];
  return values.length < 2 || !first || !last ? null : (last / first - 1) * 100;
}

import { thinnedBatchTimes } from '../run/batchTimes';
import { lookBackMs, windowEnergy } from '../energy/energyWindow';
import { countedParts, isCounted } from '../energy/parts';
import { curveWatts } from '../energy/powerCurve';
import { windowStart } from '../energy/readings';
import type { SourceRecord } from '../energy/source';
import { cpuTime, microjoulesOf } from '../energy/units';
import type { PhaseIncrements } from '../run/events';
import { type Run, sourceOfSession, type Trial, type Window } from '../run/fold';
import { mean } from '../statistics/statistics';
import { sleepText, sleptMs } from './machineStates';
import type { TrialPhase } from './result';
import type { SampleLookup } from './samples';

/** What one window of a trial came to; `invalid` names why its joules cannot be trusted. */
export type WindowValue =
  | {
      valid: true;
      /** In the run's unit of work. */
      work: number;
      joules: number;
      /** Measured and estimated parts together; null where not both are there. */
      partlyEstimatedJoules: number | null;
      seconds: number;
      watts: number;
      utilisation: number | null;
      batchMs: number[];
      cpuSeconds: number | null;
      phases: TrialPhase[];
      /** Pixels of the inputs that a unit took part in; null where they do not vary. */
      pixelsPerUnit: number | null;
      /** Half-width in which the joules are known at worst; 0 of counters that are read in microseconds. */
      edgeJoules: number;
      /** Mean wall time of a batch in each process; empty where there is one, or a process ended no batch. */
      instanceBatchMs: number[];
    }
  | { valid: false; reason: string; message: string };

/** Joins a window's edges with the samples between them. One that the engine has refused stays so, whatever is left of its samples. */
export function windowValue(
  run: Run,
  trial: Pick<Trial, 'session'> & Partial<Pick<Trial, 'finished'>>,
  window: Window,
  samples: SampleLookup,
): WindowValue {
  const source = sourceOfSession(run, trial.session);
  if (!source) return { valid: false, reason: 'no-source', message: 'the session has no energy source' };
  const refused = trial.finished?.refused?.find((each) => each.window === window.window);
  if (refused) return { valid: false, reason: refused.reason, message: refused.message };
  const { start, end, stoodStillMs = 0 } = window;
  if (stoodStillMs > 0) {
    const message = `a process of the trial stood still for ${(stoodStillMs / 1000).toFixed(1)} s: stopped by a signal, frozen, or without a CPU`;
    return { valid: false, reason: 'stood-still', message };
  }
  const slept = sleptMs(window.state);
  if (slept > 0) return { valid: false, reason: 'asleep', message: sleepText(slept) };
  const around = samples(trial.session, windowStart(start).monotonicMs - lookBackMs, end.monotonicMs);
  const energy = windowEnergy(source, start, around, end);
  if (!energy.valid) return { valid: false, reason: energy.reason, message: energy.message };
  return {
    valid: true,
    work: window.work,
    joules: energy.joules,
    partlyEstimatedJoules: energy.partlyEstimatedJoules,
    seconds: energy.seconds,
    watts: energy.watts,
    // A log from elsewhere does not say what the CPUs did.
    utilisation: isCpuKnown(window) ? energy.utilisation : null,
    batchMs: [...thinnedBatchTimes(window.batchMs)],
    cpuSeconds: isCpuKnown(window) ? window.cpuSeconds : null,
    phases: phasesOf(source, run.workload.phases, window, energy.joules),
    pixelsPerUnit: window.pixelsPerUnit ?? null,
    edgeJoules: energy.edgeJoules,
    instanceBatchMs: instanceBatchMs(window),
  };
}

/** Whether the machine's CPU clock went on in a window: of one that was measured it always does. */
const isCpuKnown = ({ start, end }: Window): boolean => end.totalSeconds > windowStart(start).totalSeconds;

function instanceBatchMs({ batchMs, instances = [] }: Window): number[] {
  let from = 0;
  const means = instances.map(({ kept }) => mean(batchMs.slice(from, (from += kept))));
  return means.every(Number.isFinite) ? means : [];
}

/** The window's joules, shared out by what the counters rose by in each phase (the estimate: by its power curve). */
function phasesOf(
  source: SourceRecord,
  names: readonly string[],
  { phases = {}, work }: Window,
  joules: number,
): TrialPhase[] {
  const isByCurve = countedParts(source).every((part) => part.unit === cpuTime);
  const shares = names.flatMap((phase) => {
    const increments = phases[phase];
    if (!increments) return [];
    const weight = isByCurve ? curveMillijoules(source, increments) : microjoules(source, increments);
    return [{ phase, ms: increments.ms, weight: Math.max(0, weight) }];
  });
  const total = shares.reduce((sum, p) => sum + p.weight, 0);
  return shares.map(({ phase, ms, weight }) => ({
    phase,
    joulesPerUnit: total > 0 ? (joules * weight) / total / work : 0,
    msPerUnit: ms / work,
  }));
}

/** Of all counted parts in a phase. */
function microjoules(source: SourceRecord, increments: PhaseIncrements): number {
  return source.parts.reduce(
    (sum, part, i) => {
      const rise = isCounted(source, part) ? (increments.counters[i] ?? 0) * (microjoulesOf(part.unit) ?? 0) : 0;
      return sum + rise;
    },
    1000 * curveMillijoules(source, increments),
  );
}

/** Of the counted parts that go by a power curve. */
function curveMillijoules(source: SourceRecord, { ms, busySeconds, totalSeconds }: PhaseIncrements): number {
  // The CPU clock ticks 100 times a second: a phase shorter than a tick shows as idle.
  const utilisation = totalSeconds > 0 ? Math.min(1, Math.max(0, busySeconds / totalSeconds)) : 0;
  return countedParts(source).reduce((sum, { curve }) => sum + (curve ? curveWatts(curve, utilisation) * ms : 0), 0);
}

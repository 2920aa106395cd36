import type { SampledAccuracy } from '../../accuracy/accuracySampling';
import { configurationLabels } from '../../configuration/label';
import { publishedPoints } from '../../paper/published';
import { intervalTail } from '../../statistics/confidence';
import { mean } from '../../statistics/statistics';
import type { ConfigurationResult, TrialValue } from '../../values/result';
import type { AnalysedRun } from '../analysis';
import { trialLatencyMs } from '../paperFigures/reproducedPoints';
import { runRepeats } from '../runRepeats';

/** What the authors of the paper asked of a configuration: energy beside latency, accuracy and cost. */
export type QuestionPoint = {
  label: string;
  model: string;
  batchSize: number;
  joulesPerUnit: number;
  /** Milliseconds of inference per unit of work; null where it was not timed. */
  latencyMs: number | null;
  /** Of the set's `accuracyName`, 0 to 1; null where it is not known. */
  accuracy: SampledAccuracy | null;
  /** Cost as IPA has it: cores × seconds, per unit of work; null where threads are not known (an imported run). */
  coreSeconds: number | null;
  /** With its trials, by block; of a published point one trial. */
  result: ConfigurationResult;
};

/** Points that are measured alike: of an experiment of the paper, or of a run. */
export type QuestionSet = {
  name: string;
  isPublished: boolean;
  /** Joules are a curve of CPU time in use and of time, not measured: what goes with time does so by the estimate. */
  estimated: boolean;
  /** What windows hold (`measure.scope`); null of published points, and of work that is not asked for it. */
  scope: string | null;
  /** Outside an interval of it, on each side. */
  tail: number;
  accuracyName: 'F1' | 'AP';
  unit: string;
  points: QuestionPoint[];
};

/** Of the node that the paper measured on: two Xeon Gold 6240R. */
const paperCores = 48;

/** A set's name in a sentence, which says what its joules are. */
export const setTitle = ({ name, estimated }: { name: string; estimated: boolean }) =>
  estimated ? `${name} (ESTIMATED joules)` : name;

/** Heads notes of a set of which joules are estimated. */
export const estimateNote =
  'ESTIMATED joules are a curve of the CPU time in use, times time: that they go with latency is made by the estimate, not found.';

/** The sets that are asked: of each run, or without any the published points of both experiments. */
export function questionSets(runs: readonly AnalysedRun[]): QuestionSet[] {
  return runs.length > 0 ? runs.map(ofRun) : (['exp1', 'exp2'] as const).map(ofPaper);
}

function ofPaper(experiment: 'exp1' | 'exp2'): QuestionSet {
  return {
    name: experiment === 'exp1' ? 'published, experiment 1' : 'published, experiment 2',
    ...{ isPublished: true, estimated: false, scope: null, tail: 0.025, accuracyName: 'F1', unit: 'image' },
    points: publishedPoints(experiment).map((p) => {
      const label = experiment === 'exp1' ? `${p.model} at batch ${p.batchSize}` : `batch ${p.batchSize}`;
      const trial: TrialValue = {
        ...{ trial: 1, block: 1, joulesPerUnit: p.joulesPerImage, windowJoulesPerUnit: [p.joulesPerImage] },
        // Nothing but inference was timed: power and use of the CPUs are not known.
        ...{ watts: 0, utilisation: null, cpuSecondsPerUnit: null, idleWatts: null },
        unitsPerSecond: 1000 / p.latencyMsPerImage,
        batchMs: [p.requestLatencyMs],
      };
      return {
        ...{ label, model: p.model, batchSize: p.batchSize },
        ...{ joulesPerUnit: p.joulesPerImage, latencyMs: p.latencyMsPerImage },
        accuracy: p.f1 === null ? null : { accuracy: p.f1 },
        coreSeconds: (paperCores * p.latencyMsPerImage) / 1000,
        result: {
          ...{ id: label, model: p.model, batchSize: p.batchSize, instances: 1, threads: paperCores, spinning: false },
          ...{ skipped: null, trials: [trial], accuracy: p.f1 },
        },
      };
    }),
  };
}

function ofRun({ report, results, terms }: AnalysedRun): QuestionSet {
  const labels = configurationLabels(results);
  const { scope } = report.run;
  return {
    ...{ name: report.run.name, isPublished: false, estimated: terms.estimated, scope },
    ...{ tail: intervalTail(runRepeats(terms)), accuracyName: 'AP', unit: terms.unit },
    points: results.flatMap((result) => {
      const { id, model, batchSize, instances, threads, trials, accuracy, accuracySampling } = result;
      if (trials.length === 0) return [];
      const latencies = trials.map((trial) => trialLatencyMs(trial, batchSize, scope)).filter((ms) => ms !== null);
      return [
        {
          ...{ label: labels.get(id) ?? id, model, batchSize, result },
          joulesPerUnit: mean(trials.map((t) => t.joulesPerUnit)),
          latencyMs: latencies.length < trials.length ? null : mean(latencies),
          accuracy: accuracy === null ? null : { accuracy, accuracySampling },
          coreSeconds: threads === 0 ? null : (instances * threads) / mean(trials.map((t) => t.unitsPerSecond)),
        },
      ];
    }),
  };
}

import type { Accuracy } from '../accuracy/accuracy';
import { configurationsInUse, type Current } from '../configuration/inUse';
import type { Failure } from '../failure/failure';
import type { EnergySource } from '../power/source';
import type { Spec } from '../spec/spec';
import { analyse, type Verdict } from '../verdict/advice';
import type { AnalysisTerms } from '../verdict/evaluation';
import type { EventOf } from './events';
import { failureOfRun } from './failureOfRun';
import type { Run } from './fold';
import type { ConfigurationSummary } from './result';
import { configurationResults, driftPercent, idleWatts, otherLoadPercent, type SampleLookup } from './trialValue';

/** Version of the JSON that `greenbatch show --json` prints; described in docs/show-json.md and media/run-report.schema.json. */
export const reportVersion = 1;

/** A run with everything that is derived from it: what `show --json` prints and all views are made of. */
export type RunReport = {
  version: typeof reportVersion;
  run: {
    id: string;
    name: string;
    folder: string;
    status: string;
    specFile: string | null;
    createdAt: string;
    program: string;
    sessions: number;
    blocks: number;
    /** Why the last session ended; null while it has not. */
    ended: string | null;
    /** Why it failed, as data; null where it has not. */
    failure: Failure | null;
    /** What runs today, as the experiment names it. */
    currentBatchSize: number | null;
    /** The same with the model, threads and spinning, as far as it names them. */
    current: Current | null;
    /** What the energy windows hold. */
    scope: Spec['measure']['scope'];
    imageSize: { height: number; width: number } | null;
    images: {
      description: string;
      count: number;
      inRotation: number;
      skipped: { name: string; reason: string }[];
    } | null;
    models: { model: string; sha256: string; parameters: number | null; gflops: number | null }[];
    /** Seconds of a measured idle baseline and its watts; null without one. */
    idleWatts: number | null;
    driftPercent: number | null;
    /** Finished repeats whose batch times had not settled when their window began. */
    unsteadyTrials: number;
    /** CPU time that other processes took in the windows, percent of the machine's. */
    otherLoadPercent: number | null;
    failedTrials: ({ trial: number; configuration: string; block: number; reason: string } & Failure)[];
    warnings: { code: string; message: string }[];
    environment: Record<string, unknown>;
  };
  /** null before the engine has opened one. */
  source: EnergySource | null;
  configurations: ConfigurationSummary[];
  /** What each model gets right, or why that is not known; empty while nothing was tried. */
  accuracies: ModelAccuracy[];
  /** Ids of configurations that no other beats in energy, latency and accuracy at once. */
  paretoFront: string[];
  verdict: Verdict;
  /** One for each model, where the sweep has several. */
  verdictByModel: Record<string, Verdict>;
};

/** A model's accuracy at the run's image size. `accuracy` is null where it is not known, and `message` says why. */
export type ModelAccuracy = {
  model: string;
  accuracy: Accuracy | null;
  message: string | null;
  truth: string | null;
  phases: EventOf<'accuracy.measured'>['phases'] | null;
  skipped: { name: string; reason: string }[];
};

/** Folds a run into its report. */
export function reportOf(run: Run, samples: SampleLookup, place: { folder: string; status: string }): RunReport {
  const { spec, source, created } = run;
  const results = configurationResults(run, samples);
  const terms = termsOf(run);
  const { configurations, verdict, paretoFront } = analyse(results, terms);
  const byModel = spec.models.length < 2 ? [] : spec.models;
  // What runs today is one configuration of the whole sweep: it is not looked for again among those of each model.
  const inUse = configurationsInUse(run.configurations, spec.current);
  const modelTerms = { ...terms, current: inUse.length === 1 ? inUse[0] : undefined };
  const last = run.sessions.at(-1);
  return {
    version: reportVersion,
    run: {
      id: run.runId,
      name: run.name,
      ...place,
      specFile: created.specFile,
      createdAt: new Date(created.at).toISOString(),
      program: created.program,
      sessions: run.sessions.length,
      blocks: run.blocksFinished,
      ended: last?.end?.message ?? null,
      failure: failureOfRun(run),
      currentBatchSize: spec.current?.batchSize ?? null,
      current: spec.current ?? null,
      scope: spec.measure.scope,
      imageSize: run.images && { height: run.images.height, width: run.images.width },
      images: run.images && {
        description: run.images.description,
        count: run.images.count,
        inRotation: run.images.inRotation,
        skipped: run.images.skipped,
      },
      models: run.models.map(({ model, sha256, parameters, gflops }) => ({ model, sha256, parameters, gflops })),
      idleWatts: run.sessions.map((s) => idleWatts(s, samples)).findLast((watts) => watts !== null) ?? null,
      driftPercent: driftPercent(run, samples),
      unsteadyTrials: run.trials.filter((t) => !t.reference && t.finished?.steady === false).length,
      otherLoadPercent: otherLoadPercent(run),
      failedTrials: run.trials.flatMap((t) =>
        t.failure
          ? [
              {
                trial: t.trial,
                configuration: t.configuration,
                block: t.block,
                reason: t.failure.reason,
                code: t.failure.code ?? t.failure.reason,
                message: t.failure.message,
                fix: t.failure.fix ?? null,
              },
            ]
          : [],
      ),
      warnings: run.warnings.map(({ code, message }) => ({ code, message })),
      environment: last?.start.environment ?? {},
    },
    source,
    configurations,
    accuracies: modelAccuracies(run),
    paretoFront,
    verdict,
    verdictByModel: Object.fromEntries(
      byModel.map((model) => [
        model,
        analyse(
          results.filter((r) => r.model === model),
          modelTerms,
        ).verdict,
      ]),
    ),
  };
}

export function modelAccuracies(run: Pick<Run, 'accuracies'>): ModelAccuracy[] {
  return [...run.accuracies.values()].map(modelAccuracy);
}

function modelAccuracy(event: EventOf<'accuracy.measured' | 'accuracy.unknown'>): ModelAccuracy {
  const { model } = event;
  if (event.type === 'accuracy.unknown') {
    return { model, accuracy: null, message: event.message, truth: null, phases: null, skipped: [] };
  }
  const { accuracy, truth, phases, skipped } = event;
  return { model, accuracy, message: null, truth, phases, skipped };
}

/** What the analysis of a run depends on besides its values. */
export function termsOf({ spec, source }: Run): AnalysisTerms {
  const { sla, preferences, measure, current } = spec;
  return { sla, preferences, measure, current, estimated: source !== null && !source.measured };
}

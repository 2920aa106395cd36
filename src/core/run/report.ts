import type * as z from 'zod';
import { configurationsInUse } from '../configuration/inUse';
import { analyse } from '../verdict/advice';
import type { AnalysisTerms } from '../verdict/evaluation';
import type { EventOf } from './events';
import type { Run } from './fold';
import type { reportSchema } from './reportSchema';
import { configurationResults, driftPercent, idleWatts, otherLoadPercent, type SampleLookup } from './trialValue';

/** Version of the JSON that `greenbatch show --json` prints; described in docs/show-json.md and media/run-report.schema.json. */
const reportVersion = 1;

/** A run with everything that is derived from it: what `show --json` prints and all views are made of. */
export type RunReport = z.infer<typeof reportSchema>;
export type ModelAccuracy = RunReport['accuracies'][number];

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
                message: t.failure.message,
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
    return { model, accuracy: null, message: event.message, truth: null, phases: null, skipped: [], warnings: [] };
  }
  const { accuracy, truth, phases, skipped, warnings = [] } = event;
  return { model, accuracy, message: null, truth, phases, skipped, warnings };
}

/** What the analysis of a run depends on besides its values. */
export function termsOf({ spec, source }: Run): AnalysisTerms {
  const { sla, preferences, measure, current } = spec;
  return { sla, preferences, measure, current, estimated: source !== null && !source.measured };
}

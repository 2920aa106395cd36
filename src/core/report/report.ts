import { usualWorkload } from '../spec/usualWorkload';
import type * as z from 'zod';
import { paperF1 } from '../accuracy/paperF1';
import { accuracyIntervalOf } from '../accuracy/accuracySampling';
import { filteringOfSessions } from '../energy/filtering';
import { agreementOf, agreementText } from '../energy/agreement';
import { isMeasured } from '../energy/parts';
import { judgeRun } from '../analysis/verdict/judgeRun';
import type { AnalysisTerms } from '../analysis/analysisTermsSchema';
import { bearingOf } from '../run/conditions';
import type { EventOf } from '../run/events';
import { failureOfRun } from '../run/failureOfRun';
import type { Run } from '../run/fold';
import { surroundingsOf } from '../run/surroundings';
import { reportSource } from './reportSource';
import type { reportSchema } from './reportSchema';
import { judgedReport } from './judgedReport';
import { driftOf } from '../values/drift';
import { runState } from '../values/machineStates';
import { ownCost } from '../values/ownCost';
import type { ConfigurationResult } from '../values/result';
import type { SampleLookup } from '../values/samples';
import { idleBaseline } from '../values/idleBaseline';
import {
  configurationResults,
  driftPercent,
  otherLoadPercent,
  powerChangedTrials,
  trialValue,
} from '../values/trialValue';

/** A run with everything that is derived from it: what `show --json` prints and all views are made of. */
export type RunReport = z.infer<typeof reportSchema>;
export type ModelAccuracy = RunReport['accuracies'][number];

/** What is told of a run without judging it: cheap, unlike its analysis. */
export type RunFacts = Pick<RunReport, 'run' | 'source'>;

/** Where a run lies and what it is doing; `host` where its engine works on another machine than this. */
type RunPlace = { folder: string; status: string; host?: string | null };

export function factsOf(run: Run, samples: SampleLookup, { folder, status, host = null }: RunPlace): RunFacts {
  const { spec, source, created } = run;
  const last = run.sessions.at(-1);
  const added = run.addedBlocks.at(-1);
  const state = runState(run);
  const surroundings = surroundingsOf(run);
  const own = ownCost(run, samples);
  const idle = idleOfRun(run, samples);
  const powerChanged = powerChangedTrials(run);
  const drift = driftOf(run, (trial) => trialValue(run, trial, samples, null));
  return {
    run: {
      id: run.runId,
      name: run.name,
      workload: run.workload,
      ...{ folder, status, host },
      specFile: created.specFile,
      ...(created.imported && { imported: importedOf(created.imported, run) }),
      ...(created.interleaved && { interleaved: interleavedOf(created.interleaved) }),
      ...(spec.reproduces && { reproduces: spec.reproduces }),
      createdAt: new Date(created.at).toISOString(),
      program: created.program,
      sessions: run.sessions.length,
      blocks: run.blocksFinished,
      ...(added && { addedBlocks: { afterBlock: run.addedBlocks[0]!.afterBlock, upToBlock: added.upToBlock } }),
      ended: last?.end?.message ?? null,
      failure: failureOfRun(run),
      currentBatchSize: spec.current?.batchSize ?? null,
      current: spec.current ?? null,
      // A key of detection: what the windows of another workload hold, its phases say.
      scope: run.workload.name === usualWorkload ? spec.measure.scope : null,
      pin: spec.measure.pin,
      ...(spec.measure.order === 'listed' && { order: spec.measure.order }),
      imageSize: run.images && { height: run.images.height, width: run.images.width },
      ...(spec.images.rect && { rect: true }),
      images: run.images && {
        description: run.images.description,
        count: run.images.count,
        inRotation: run.images.inRotation,
        skipped: run.images.skipped,
      },
      models: run.models.map(({ model, sha256, parameters, gflops }) => ({ model, sha256, parameters, gflops })),
      idleWatts: idle?.watts ?? null,
      ...(idle?.beforeBlocks && { idle: idle.beforeBlocks }),
      agreement: run.sessions.map(agreementIn).findLast((agreement) => agreement !== null) ?? null,
      filtering: filteringOfSessions(run.sessions),
      driftPercent: driftPercent(run, samples),
      ...(drift !== undefined && { drift }),
      unsteadyTrials: run.trials.filter((t) => !t.reference && t.finished?.steady === false).length,
      ...(powerChanged > 0 && { powerChangedTrials: powerChanged }),
      otherLoadPercent: otherLoadPercent(run),
      ...(state !== null && { state }),
      ...(surroundings !== null && { surroundings }),
      ...(own !== null && { ownCost: own }),
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
    source: source && reportSource(source),
  };
}

function importedOf({ format, file }: { format: string; file: string }, { importedAccuracies }: Run) {
  const evaluations = [...importedAccuracies.values()].map(({ configuration, images, stats, yolov7 }) => ({
    ...{ configuration, images, stats, paperF1: paperF1(stats[0]!, stats[8]!), yolov7 },
  }));
  return { format, file, evaluations };
}

const interleavedOf = ({ side, other }: NonNullable<Run['created']['interleaved']>) => ({
  ...{ side, other: { id: other.runId, name: other.name } },
});

/** Mean power at rest; `beforeBlocks`: how well it is known, of runs that watched it. null without any baseline. */
function idleOfRun(run: Run, samples: SampleLookup) {
  const { summary, windows } = idleBaseline(run, samples);
  // Logs of before have a window a session, which was taken as it is: the last one is shown.
  if (summary === null) return windows.length > 0 ? { watts: windows.at(-1)!.watts, beforeBlocks: null } : null;
  return { watts: summary.watts, beforeBlocks: summary };
}

function agreementIn({ instruments }: Run['sessions'][number]): RunFacts['run']['agreement'] {
  if (instruments === null) return null;
  const agreement = agreementOf(instruments.parts, instruments.readings);
  return { ...agreement, sentence: agreementText(agreement) };
}

/** Folds a run into its report. */
export function reportOf(run: Run, samples: SampleLookup, place: RunPlace): RunReport {
  const { report, results, terms } = analysedRun(run, samples, place);
  return judgedReport(report, judgeRun(results, terms), modelAccuracies(run));
}

/** A run as analyses take it (`AnalysedRun`), with all facts that a page shows of it. */
export type UnjudgedRun = { report: RunFacts; results: ConfigurationResult[]; terms: AnalysisTerms };

export function analysedRun(run: Run, samples: SampleLookup, place: RunPlace): UnjudgedRun {
  const report = factsOf(run, samples, place);
  return { report, results: configurationResults(run, samples), terms: termsUnder(run, report) };
}

export function modelAccuracies(run: Pick<Run, 'accuracies'>): ModelAccuracy[] {
  return [...run.accuracies.values()].map(modelAccuracy);
}

function modelAccuracy(event: EventOf<'accuracy.measured' | 'accuracy.unknown'>): ModelAccuracy {
  const { model } = event;
  if (event.type === 'accuracy.unknown') {
    return { model, accuracy: null, message: event.message, truth: null, phases: null, skipped: [], warnings: [] };
  }
  const { accuracy, sampling, truth, phases, skipped, warnings = [] } = event;
  const accuracyInterval = accuracyIntervalOf(accuracy.coco.stats[0]!, sampling);
  const interval = accuracyInterval === null ? {} : { accuracyInterval };
  return { model, accuracy, ...interval, message: null, truth, phases, skipped, warnings };
}

/** The same, with what the machine did while it measured: what a verdict that is shown depends on. */
export function termsUnder(run: Run, { run: facts }: Pick<RunFacts, 'run'>): AnalysisTerms {
  const conditions = bearingOf(facts);
  return { ...termsOf(run), ...(conditions.length > 0 && { conditions }) };
}

/** What the analysis of a run depends on besides its values. */
export function termsOf({ spec, source, workload, ranking, addedBlocks }: Run): AnalysisTerms {
  const { sla, preferences, measure, current, search } = spec;
  const estimated = source !== null && !isMeasured(source);
  const added = addedBlocks.at(-1);
  return {
    ...{ sla, preferences, measure, current, estimated, missing: source?.missing ?? [], unit: workload.unit },
    ...(search && { search }),
    ...(added && { addedBlocks: { upToBlock: added.upToBlock, untilVerdict: added.untilVerdict } }),
    ...(ranking !== null && { ranking: { energy: ranking.energy, message: ranking.message } }),
  };
}

import { paperF1 } from '../../accuracy/paperF1';
import { modelNames } from '../../configuration/label';
import type { PaperPoint } from '../../paper/paperPoint';
import { intervalTail } from '../../statistics/confidence';
import type { Interval } from '../../statistics/interval';
import { type Known, scaled } from '../../statistics/known';
import { mean, positiveInterval } from '../../statistics/statistics';
import { shownEnds } from '../../statistics/wording';
import type { TrialValue } from '../../values/result';
import type { AnalysedRun } from '../analysis';
import { runRepeats } from '../runRepeats';

/** The configurations of a run that have a trial, as the paper looks at them; of work that is counted in images. */
export function reproducedPoints({ report, results, terms, accuracies = [] }: AnalysedRun): PaperPoint[] {
  const name = modelNames(results);
  const isAlone = results.filter(({ skipped }) => skipped === null).length === 1;
  const tail = intervalTail(runRepeats(terms), isAlone);
  const images = report.run.images?.count ?? 1;
  return results.flatMap((result) => {
    const { model, batchSize, trials } = result;
    if (trials.length === 0) return [];
    const stats = accuracies.find((each) => each.model === model)?.accuracy?.coco.stats;
    const ofModel = stats ? paperF1(stats[0]!, stats[8]!) : null;
    // Of a configuration that was evaluated itself nothing else is asked.
    const f1 = result.paperF1 === undefined ? ofModel : result.paperF1;
    const latencies = trials.map((trial) => trialLatencyMs(trial, batchSize, report.run.scope));
    const joulesPerImage = shown(
      positiveInterval(
        trials.map((t) => t.joulesPerUnit),
        tail,
        mean(trials.map((t) => t.edgeJoulesPerUnit ?? 0)),
      ),
    );
    return [
      {
        ...{ model: name(result), batchSize, images, n: trials.length },
        runJoules: scaled(joulesPerImage, images),
        joulesPerImage,
        latencyMsPerImage: latencies.every((ms) => ms !== null) ? shown(positiveInterval(latencies, tail)) : null,
        // How far it would be another one with other images is known of AP alone.
        f1: f1 === null ? null : { value: f1, low: null, high: null },
      },
    ];
  });
}

/**
 * Of a window that holds more than inference its phase, else the batches themselves. null: neither was timed. End to end a batch is timed
 * from file to boxes: without phases (several processes, the program perf) nothing tells inference.
 *
 * @param scope of the run (`measure.scope`)
 */
export function trialLatencyMs(
  { phases, batchMs }: Pick<TrialValue, 'phases' | 'batchMs'>,
  batchSize: number,
  scope: string | null,
): number | null {
  const phase = phases?.find((each) => each.phase === 'inference');
  if (phase) return phase.msPerUnit;
  return batchMs.length === 0 || scope === 'end-to-end' ? null : mean(batchMs) / batchSize;
}

/** With the ends that people are shown. */
function shown(interval: Interval): Known {
  const ends = shownEnds(interval);
  return { value: interval.mean, low: ends?.low ?? null, high: ends?.high ?? null };
}

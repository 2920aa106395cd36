import { accuracyDifference } from '../../accuracy/accuracySampling';
import { meanInterval } from '../../statistics/statistics';
import { counted, savingAsChange, shownEnds } from '../../statistics/wording';
import type { Table } from '../../words/table';
import { joulesPer } from '../../words/unitOfWork';
import { describeNumber } from '../../words/units';
import type { AnalysedRun, Analysis } from '../analysis';
import { estimateNote, type QuestionPoint, type QuestionSet, questionSets, setTitle } from './questionPoints';
import { type Sensitivity, sensitivitySchema } from './sensitivitySchema';

type SetResult = Sensitivity['sets'][number];
type Step = SetResult['steps'][number];
type Result = Pick<Sensitivity, 'sets'>;

/**
 * Which step gives up a little accuracy for much energy: the knees along the Pareto front of accuracy against energy. Without a run of
 * the published points.
 */
export const sensitivityAnalysis: Analysis<readonly AnalysedRun[], Result> = {
  id: 'paper-sensitivity',
  title: 'A little accuracy for much energy',
  schema: sensitivitySchema,
  run: (runs) => ({ sets: questionSets(runs).map(resultOf) }),
  json: (result): Sensitivity => ({ version: 1, ...result, sentence: sentenceOf(result) }),
  sentence: sentenceOf,
  table: tableOf,
  notes: notesOf,
};

function resultOf({ name, isPublished, estimated, tail, accuracyName, unit, points }: QuestionSet): SetResult {
  const front = frontOf(points.filter(({ accuracy }) => accuracy !== null));
  const steps = front.slice(1).map((to, i) => stepOf(front[i]!, to, tail));
  return {
    ...{ name, published: isPublished, estimated, accuracyName, unit, points: points.length },
    missing: missingOf(points, front),
    steps: steps.toSorted((a, b) => Number(b.told) - Number(a.told) || b.joulesPerPoint - a.joulesPerPoint),
  };
}

function missingOf(points: readonly QuestionPoint[], front: readonly QuestionPoint[]): string | null {
  if (front.length > 1) return null;
  if (points.every(({ accuracy }) => accuracy === null)) return 'no accuracy is known';
  return 'one configuration is both the most accurate and the one of least energy: there is nothing to give up';
}

const rated = ({ accuracy }: QuestionPoint) => accuracy!.accuracy;

/** Those that no other beats in accuracy and energy, as measured: from the most accurate down, each of less energy than the one before. */
function frontOf(points: readonly QuestionPoint[]): QuestionPoint[] {
  const front: QuestionPoint[] = [];
  for (const point of points.toSorted((a, b) => rated(b) - rated(a) || a.joulesPerUnit - b.joulesPerUnit)) {
    const last = front.at(-1);
    if (!last || (point.joulesPerUnit < last.joulesPerUnit && rated(point) < rated(last))) front.push(point);
    // Of the same accuracy the one of less energy came first.
  }
  return front;
}

function stepOf(from: QuestionPoint, to: QuestionPoint, tail: number): Step {
  const given = 100 * (rated(from) - rated(to));
  const hasSampling = from.accuracy!.accuracySampling !== undefined && to.accuracy!.accuracySampling !== undefined;
  const { low, high } = hasSampling ? accuracyDifference(from.accuracy!, to.accuracy!) : { low: null, high: null };
  const energyPercent = savedWithinBlocks(from, to, tail);
  const joulesSaved = (from.joulesPerUnit * energyPercent.saved) / 100;
  return {
    ...{ from: sideOf(from), to: sideOf(to) },
    accuracyPoints: { given, low: low === null ? null : 100 * low, high: high === null ? null : 100 * high },
    // Of what nobody knows the sampling of, a step may be none.
    told: low !== null && low > 0,
    ...{ energyPercent, joulesSaved },
    joulesPerPoint: joulesSaved / given,
  };
}

const sideOf = ({ label, model, batchSize, accuracy, joulesPerUnit }: QuestionPoint): Step['from'] => ({
  ...{ label, model, batchSize, accuracy: accuracy!.accuracy, joulesPerUnit },
});

/**
 * Of the blocks that both have, on the logarithm, so that what a block does cancels; the value and its interval are of the same. Without
 * such a block that of both means.
 */
function savedWithinBlocks(from: QuestionPoint, to: QuestionPoint, tail: number): Step['energyPercent'] {
  const lnRatios = from.result.trials.flatMap((trial) => {
    const other = to.result.trials.find(({ block }) => block === trial.block);
    return other ? [Math.log(other.joulesPerUnit / trial.joulesPerUnit)] : [];
  });
  const saved = (lnRatio: number) => -100 * Math.expm1(lnRatio);
  const ofMeans = Math.log(to.joulesPerUnit / from.joulesPerUnit);
  const interval = lnRatios.length === 0 ? null : meanInterval(lnRatios, tail);
  const ends = interval && shownEnds(interval);
  return {
    saved: saved(interval?.mean ?? ofMeans),
    ...(ends ? { low: saved(ends.high), high: saved(ends.low) } : { low: null, high: null }),
  };
}

/** `−0.4 AP points (not told apart)`: hundredths, with two decimals where they are few. */
function pointsText({ accuracyPoints: { given, low }, told }: Step, name: string): string {
  const doubt = told ? '' : low === null ? ' (sampling not known)' : ' (not told apart)';
  return `−${given.toFixed(given < 0.2 ? 2 : 1)} ${name} points${doubt}`;
}
const saving = ({ energyPercent: { saved: percent, low, high } }: Step) => savingAsChange({ percent, low, high });

function sentenceOf({ sets }: Result): string {
  return sets
    .map((set) => {
      const { points, missing, steps, accuracyName, unit } = set;
      const [knee] = steps;
      if (!knee) return `${setTitle(set)}: ${missing ?? 'nothing to give up'} (${counted(points, 'configuration')}).`;
      const head = knee.told ? 'the step' : 'in accuracy no step is told apart; by the points as they are the one';
      return `${setTitle(set)}: ${head} that saves most for what it gives up is from ${knee.from.label} to ${knee.to.label}: ${pointsText(knee, accuracyName)}, ${saving(knee).change} ${joulesPer(unit)}.`;
    })
    .join(' ');
}

function tableOf({ sets }: Result): Table {
  const several = sets.filter(({ steps }) => steps.length > 0).length > 1;
  const unit = sets[0]?.unit ?? 'image';
  return {
    columns: [
      ...(several ? ['of'] : []),
      'from',
      'to',
      'accuracy',
      'energy',
      joulesPer(unit),
      'J per point of accuracy',
    ],
    rows: sets.flatMap(({ steps, accuracyName, ...set }) =>
      steps.map((step) => {
        const { change, interval } = saving(step);
        return [
          ...(several ? [setTitle(set)] : []),
          ...[step.from.label, step.to.label],
          pointsText(step, accuracyName),
          `${change}${interval === null ? '' : ` (${interval})`}`,
          `${describeNumber(step.from.joulesPerUnit)} → ${describeNumber(step.to.joulesPerUnit)}`,
          step.joulesPerPoint,
        ];
      }),
    ),
  };
}

function notesOf({ sets }: Result): string[] {
  const stepped = sets.filter(({ steps }) => steps.length > 0);
  if (stepped.length === 0) return [];
  const all = stepped.flatMap(({ steps }) => steps);
  const isUnknown = stepped.some(
    ({ published, steps }) => !published && steps.some((s) => s.accuracyPoints.low === null),
  );
  return [
    'A point of accuracy is a hundredth. Steps go along the front from the most accurate down; those that are told apart in accuracy stand first, of these those that save most energy for a point.',
    ...(all.some(({ told, accuracyPoints: { low } }) => !told && low !== null)
      ? ['Not told apart: with other images the second might be as accurate, so nothing may be given up at all.']
      : []),
    ...(isUnknown
      ? [
          'Sampling not known: nobody knows how far AP would be another one with other images, so such a step may be none.',
        ]
      : []),
    ...(all.some(({ energyPercent: { low } }) => low !== null)
      ? [
          'Intervals of energy are within the blocks that both have, of each step by itself, not of the best of several.',
        ]
      : []),
    ...(stepped.some(({ estimated }) => estimated) ? [estimateNote] : []),
    ...(stepped.some(({ published }) => published)
      ? [
          'Of the published points nobody knows how far F1 would be another one with other images, or energy with another trial: a step of a tenth of a point may be none. The models made for 1280 px were measured at 640 px, which costs them accuracy.',
        ]
      : []),
  ];
}

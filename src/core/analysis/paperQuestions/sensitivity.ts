import { accuracyDifference } from '../../accuracy/accuracySampling';
import { meanInterval } from '../../statistics/statistics';
import { counted, describePercent, describePercentRange, shownEnds } from '../../statistics/wording';
import type { Table } from '../../words/table';
import { joulesPer } from '../../words/unitOfWork';
import { describeNumber } from '../../words/units';
import type { AnalysedRun, Analysis } from '../analysis';
import { type QuestionPoint, type QuestionSet, questionSets } from './questionPoints';
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

function resultOf({ name, isPublished, accuracyName, unit, points }: QuestionSet): SetResult {
  const front = frontOf(points.filter(({ accuracy }) => accuracy !== null));
  const steps = front.slice(1).map((to, i) => stepOf(front[i]!, to));
  return {
    ...{ name, published: isPublished, accuracyName, unit, points: points.length },
    missing: missingOf(points, front),
    steps: steps.toSorted((a, b) => b.joulesPerPoint - a.joulesPerPoint),
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

function stepOf(from: QuestionPoint, to: QuestionPoint): Step {
  const given = 100 * (rated(from) - rated(to));
  const hasSampling = from.accuracy!.accuracySampling !== undefined && to.accuracy!.accuracySampling !== undefined;
  const { low, high } = hasSampling ? accuracyDifference(from.accuracy!, to.accuracy!) : { low: null, high: null };
  const joulesSaved = from.joulesPerUnit - to.joulesPerUnit;
  return {
    ...{ from: sideOf(from), to: sideOf(to) },
    accuracyPoints: { given, low: low === null ? null : 100 * low, high: high === null ? null : 100 * high },
    energyPercent: { saved: (100 * joulesSaved) / from.joulesPerUnit, ...savedWithinBlocks(from, to) },
    joulesSaved,
    joulesPerPoint: joulesSaved / given,
  };
}

const sideOf = ({ label, model, batchSize, accuracy, joulesPerUnit }: QuestionPoint): Step['from'] => ({
  ...{ label, model, batchSize, accuracy: accuracy!.accuracy, joulesPerUnit },
});

/** Of the blocks that both have, on the logarithm, so that what a block does cancels. */
function savedWithinBlocks(from: QuestionPoint, to: QuestionPoint): { low: number | null; high: number | null } {
  const lnRatios = from.result.trials.flatMap((trial) => {
    const other = to.result.trials.find(({ block }) => block === trial.block);
    return other ? [Math.log(other.joulesPerUnit / trial.joulesPerUnit)] : [];
  });
  const ends = lnRatios.length === 0 ? null : shownEnds(meanInterval(lnRatios));
  const saved = (lnRatio: number) => -100 * Math.expm1(lnRatio);
  return ends ? { low: saved(ends.high), high: saved(ends.low) } : { low: null, high: null };
}

/** `−0.4 AP points`: hundredths, with two decimals where they are few. */
function pointsText({ accuracyPoints: { given } }: Step, name: string): string {
  return `−${given.toFixed(given < 0.2 ? 2 : 1)} ${name} points`;
}
const savedText = ({ energyPercent: { saved, low, high } }: Step) => `−${describePercent(saved, low, high)}`;

function sentenceOf({ sets }: Result): string {
  return sets
    .map(({ name, points, missing, steps, accuracyName, unit }) => {
      const [knee] = steps;
      if (!knee) return `${name}: ${missing ?? 'nothing to give up'} (${counted(points, 'configuration')}).`;
      return `${name}: the step that saves most for what it gives up is from ${knee.from.label} to ${knee.to.label}: ${pointsText(knee, accuracyName)}, ${savedText(knee)} ${joulesPer(unit)}.`;
    })
    .join(' ');
}

function tableOf({ sets }: Result): Table {
  const several = sets.filter(({ steps }) => steps.length > 0).length > 1;
  const unit = sets[0]?.unit ?? 'image';
  return {
    columns: [
      ...(several ? ['points'] : []),
      'from',
      'to',
      'accuracy',
      'energy',
      joulesPer(unit),
      'J per point of accuracy',
    ],
    rows: sets.flatMap(({ name, steps, accuracyName }) =>
      steps.map((step) => {
        const { low, high, saved } = step.energyPercent;
        const range = low === null || high === null ? '' : ` (${describePercentRange(-saved, -high, -low)})`;
        return [
          ...(several ? [name] : []),
          ...[step.from.label, step.to.label],
          `${pointsText(step, accuracyName)}${isTold(step) ? '' : ' (not told apart)'}`,
          `${savedText(step)}${range}`,
          `${describeNumber(step.from.joulesPerUnit)} → ${describeNumber(step.to.joulesPerUnit)}`,
          step.joulesPerPoint,
        ];
      }),
    ),
  };
}

/** Whether other images would leave the order of the two accuracies; nothing else is known where there is no sampling error. */
const isTold = ({ accuracyPoints: { low } }: Step) => low === null || low > 0;

function notesOf({ sets }: Result): string[] {
  const stepped = sets.filter(({ steps }) => steps.length > 0);
  if (stepped.length === 0) return [];
  const untold = stepped.flatMap(({ steps }) => steps.filter((step) => !isTold(step)));
  return [
    'A point of accuracy is a hundredth. Steps go along the front from the most accurate down; those that save most energy for a point stand first.',
    ...(untold.length > 0
      ? ['Not told apart: with other images the second might be as accurate, so nothing may be given up at all.']
      : []),
    ...(stepped.some(({ published }) => published)
      ? [
          'Of the published points nobody knows how far F1 would be another one with other images, or energy with another trial: a step of a tenth of a point may be none. The models made for 1280 px were measured at 640 px, which costs them accuracy.',
        ]
      : []),
  ];
}
